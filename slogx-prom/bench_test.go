package slogxprom

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// null is a chain.Handler that does nothing.
type null struct{}

func (null) Enabled(context.Context, slog.Level) bool                  { return true }
func (null) Handle(context.Context, slog.Record) error                 { return nil }
func (null) HandleTop(context.Context, []slog.Attr, slog.Record) error { return nil }
func (n null) WithAttrs([]slog.Attr) slog.Handler                      { return n }
func (n null) WithGroup(string) slog.Handler                           { return n }

func BenchmarkHandle(b *testing.B) {
	h := NewHandler(null{}, &Options{Registerer: prometheus.NewRegistry()})
	for name, ctx := range map[string]context.Context{
		"no-trace": b.Context(), "trace": inTrace(1, 0), "sampled": inTrace(2, 1),
	} {
		r := slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = h.Handle(ctx, r)
			}
		})
		b.Run(name+"-parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_ = h.Handle(ctx, r)
				}
			})
		})
	}
}

func BenchmarkObserve(b *testing.B) {
	in := newInstruments()
	labels := []string{"sink", "s", "code", "204"}
	b.Run("counter", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			in.Observe(sentBytes, 100, labels...)
		}
	})
	b.Run("duration", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			in.Observe(durations, 0.1, labels...)
		}
	})
}

func BenchmarkGather(b *testing.B) {
	reg := prometheus.NewRegistry()
	NewHandler(null{}, &Options{Registerer: reg})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reg.Gather(); err != nil {
			b.Fatal(err)
		}
	}
}
