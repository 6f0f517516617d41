//go:build !race

package async

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// floodRecords is how many records TestFlood logs.
const floodRecords = 1_000_000

func TestWriterAllocatesNothing(t *testing.T) {
	w := NewWriter(io.Discard, nil)
	text := []byte(strings.Repeat("x", 199) + "\n")
	ctx := t.Context()
	write := func() { _ = w.WriteRecord(ctx, slog.LevelInfo, text) }
	for range 20_000 {
		write()
	}
	if n := testing.AllocsPerRun(10_000, write); n != 0 {
		t.Errorf("%v allocations", n)
	}
	shutdown(t, w)
}

func TestHandlerAllocatesNothing(t *testing.T) {
	h := NewHandler(&topHandler{see: func([]slog.Attr) {}}, nil)
	ctx := context.Background() // one that can end costs the worker an allocation
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.String("s", "v"), slog.Int("i", 1), slog.Bool("b", true), slog.Duration("d", 1), slog.Float64("f", 1))
	top := []slog.Attr{slog.String("trace_id", "x")}
	log := func() {
		if err := h.HandleTop(ctx, top, r); err != nil {
			t.Error(err)
		}
	}
	for range 2 * DefaultRecords { // fill the pool
		log()
	}
	if n := testing.AllocsPerRun(10_000, log); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
