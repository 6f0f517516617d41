package slogx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/failover"
	"github.com/slogx-go/slogx/slogx/internal/guard"
)

// standIn is a fallback whose books are not among those of the fan-out.
type standIn struct {
	sink   string
	books  func() chain.Stats
	opened slog.Handler // for this alone; nil: one of the pipeline's sinks
}

func (s *settings) hasFallback(name string) bool {
	return slices.ContainsFunc(s.fallbacks, func(f fallbackSpec) bool { return f.sink == name })
}

// addFallbacks puts a failover before each sink that is to have one, and queues of records before those
// that wait for one.
func (s *settings) addFallbacks(sinks []sink) []standIn {
	var standIns []standIn
	for i := range sinks {
		if !s.hasFallback(sinks[i].Name) { // what falls back to it is queued, too
			sinks[i].addQueue()
		}
	}
	opened := slices.Clone(sinks) // as they are without failovers
	find := func(name string) int {
		return slices.IndexFunc(opened, func(sk sink) bool { return sk.Name == name })
	}
	for _, f := range s.fallbacks {
		i := find(f.sink)
		if i < 0 || i >= len(sinks) || f.sink == f.fallback {
			s.errorf("set up fallback %q of sink %q: want the name of one of the pipeline's sinks, and of another", f.fallback, f.sink)
			continue
		}
		j := find(f.fallback)
		opens := j < 0
		if opens {
			j = len(opened)
			opened = append(opened, s.openNamed(f.fallback, "WithFallback"))
		}
		fallback := opened[j].Handler
		fo := failover.NewHandler(sinks[i].Handler, fallback, &failover.Options{Name: f.sink, OnError: s.onError})
		// Books of its own are those of all that it gets, and count once.
		switch {
		case opens:
			standIns = append(standIns, standIn{f.fallback, fo.FallbackStats, fallback})
		case !guard.KeepsBooks(fallback):
			standIns = append(standIns, standIn{f.fallback, fo.FallbackStats, nil})
		}
		sinks[i].Handler = fo
		sinks[i].text += ", fallback " + f.fallback
	}
	for i := range sinks {
		sinks[i].addQueue()
	}
	return standIns
}

// addQueue puts the queue of records before the sink that waits for one: before its failover, since what
// the sink fails at must still be a record.
func (sk *sink) addQueue() {
	if sk.queue == nil {
		return
	}
	next := sk.Handler
	q := async.NewHandler(next, sk.queue)
	sk.Handler = q
	if fo, ok := next.(*failover.Handler); ok {
		sk.Handler = relay{q, fo}
	}
	sk.text += fmt.Sprintf(", queue of records (%s)", overflow(sk.queue.Overflow))
	sk.queue = nil
}

// relay is a queue before a failover. Only the books and the health of both tell what became of the
// sink's records.
type relay struct {
	*async.Handler

	failover *failover.Handler
}

// Stats returns the books of the sink. What the queue handed on and the sink did not take is with the
// fallback, also where that failed.
func (r relay) Stats() chain.Stats {
	failed := r.failover.Stats().Dropped // first, so that it is never more than the queue knows of
	st := r.Handler.Stats()
	st.Delivered += st.Dropped[chain.ReasonError] + st.Dropped[chain.ReasonPanic]
	delete(st.Dropped, chain.ReasonError)
	delete(st.Dropped, chain.ReasonPanic)
	for reason, n := range failed {
		n = min(n, st.Delivered) // what is in flight is still queued
		if n == 0 {
			continue
		}
		st.Delivered -= n
		if st.Dropped == nil {
			st.Dropped = make(map[string]uint64)
		}
		st.Dropped[reason] += n
	}
	return st
}

// Health returns what is wrong with the queue, and with the sink.
func (r relay) Health(ctx context.Context) error {
	return errors.Join(r.Handler.Health(ctx), r.failover.Health(ctx))
}

// add returns the books of a and b as one.
func add(a, b chain.Stats) chain.Stats {
	a.Accepted += b.Accepted
	a.Delivered += b.Delivered
	a.Queued += b.Queued
	a.Spooled += b.Spooled
	for reason, n := range b.Dropped {
		if a.Dropped == nil {
			a.Dropped = make(map[string]uint64)
		}
		a.Dropped[reason] += n
	}
	return a
}
