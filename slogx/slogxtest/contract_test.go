package slogxtest

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestRunContractPassesGoodSinks(t *testing.T) {
	t.Run("with a queue", func(t *testing.T) {
		RunContract(t, func(*testing.T) (slog.Handler, func() ([]map[string]any, error)) {
			s := newDepot(depotFaults{})
			return s.handler, s.results
		})
	})
	t.Run("without lifecycle", func(t *testing.T) {
		RunContract(t, func(t *testing.T) (slog.Handler, func() ([]map[string]any, error)) {
			rec := NewRecorder(t)
			return rec, func() ([]map[string]any, error) { return mapsOf(rec), nil }
		})
	})
}

// contractMutants break one rule each.
var contractMutants = map[string]depotFaults{
	"values-as-they-were":    {lateValues: true},
	"order":                  {lastFirst: true},
	"canceled":               {loseCanceled: true},
	"flush-canceled":         {flushLies: true},
	"shutdown-delivers":      {shutdownForgets: true},
	"shutdown-while-logging": {panicLate: true},
	"books":                  {countTwice: true},
}

func TestContractCatchesEveryFault(t *testing.T) {
	for _, r := range contractRules {
		faults, ok := contractMutants[r.name]
		if !ok {
			t.Errorf("no mutant shows that rule %s sees anything", r.name)
			continue
		}
		got := newFailures([]string{r.name})
		runContract(got, func() subject { return newDepot(faults) })
		if !got.has(r.name) {
			t.Errorf("rule %s does not see %+v", r.name, faults)
		}
	}
}

// depotFaults are the ways in which a depot breaks the rules.
type depotFaults struct {
	lateValues      bool // values are looked at when they are delivered
	lastFirst       bool // the newest record is delivered first
	loseCanceled    bool // a record whose context has ended is lost in silence
	flushLies       bool // Flush returns nil where it delivers nothing
	shutdownForgets bool // Shutdown delivers nothing
	panicLate       bool // a record after Shutdown panics
	countTwice      bool // a delivered record is counted twice
}

// depot is a sink with a queue, which Flush and Shutdown empty.
type depot struct {
	faults depotFaults

	mu        sync.Mutex
	queue     []func() Record
	delivered []map[string]any
	books     chain.Stats
	closed    bool
}

// depotHandler is one logger's view of a depot.
type depotHandler struct {
	*depot

	view *Recorder // knows the attributes and groups of With; its records move on at once
}

func newDepot(faults depotFaults) subject {
	d := &depot{faults: faults, books: chain.Stats{Dropped: map[string]uint64{}}}
	return subject{&depotHandler{d, newRecorder()}, func() ([]map[string]any, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		return slices.Clone(d.delivered), nil
	}}
}

func (h *depotHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

func (h *depotHandler) Handle(ctx context.Context, r slog.Record) error {
	return h.HandleTop(ctx, nil, r)
}

func (h *depotHandler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.books.Accepted++
	switch {
	case h.closed && h.faults.panicLate:
		panic("closed")
	case h.closed:
		h.books.Dropped[chain.ReasonClosed]++
		return errors.New("the depot is closed")
	case ctx.Err() != nil && h.faults.loseCanceled:
		return nil
	}
	look := func() Record {
		_ = h.view.HandleTop(ctx, top, r)
		kept := h.view.Records()[0]
		h.view.Reset()
		return kept
	}
	if !h.faults.lateValues {
		kept := look()
		look = func() Record { return kept }
	}
	h.queue = append(h.queue, look)
	return nil
}

func (h *depotHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return &depotHandler{h.depot, h.view.WithAttrs(attrs).(*Recorder)}
}

func (h *depotHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &depotHandler{h.depot, h.view.WithGroup(name).(*Recorder)}
}

func (d *depot) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil && !d.faults.flushLies {
		return err
	} else if err != nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.faults.lastFirst {
		slices.Reverse(d.queue)
	}
	for _, look := range d.queue {
		d.delivered = append(d.delivered, look().Map())
		d.books.Delivered++
		if d.faults.countTwice {
			d.books.Delivered++
		}
	}
	d.queue = nil
	return nil
}

func (d *depot) Shutdown(ctx context.Context) error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	if d.faults.shutdownForgets {
		return nil
	}
	return d.Flush(ctx)
}

func (d *depot) Stats() chain.Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	books := d.books
	books.Queued = uint64(len(d.queue))
	books.Dropped = map[string]uint64{chain.ReasonClosed: d.books.Dropped[chain.ReasonClosed]}
	return books
}
