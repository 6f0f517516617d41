package failover

import (
	"log/slog"
	"testing"
	"time"
)

func BenchmarkHandle(b *testing.B) {
	r := newRecord("m")
	r.AddAttrs(slog.Int("a", 1), slog.Int("b", 2), slog.Int("c", 3), slog.Int("d", 4), slog.Int("e", 5))
	open := NewHandler(newSink(down), slog.DiscardHandler, &Options{Failures: 1, CoolDown: time.Hour, OnError: ignore})
	_ = open.Handle(b.Context(), r)
	for _, bb := range []struct {
		name string
		h    slog.Handler
	}{
		{"closed", NewHandler(slog.DiscardHandler, slog.DiscardHandler, nil)},
		{"open", open},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = bb.h.Handle(b.Context(), r)
			}
		})
		b.Run(bb.name+"-parallel", func(b *testing.B) {
			b.ReportAllocs()
			ctx := b.Context()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_ = bb.h.Handle(ctx, r)
				}
			})
		})
	}
}
