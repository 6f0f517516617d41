package guard

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"sync/atomic"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// shared is what all Guards of one handler have in common.
type shared struct {
	name     string
	reason   string
	alone    bool
	own      func() chain.Stats          // the handler's own books; nil: the counters below
	health   func(context.Context) error // nil: last
	reporter *report.Reporter

	_ [64]byte // what is only read shares no cache line with the counters

	// Where the handler has books of its own, only what never reached them is counted here.
	accepted  atomic.Uint64
	delivered atomic.Uint64
	failed    atomic.Uint64
	closed    atomic.Uint64 // failed, because the sink is closed
	panicked  atomic.Uint64
	skipped   atomic.Uint64
	last      atomic.Pointer[error] // of the last record; nil when it was taken

	_ [64]byte
}

// Report reports err to OnError, at most one an interval.
func (s *shared) Report(err error) { s.reporter.Report(err) }

// Skip counts a record that was meant for the handler and went elsewhere.
func (s *shared) Skip() {
	if s.own == nil {
		s.accepted.Add(1)
	}
	s.skipped.Add(1)
}

// Stats returns the books, which add up also while records flow. A record inside HandleTop is queued.
func (s *shared) Stats() chain.Stats {
	// What is finished is read before what was begun, so that it is never more.
	delivered, failed, closed := s.delivered.Load(), s.failed.Load(), s.closed.Load()
	panicked, skipped := s.panicked.Load(), s.skipped.Load()
	lost := failed + closed + panicked + skipped
	var st chain.Stats
	if s.own == nil {
		st.Accepted, st.Delivered = s.accepted.Load(), delivered
		st.Queued = st.Accepted - delivered - lost
	} else {
		st = s.ownStats()
		st.Dropped = maps.Clone(st.Dropped)
		st.Accepted += lost
	}
	drop(&st, cmp.Or(s.reason, chain.ReasonError), failed)
	drop(&st, cmp.Or(s.reason, chain.ReasonClosed), closed)
	drop(&st, cmp.Or(s.reason, chain.ReasonPanic), panicked)
	drop(&st, chain.ReasonFailover, skipped)
	return st
}

func drop(st *chain.Stats, reason string, n uint64) {
	if n == 0 {
		return
	}
	if st.Dropped == nil {
		st.Dropped = make(map[string]uint64)
	}
	st.Dropped[reason] += n
}

func (s *shared) ownStats() (st chain.Stats) {
	defer func() {
		if p := recover(); p != nil {
			st = chain.Stats{}
			s.Report(fmt.Errorf("ask %s for its books: %w", s.name, panicError{p}))
		}
	}()
	return s.own()
}

// Health returns what the handler says of itself or, if it cannot, the error of the last record; nil if
// it was taken.
func (s *shared) Health(ctx context.Context) (err error) {
	if s.health == nil {
		if last := s.last.Load(); last != nil {
			return *last
		}
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("ask %s for its health: %w", s.name, panicError{p})
		}
	}()
	return s.health(ctx)
}
