package async

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// flushTo registers somebody who waits for the records up to seq. It is called with the lock held.
func (q *queue[T]) flushTo(seq uint64, losses bool) flusher {
	f := flusher{seq: seq, losses: losses, done: make(chan struct{})}
	q.flushers = append(q.flushers, f)
	q.ensureWork()
	return f
}

// Flush waits until every record that was accepted before is delivered or lost, and losses are reported.
// It returns an error when ctx ends first.
func (q *queue[T]) Flush(ctx context.Context) error {
	q.mu.Lock()
	switch q.state {
	case direct:
		q.mu.Unlock()
		return nil
	case gaveUp:
		defer q.mu.Unlock()
		return q.shutError
	case open, draining:
	}
	f := q.flushTo(q.seq, true)
	q.mu.Unlock()
	select {
	case <-f.done:
		q.mu.Lock()
		defer q.mu.Unlock()
		return q.shutError
	case <-ctx.Done():
		return fmt.Errorf("flush queue: %d records left: %w", q.Stats().Queued, ctx.Err())
	}
}

// Shutdown waits until every record is delivered or lost, and losses are reported. Records that come
// meanwhile wait, too. After a Shutdown that returned nil they go straight to the sink, which stays open.
//
// When ctx ends first, Shutdown returns an error that says how many records are left. They are counted
// as "shutdown", later ones as "closed". If the sink hangs, the goroutine that called it is left behind; what the
// sink then takes after all moves from "shutdown" to delivered, the one case in which a count falls.
// Shutdown may be called more than once, also concurrently; the first deadline counts for all.
func (q *queue[T]) Shutdown(ctx context.Context) error {
	q.mu.Lock()
	if q.state == open {
		q.state = draining
		q.ensureWork()
	}
	q.mu.Unlock()
	select {
	case <-q.drained:
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.state != draining:
	case q.books.queued() == 0 && q.waiting.first == nil && q.books.unreported == 0:
		q.finish() // there was nothing to wait for
		q.wake()
	default:
		q.abandon(ctx.Err())
	}
	return q.shutError
}

// finish ends draining: the queue is empty.
func (q *queue[T]) finish() {
	q.state = direct
	q.releaseAll()
}

// abandon gives up what is left.
func (q *queue[T]) abandon(cause error) {
	for w := q.waiting.first; w != nil; w = q.waiting.first {
		q.waiting.remove(w)
		q.books.accepted++
		q.books.drop(closed, bandOf(w.m.level))
		w.err = droppedErrors[closed]
		w.done <- struct{}{}
	}
	left := q.books.queued()
	q.back.giveUp()
	q.state = gaveUp
	q.shutError = fmt.Errorf("shut down queue: %d records left: %w", left, cause)
	q.releaseAll()
	q.wake()
}

// Stats returns the books. They add up at any time. Records of the queue's own, which tell of losses, are
// not in them.
func (q *queue[T]) Stats() chain.Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.books.stats()
}

// Health returns nil while the sink takes what it is given. The error says what failed last, or for how
// long nothing was delivered although records wait, or that Shutdown gave up.
func (q *queue[T]) Health(context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch stalled := time.Since(q.progress); {
	case q.state == gaveUp:
		return q.shutError
	case q.failure != nil:
		return q.failure
	case q.books.queued() > 0 && !q.resting && stalled > max(q.maxWait, DefaultMaxWait):
		return errors.New("deliver records: nothing delivered for " + stalled.Round(time.Millisecond).String())
	}
	return nil
}
