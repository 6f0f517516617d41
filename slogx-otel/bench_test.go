package slogxotel

import (
	"log/slog"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"
)

func BenchmarkHandle(b *testing.B) {
	r := slog.NewRecord(time.Time{}, slog.LevelError, "m", 0)
	r.AddAttrs(slog.Int("k", 1), slog.String("s", "text"))
	inSpan := trace.ContextWithSpanContext(b.Context(), spanContext(b, 1, "rojo=1"))
	recording := trace.ContextWithSpan(b.Context(), &quiet{span{sc: spanContext(b, 1, "")}})
	for _, bm := range []struct {
		name string
		opts *Options
		run  func(slog.Handler) error
	}{
		{"none", nil, func(h slog.Handler) error { return h.Handle(b.Context(), r) }},
		{"span", nil, func(h slog.Handler) error { return h.Handle(inSpan, r) }},
		{"span, baggage", &Options{Baggage: []string{"tenant"}}, func() func(slog.Handler) error {
			ctx := withBaggage(inSpan, b, "tenant", "acme")
			return func(h slog.Handler) error { return h.Handle(ctx, r) }
		}()},
		{"event", &Options{Events: slog.LevelError}, func(h slog.Handler) error { return h.Handle(recording, r) }},
	} {
		b.Run(bm.name+"/slogx", func(b *testing.B) {
			h := NewHandler(slog.DiscardHandler, bm.opts)
			b.ReportAllocs()
			for b.Loop() {
				if err := bm.run(h); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// quiet keeps no events.
type quiet struct{ span }

func (*quiet) AddEvent(string, ...trace.EventOption) {}
