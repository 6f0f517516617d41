package guard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

// sink does with a record what its func does.
type sink struct {
	slog.Handler
	do func() error
}

func newSink(do func() error) sink { return sink{slog.DiscardHandler, do} }

func (s sink) Handle(context.Context, slog.Record) error { return s.do() }

// keeper is a sink with books of its own.
type keeper struct {
	sink
	stats chain.Stats
}

func (k keeper) Stats() chain.Stats { return k.stats }

func outcomes(t *testing.T, g *Guard, do *func() error) {
	t.Helper()
	refused := errors.New("refused")
	for _, outcome := range []func() error{
		func() error { return nil },
		func() error { return refused },
		func() error { return fmt.Errorf("write: %w", os.ErrClosed) },
		func() error { panic("boom") },
	} {
		*do = outcome
		_ = g.HandleTop(t.Context(), nil, new(slog.Record))
	}
	g.Skip()
}

func TestEveryOutcomeIsEnteredOnce(t *testing.T) {
	own := chain.Stats{Accepted: 3, Delivered: 1, Dropped: map[string]uint64{chain.ReasonRejected: 2}}
	tests := []struct {
		name   string
		reason string
		keeps  bool
		want   chain.Stats
	}{
		{"own reasons", "", false, chain.Stats{Accepted: 5, Delivered: 1, Dropped: map[string]uint64{
			chain.ReasonError: 1, chain.ReasonClosed: 1, chain.ReasonPanic: 1, chain.ReasonFailover: 1,
		}}},
		{"one reason", chain.ReasonFailover, false, chain.Stats{Accepted: 5, Delivered: 1, Dropped: map[string]uint64{
			chain.ReasonFailover: 4,
		}}},
		{"books of its own", chain.ReasonFailover, true, chain.Stats{Accepted: 5, Delivered: 1, Dropped: map[string]uint64{
			chain.ReasonRejected: 2, chain.ReasonFailover: 2,
		}}},
	}
	for _, tt := range tests {
		var do func() error
		var h slog.Handler = newSink(func() error { return do() })
		if tt.keeps {
			h = keeper{newSink(func() error { return do() }), own}
		}
		g := New(h, Options{Reason: tt.reason})
		outcomes(t, g, &do)
		if diff := cmp.Diff(tt.want, g.Stats()); diff != "" {
			t.Errorf("%s: Stats (-want +got):\n%s", tt.name, diff)
		}
	}
	if diff := cmp.Diff(map[string]uint64{chain.ReasonRejected: 2}, own.Dropped); diff != "" {
		t.Errorf("the sink's own snapshot was changed (-want +got):\n%s", diff)
	}
}

func TestGoroutineThatEndsInsideTheHandlerLeavesTheBooksClosed(t *testing.T) {
	g := New(newSink(func() error { runtime.Goexit(); return nil }), Options{})
	var wg sync.WaitGroup
	wg.Go(func() { _ = g.HandleTop(t.Context(), nil, new(slog.Record)) })
	wg.Wait()
	if s := g.Stats(); s.Accepted != 1 || s.Queued != 0 {
		t.Errorf("Stats = %+v, want 1 accepted and nothing queued", s)
	}
}

func TestHandlerThatEndsTheGoroutineHasNotTakenTheRecord(t *testing.T) {
	g := New(newSink(func() error {
		runtime.Goexit()
		return nil
	}), Options{Name: "it"})
	var wg sync.WaitGroup
	wg.Go(func() { _ = g.HandleTop(t.Context(), nil, new(slog.Record)) })
	wg.Wait()
	want := chain.Stats{Accepted: 1, Dropped: map[string]uint64{chain.ReasonError: 1}}
	if diff := cmp.Diff(want, g.Stats()); diff != "" {
		t.Errorf("books (-want +got):\n%s", diff)
	}
	if err := g.Health(t.Context()); !errors.Is(err, errExited) {
		t.Errorf("health %v", err)
	}
}
