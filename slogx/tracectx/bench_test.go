package tracectx_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

func BenchmarkParse(b *testing.B) {
	parents := []string{parent}
	for _, bm := range []struct {
		name   string
		states []string
	}{
		{"Traceparent", nil},
		{"Tracestate", []string{"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"}},
		{"TwoLines", []string{"rojo=00f067aa0ba902b7", "congo=t61rcWkgMzE"}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tracectx.Parse(parents, bm.states); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		tracectx.New()
	}
}

func BenchmarkAppendAttrs(b *testing.B) {
	tracectx.IsolateSources(b)
	tr := mustParse(b, parent)
	ctx := tracectx.NewContext(context.Background(), tr)
	attrs := make([]slog.Attr, 0, 3)
	run := func(name string, ctx context.Context) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				attrs = tracectx.AppendAttrs(ctx, attrs[:0])
			}
		})
	}
	run("NoTrace", context.Background())
	run("Context", ctx)
	tracectx.RegisterSource(func(context.Context) (tracectx.Trace, bool) { return tr, true })
	run("Source", ctx)
}
