package async

import (
	"context"
	"fmt"
	"time"
)

// waiter is a caller that waits for room. The worker takes its record from it.
type waiter[T any] struct {
	it         T
	m          meta
	since      time.Time
	done       chan struct{} // capacity 1: the record entered, or err says why not
	err        error
	timer      *time.Timer
	prev, next *waiter[T]
	queued     bool
}

// waiters are served in the order in which they came.
type waiters[T any] struct {
	first, last *waiter[T]
	keep        int        // how many of them have records to keep
	free        *waiter[T] // for the next caller, so that waiting allocates nothing
}

// mayPass reports whether a new record need not queue behind the waiters: a record to keep passes others,
// for which its reserved room is of no use, until the first of them has waited for limit.
func (ws *waiters[T]) mayPass(m meta, limit time.Duration) bool {
	if ws.first == nil {
		return true
	}
	return m.keep && ws.keep == 0 && time.Since(ws.first.since) < limit
}

func (ws *waiters[T]) push(it T, m meta) *waiter[T] {
	w := ws.free
	if w == nil {
		w = &waiter[T]{done: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	} else {
		ws.free = w.next
		w.next = nil
	}
	w.it, w.m, w.since, w.queued, w.err = it, m, time.Now(), true, nil
	w.prev = ws.last
	if ws.last == nil {
		ws.first = w
	} else {
		ws.last.next = w
	}
	ws.last = w
	if m.keep {
		ws.keep++
	}
	return w
}

func (ws *waiters[T]) remove(w *waiter[T]) {
	if w.prev == nil {
		ws.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		ws.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	if w.m.keep {
		ws.keep--
	}
	w.prev, w.next, w.queued = nil, nil, false
}

// reuse keeps w for the next caller. Nobody else has it any more.
func (ws *waiters[T]) reuse(w *waiter[T]) {
	var none T
	w.it = none
	w.next, ws.free = ws.free, w
}

// wait waits for room. It is called with the lock held, and gives it up.
func (q *queue[T]) wait(ctx context.Context, it T, m meta) error {
	limit := q.maxWait
	if m.keep {
		limit = q.keepWait
	}
	w := q.waiting.push(it, m)
	w.timer.Reset(limit)
	q.ensureWork()
	q.mu.Unlock()
	for {
		var ended bool
		select {
		case <-w.done:
			q.mu.Lock()
			return q.waited(ctx, w)
		case <-ctx.Done():
			ended = true
		case <-w.timer.C:
		}
		q.mu.Lock()
		if !w.queued {
			<-w.done
			return q.waited(ctx, w)
		}
		rest := q.rest(w.since, limit)
		if !ended && rest > 0 {
			w.timer.Reset(rest)
			q.mu.Unlock()
			continue
		}
		return q.waitedInVain(ctx, w, limit, ended)
	}
}

// waited ends the wait of one whom the worker has served, or Shutdown sent away.
func (q *queue[T]) waited(ctx context.Context, w *waiter[T]) error {
	w.timer.Stop()
	err, m := w.err, w.m
	q.waiting.reuse(w)
	if err != nil {
		q.mu.Unlock()
		return err
	}
	return q.entered(ctx, m)
}

// waitedInVain ends a wait that was too long, or whose context has ended.
func (q *queue[T]) waitedInVain(ctx context.Context, w *waiter[T], limit time.Duration, ended bool) error {
	w.timer.Stop()
	q.waiting.remove(w)
	it, m := w.it, w.m
	q.waiting.reuse(w)
	if !ended && m.keep && q.state == open {
		if q.enter(it, m) || q.back.evict(m) && q.enter(it, m) {
			return q.entered(ctx, m)
		}
	}
	q.ensureWork() // who waited behind may be served now
	if ended {
		return q.refuse(m, canceled)
	}
	why := queueFull
	if m.keep {
		why = keepTimeout
	}
	err := q.refuse(m, why)
	q.report.Report(fmt.Errorf("queue a record of level %v: the sink has delivered nothing for %v: %w", m.level, limit, err))
	return err
}

// admit serves those who wait, as far as there is room. It is called with the lock held.
func (q *queue[T]) admit() {
	for w := q.waiting.first; w != nil && q.state != gaveUp && q.enter(w.it, w.m); w = q.waiting.first {
		q.waiting.remove(w)
		w.done <- struct{}{}
	}
}
