package slogx

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/failover"
	"github.com/slogx-go/slogx/slogx/internal/guard"
)

// standIn is a fallback whose books are not among those of the fan-out: it has none of its own.
type standIn struct {
	sink  string
	books func() chain.Stats
}

func (s *settings) hasFallback(name string) bool {
	return slices.ContainsFunc(s.fallbacks, func(f fallbackSpec) bool { return f.sink == name })
}

// addFallbacks puts a failover before each sink that is to have one.
func (s *settings) addFallbacks(sinks []sink) []standIn {
	var standIns []standIn
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
		if j < 0 {
			j = len(opened)
			opened = append(opened, s.openNamed(f.fallback))
		}
		fallback := opened[j].Handler
		fo := failover.NewHandler(sinks[i].Handler, fallback, &failover.Options{Name: f.sink, OnError: s.onError})
		if j >= len(sinks) || !guard.KeepsBooks(fallback) {
			standIns = append(standIns, standIn{f.fallback, fo.FallbackStats})
		}
		s.putBefore(&sinks[i], fo)
		sinks[i].text += ", fallback " + f.fallback
	}
	return standIns
}

// putBefore puts a failover before a sink and, where sinks are queued, a queue before that: what the sink
// fails at must still be a record.
func (s *settings) putBefore(sk *sink, fo *failover.Handler) {
	sk.Handler = slog.Handler(fo)
	if !s.async {
		return
	}
	q := async.NewHandler(fo, s.queueOptions(async.Options{}))
	sk.Handler, sk.text = q, sk.text+fmt.Sprintf(", queue of records (%s)", s.overflow())
	sk.Stats = func() chain.Stats {
		// What the queue delivered to the fallback, the sink did not get. The sink's books come first, so
		// that they never know of more than the queue's.
		dropped := fo.Stats().Dropped
		st := q.Stats()
		for reason, n := range dropped {
			n = min(n, st.Delivered)
			st.Delivered -= n
			if st.Dropped == nil {
				st.Dropped = make(map[string]uint64)
			}
			st.Dropped[reason] += n
		}
		return st
	}
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
