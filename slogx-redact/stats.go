package slogxredact

import (
	"sync/atomic"

	"github.com/slogx-go/slogx/slogx/chain"
)

// stats counts hits by rule. The handlers made from one share it.
type stats struct {
	names    []string
	counts   []atomic.Uint64
	untold   []atomic.Uint64 // of these, what no observer was told
	observer atomic.Pointer[chain.Observer]
}

func newStats(r *rules) *stats {
	n := len(r.names)
	return &stats{names: r.names, counts: make([]atomic.Uint64, n), untold: make([]atomic.Uint64, n)}
}

func (s *stats) add(id ruleID) {
	s.counts[id].Add(1)
	if o := s.observer.Load(); o != nil {
		(*o).Observe(metric, 1, "rule", s.names[id])
	} else {
		s.untold[id].Add(1)
	}
}

// metric is the name under which hits are observed.
const metric = "slogx_redactions_total"

// Stats returns how often each rule hit: by the name of a detector, or key, path, tag, type, allow, func,
// limit where a bound was reached, and panic where a method of a value panicked. Rules that did not hit are
// left out. Attributes of With are counted once, when they are added.
func (h *Handler) Stats() map[string]uint64 {
	m := make(map[string]uint64)
	for i := range h.stats.counts {
		if n := h.stats.counts[i].Load(); n > 0 {
			m[h.stats.names[i]] = n
		}
	}
	return m
}

// SetObserver hands hits on to o as slogx_redactions_total, with the label rule; those that nobody was told
// yet, such as of attributes of With, at once. Nil ends that.
func (h *Handler) SetObserver(o chain.Observer) {
	if o == nil {
		h.stats.observer.Store(nil)
		return
	}
	h.stats.observer.Store(&o)
	for i := range h.stats.untold {
		if n := h.stats.untold[i].Swap(0); n > 0 {
			o.Observe(metric, float64(n), "rule", h.stats.names[i])
		}
	}
}
