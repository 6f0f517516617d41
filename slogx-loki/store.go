package slogxloki

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
	"github.com/slogx-go/slogx/slogx-loki/internal/spool"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
)

// store keeps records until they are delivered: a queue in memory, or a spool on disk. Handlers add to it;
// the sender takes batches, settles what became of their records, and releases them. Both have a base.
type store interface {
	add(ctx context.Context, r record) error

	// take fills b with the oldest records, if they are due, else it says when they may be.
	take(b *batch) (ok bool, wait time.Duration, err error)
	settle(b *batch, n, lost int, why reason)
	release(b *batch)

	mark() uint64          // of all records up to now
	left(mark uint64) bool // whether they have left

	// finish closes the store to new records, unless some are left.
	finish() bool

	// close gives up what is left, or leaves it on disk, and returns how many that are.
	close() (uint64, error)

	usage() (async.Usage, spool.Usage)
}

// forever is a wait that only a wake-up ends.
const forever = time.Duration(math.MaxInt64)

// batch is records that are sent together.
type batch struct {
	labels  []string // of the streams
	items   []push.Item
	reached bool        // an earlier process may have delivered them
	spooled spool.Batch // where they are from
}

func (b *batch) reset(labels []string) {
	b.labels, b.items, b.reached = labels, b.items[:0], false
}

// base is what both stores have.
type base struct {
	mu       sync.Mutex
	books    books
	streams  streams
	draining bool // everything is wanted at once
	shut     bool
	wanted   uint64        // the mark up to which somebody flushes
	watch    chan struct{} // closed when records leave; nil: nobody watches
	wake     chan struct{} // capacity 1: take may have something

	onDisk  bool
	trouble atomic.Pointer[error] // of the last write to the disk; nil: it went well
}

func (s *base) number(labels string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams.number(labels)
}

// refuse counts a record that was not taken.
func (s *base) refuse(why reason) error {
	s.books.accepted++
	s.books.dropped[why]++
	return droppedErrors[why]
}

// kick wakes the sender.
func (s *base) kick() {
	select {
	case s.wake <- struct{}{}:
	default: // it has yet to see the last one
	}
}

// changed returns a channel that is closed when records leave.
func (s *base) changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watch == nil {
		s.watch = make(chan struct{})
	}
	return s.watch
}

// tell wakes those who watch.
func (s *base) tell() {
	if s.watch != nil {
		close(s.watch)
		s.watch = nil
	}
}

func (s *base) hurryTo(mark uint64) {
	s.mu.Lock()
	s.wanted = max(s.wanted, mark)
	s.mu.Unlock()
	s.kick()
}

func (s *base) drain() {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	s.kick()
}

func (s *base) stats() chain.Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.books.stats()
	if s.onDisk {
		st.Queued, st.Spooled = 0, st.Queued
	}
	return st
}

func (s *base) health() error {
	if err := s.trouble.Load(); err != nil {
		return *err
	}
	return nil
}

// finished closes the store to new records, unless some are left.
func (s *base) finished() bool {
	s.shut = s.shut || s.books.left() == 0
	return s.shut
}

// account enters what became of n records, of which some are lost.
func (s *base) account(n, lost int, why reason) {
	s.books.delivered += uint64(n - lost)
	if lost > 0 {
		s.books.dropped[why] += uint64(lost)
	}
}
