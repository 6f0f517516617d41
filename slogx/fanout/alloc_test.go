//go:build !race

package fanout

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestHandleDoesNotAllocate(t *testing.T) {
	sinks := []Sink{
		{Handler: slog.DiscardHandler},
		{Handler: sinkFunc(take), Level: slog.LevelInfo, MaxLevel: slog.LevelError},
		{Handler: sinkFunc(take), Filter: func(_ context.Context, r slog.Record) bool { return r.Level > 0 }},
		{Handler: sinkFunc(take), Stats: func() chain.Stats { return chain.Stats{} }},
	}
	h := NewHandler(sinks...)
	top := []slog.Attr{slog.Int("top", 1)}
	var topSink nullTop
	withTop := NewHandler(Sink{Handler: topSink}, Sink{Handler: topSink})
	r := newRecord(slog.LevelInfo, "m")
	for i := range 8 {
		r.AddAttrs(slog.Int("n", i))
	}
	ctx := t.Context()
	allocs := testing.AllocsPerRun(100, func() {
		if h.Enabled(ctx, r.Level) && h.Handle(ctx, r) != nil || withTop.HandleTop(ctx, top, r) != nil {
			t.Error("a sink failed")
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a record, want 0", allocs)
	}
}
