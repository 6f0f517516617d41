//go:build !race

package enrich

import (
	"log/slog"
	"testing"
)

func TestEnrichingUnderTwoGroupsDoesNotAllocate(t *testing.T) {
	h, ctx, r := benchSetup(t.Context(), topFunc(func(top []slog.Attr, _ slog.Record) {
		if len(top) != 5 {
			t.Errorf("%d attributes at the top, want 5", len(top))
		}
	}))
	allocs := testing.AllocsPerRun(100, func() {
		if err := h.Handle(ctx, r); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a record, want 0", allocs)
	}
}

func TestStaticAndRuntimeEnrichersDoNotAllocate(t *testing.T) {
	attrs := make([]slog.Attr, 0, 64)
	ctx := t.Context()
	for _, name := range Names() {
		newEnricher, _ := Lookup(name)
		e := newEnricher()
		if allocs := testing.AllocsPerRun(100, func() { e(ctx, attrs) }); allocs != 0 {
			t.Errorf("%s: %v allocations a record, want 0", name, allocs)
		}
	}
}
