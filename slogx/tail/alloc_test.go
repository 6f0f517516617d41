//go:build !race

package tail_test

import (
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/tail"
)

func TestRecordsThatPassAllocateNothing(t *testing.T) {
	h := tail.NewHandler(null{slog.LevelInfo}, nil)
	ctx, buf := tail.NewContext(t.Context())
	defer buf.Discard()
	r := record(slog.LevelInfo)
	if n := testing.AllocsPerRun(1000, func() { _ = h.Handle(ctx, r) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestHeldRecordsAllocateNothing(t *testing.T) {
	h := tail.NewHandler(null{slog.LevelInfo}, &tail.Options{RequestRecords: 10})
	ctx, buf := tail.NewContext(t.Context())
	defer buf.Discard()
	r := record(slog.LevelDebug)
	if n := testing.AllocsPerRun(1000, func() { _ = h.Handle(ctx, r) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
	if h.Held() != 10 {
		t.Errorf("%d held", h.Held())
	}
}
