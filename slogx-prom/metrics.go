package slogxprom

import (
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/tail"
)

// Metrics returns the option that registers the metrics of a pipeline. A nil reg means
// [prometheus.DefaultRegisterer]. Build fails, and New reports it, where the metrics cannot be registered:
// another pipeline that still runs has done so. To have both, tell them apart by a label that both have:
// [prometheus.WrapRegistererWith] adds it to all metrics. Those of a pipeline that was shut down make room.
func Metrics(reg prometheus.Registerer) slogx.Option {
	return slogx.Options(
		slogx.WithHandler(slogx.StageObserve, func(next slog.Handler) slog.Handler { return newHandler(next) }),
		slogx.WithStart(func(p *slogx.Pipeline) error { return start(p, reg) }),
	)
}

// start registers the metrics of p: those of the Handler that the option put into it, the first of its kind
// that has none yet.
func start(p *slogx.Pipeline, reg prometheus.Registerer) error {
	var c *collector
	chain.Walk(p.Handler(), func(h slog.Handler) bool {
		if own, ok := h.(*Handler); ok && c == nil && !own.collector.started.Load() {
			c = own.collector
		}
		return c == nil
	})
	if c == nil {
		return errors.New("register metrics: the pipeline has no handler that counts")
	}
	c.watch(p.Handler(), booksOfPipeline(p))
	if err := c.register(reg); err != nil {
		return err
	}
	p.SetObserver(c.instruments)
	return nil
}

// register makes c known to reg. Metrics of ours that have ended make room.
func (c *collector) register(reg prometheus.Registerer) error {
	if reg == nil {
		reg = prometheus.DefaultRegisterer
	}
	err := reg.Register(c)
	if already, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
		if old, ok := already.ExistingCollector.(*collector); ok && old.ended.Load() && reg.Unregister(old) {
			err = reg.Register(c)
		}
	}
	if err != nil {
		return fmt.Errorf("register metrics: %w; if the program has several pipelines, give each a value of one label by "+
			"prometheus.WrapRegistererWith or SLOGX_PROM_LABELS", err)
	}
	return nil
}

// collector collects the metrics of a chain of handlers.
type collector struct {
	records     records
	instruments *instruments

	started  atomic.Bool // the following are set, and do not change
	books    books
	redacted []interface{ Stats() map[string]uint64 }
	holds    atomic.Bool // records may be counted later, or never

	ended atomic.Bool
}

var _ prometheus.Collector = (*collector)(nil)

func newCollector() *collector {
	c := &collector{instruments: newInstruments()}
	for i := range c.records {
		l := &c.records[i]
		l.add = func() { l.n.Add(1) }
	}
	return c
}

// watch has c collect what the handlers from h on know.
func (c *collector) watch(h slog.Handler, b books) {
	c.books = b
	for sink := range b.spools {
		c.instruments.expect(sink)
	}
	chain.Walk(h, func(h slog.Handler) bool {
		switch h := h.(type) {
		case *tail.Handler:
			c.holds.Store(true)
		case interface{ Stats() map[string]uint64 }:
			c.redacted = append(c.redacted, h)
		}
		return true
	})
	c.started.Store(true)
}
