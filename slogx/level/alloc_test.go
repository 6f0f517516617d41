//go:build !race

package level_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/level"
)

func TestNoAllocations(t *testing.T) {
	ctx := context.Background()
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	plain := level.NewController(new(slog.LevelVar))
	overridden := level.NewController(new(slog.LevelVar))
	set(t, overridden, "db", slog.LevelDebug, 0)
	for name, c := range map[string]*level.Controller{"no override": plain, "override": overridden} {
		sink := &nullSink{}
		h := level.NewHandler(sink, c).WithName("db").WithGroup("g")
		if n := testing.AllocsPerRun(100, func() {
			if !h.Enabled(ctx, slog.LevelInfo) || h.Handle(ctx, r) != nil {
				t.Fatal("record lost")
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations a record", name, n)
		}
		if sink.top != 1 {
			t.Errorf("%s: %d top-level attributes, want the name", name, sink.top)
		}
	}
}
