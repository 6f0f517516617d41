//go:build !race

package tracectx_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestNoAllocations(t *testing.T) {
	tracectx.IsolateSources(t)
	parents, states := []string{parent}, []string{"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"}
	wrong := []string{"00-" + traceID + "-" + spanID + "-0."}
	tr := mustParse(t, parent)
	ctx := tracectx.NewContext(context.Background(), tr)
	buf := make([]byte, 0, 64)
	attrs := make([]slog.Attr, 0, 3)
	check := func(name string, f func()) {
		t.Helper()
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	check("Parse of a valid header", func() {
		if got, err := tracectx.Parse(parents, states); err != nil || got.State != states[0] {
			t.Fatal(got, err)
		}
	})
	check("Parse of an invalid header", func() {
		if _, err := tracectx.Parse(wrong, states); err == nil {
			t.Fatal("accepted")
		}
	})
	check("AppendTraceparent", func() { buf = tr.AppendTraceparent(buf[:0]) })
	check("FromContext", func() { tracectx.FromContext(ctx) })
	check("AppendAttrs from a context", func() { attrs = tracectx.AppendAttrs(ctx, attrs[:0]) })
	tracectx.RegisterSource(func(context.Context) (tracectx.Trace, bool) { return tr, true })
	check("AppendAttrs from a source", func() { attrs = tracectx.AppendAttrs(ctx, attrs[:0]) })
	if len(attrs) != 3 {
		t.Errorf("%d attributes, want 3", len(attrs))
	}
}
