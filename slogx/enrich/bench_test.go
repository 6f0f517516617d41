package enrich

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// benchSetup returns a Handler with the attributes of the context and the trace above two open groups,
// a context with two attributes and a trace, and a record.
func benchSetup(ctx context.Context, next slog.Handler) (slog.Handler, context.Context, slog.Record) {
	h := NewHandler(next, ContextAttrs(), Trace()).WithGroup("g").WithGroup("h")
	ctx = ContextWithAttrs(ctx, slog.String("request_id", "r1"), slog.Int("user", 7))
	ctx = tracectx.NewContext(ctx, tracectx.Trace{TraceID: [16]byte{1}, SpanID: [8]byte{2}, Flags: 1})
	var r slog.Record
	r.Message = "m"
	r.AddAttrs(slog.Int("a", 1), slog.Int("b", 2))
	return h, ctx, r
}

func BenchmarkHandle(b *testing.B) {
	h, ctx, r := benchSetup(b.Context(), topFunc(func([]slog.Attr, slog.Record) {}))
	b.Run("context+trace", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = h.Handle(ctx, r)
		}
	})
	b.Run("context+trace-parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_ = h.Handle(ctx, r)
			}
		})
	})
}

func BenchmarkEnricher(b *testing.B) {
	attrs := make([]slog.Attr, 0, 64)
	for _, name := range Names() {
		newEnricher, _ := Lookup(name)
		e := newEnricher()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e(b.Context(), attrs)
			}
		})
	}
}
