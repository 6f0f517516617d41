//go:build !race

package filter

import (
	"log/slog"
	"testing"
)

func TestNoAllocations(t *testing.T) {
	h, r, ctx := NewHandler(slog.DiscardHandler, benchOptions), benchRecord(), t.Context()
	if n := testing.AllocsPerRun(1000, func() { _ = h.Handle(ctx, r) }); n != 0 {
		t.Errorf("%v allocations a record, want 0", n)
	}
}
