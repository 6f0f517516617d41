//go:build !race

package sample

import (
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestNoAllocations(t *testing.T) {
	ctx := tracectx.NewContext(t.Context(), tracectx.New())
	top := []slog.Attr{slog.String(level.NameKey, "db")}
	r := record(slog.LevelInfo, "request served")
	for _, tt := range benchCases {
		h := NewHandler(newSink(), &tt.opts)
		if n := testing.AllocsPerRun(1000, func() { _ = h.HandleTop(ctx, top, r) }); n != 0 {
			t.Errorf("%s: %v allocations a record, want 0", tt.name, n)
		}
		if err := h.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	}
}
