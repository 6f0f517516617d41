//go:build !race

package failover

import (
	"log/slog"
	"testing"
	"time"
)

func TestHandleDoesNotAllocate(t *testing.T) {
	r := newRecord("m")
	for i := range 8 {
		r.AddAttrs(slog.Int("n", i))
	}
	well := NewHandler(slog.DiscardHandler, slog.DiscardHandler, nil)
	open := NewHandler(newSink(down), slog.DiscardHandler, &Options{Failures: 1, CoolDown: time.Hour, OnError: ignore})
	handle(t, open, "opens")
	for name, h := range map[string]*Handler{"closed": well, "open": open} {
		allocs := testing.AllocsPerRun(100, func() {
			if err := h.Handle(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations a record, want 0", name, allocs)
		}
	}
}
