//go:build !race

package chain_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestTopAllocatesNothing(t *testing.T) {
	top, more := []slog.Attr{slog.Int("a", 1), slog.Int("b", 2)}, slog.Int("c", 3)
	if n := testing.AllocsPerRun(1000, func() {
		t := chain.Top(top, more)
		t.Set(append(t.Attrs(), more))
		t.Release()
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestAdaptAllocatesNothingWithoutTopLevelAttributes(t *testing.T) {
	h := chain.Adapt(null{})
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "msg", 0)
	r.AddAttrs(slog.Int("a", 1), slog.Int("b", 2))
	ctx := t.Context()
	if n := testing.AllocsPerRun(1000, func() { _ = h.HandleTop(ctx, nil, r) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestAdaptAllocatesNothingWithoutGroups(t *testing.T) {
	h := chain.Adapt(null{})
	top := []slog.Attr{slog.Int("a", 1), slog.Int("b", 2)}
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "msg", 0)
	r.AddAttrs(slog.Int("c", 3), slog.Int("d", 4), slog.Int("e", 5)) // a Record has room for five
	ctx := t.Context()
	if n := testing.AllocsPerRun(1000, func() { _ = h.HandleTop(ctx, top, r) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}
