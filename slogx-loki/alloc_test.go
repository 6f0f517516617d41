//go:build !race

package slogxloki

import (
	"log/slog"
	"testing"
	"time"
)

func TestHandleAllocatesNothing(t *testing.T) {
	h := newTest(t, hung(), Options{QueueBytes: 256 << 10})
	logger := h.WithAttrs([]slog.Attr{slog.String("version", "1"), slog.String("trace_id", "x")}).(*Handler)
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "request served", 0)
	r.AddAttrs(slog.String("method", "GET"), slog.Int("status", 200), slog.Bool("ok", true), slog.Duration("took", 1), slog.String("request_id", "r"))
	top := []slog.Attr{slog.String("span_id", "abc"), slog.String("other", "o")}
	for name, log := range map[string]func(){
		"Handle":    func() { _ = h.Handle(t.Context(), r) },
		"HandleTop": func() { _ = logger.HandleTop(t.Context(), top, r) },
	} {
		for range 5000 { // until the queue is full, and gives up the oldest
			log()
		}
		if n := testing.AllocsPerRun(5000, log); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestHandleWithSpoolAllocatesNothing(t *testing.T) {
	h := newTest(t, hung(), Options{SpoolDir: t.TempDir(), SpoolSync: SyncNone})
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "request served", 0)
	log := func() { _ = h.Handle(t.Context(), r) }
	for range 1000 {
		log()
	}
	if n := testing.AllocsPerRun(5000, log); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
