//go:build !race

package slogxprom

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx/tail"
)

func TestNoAllocations(t *testing.T) {
	take := sinkFunc(func(slog.Record) error { return nil })
	plain := NewHandler(take, &Options{Registerer: prometheus.NewRegistry()})
	holding := NewHandler(tail.NewHandler(take, nil), &Options{Registerer: prometheus.NewRegistry()})
	for name, handle := range map[string]func(ctx context.Context, r slog.Record) error{
		"plain": plain.Handle, "before a tail buffer": holding.Handle,
	} {
		for where, ctx := range map[string]context.Context{
			"no trace": context.Background(), "trace": inTrace(1, 0), "sampled trace": inTrace(2, 1),
		} {
			at := time.Now()
			if n := testing.AllocsPerRun(500, func() {
				at = at.Add(exemplarEvery)
				_ = handle(ctx, slog.NewRecord(at, slog.LevelInfo, "m", 0))
			}); n != 0 {
				t.Errorf("%s, %s: %v allocations a record", name, where, n)
			}
		}
	}
	in := newInstruments()
	labels := []string{"sink", "s", "code", "204"}
	if n := testing.AllocsPerRun(500, func() {
		in.Observe(durations, 0.5, labels...)
		in.Observe(sentBytes, 5, labels...)
	}); n != 0 {
		t.Errorf("%v allocations a measurement", n)
	}
}
