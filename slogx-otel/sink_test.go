package slogxotel

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestSeverityIsClamped(t *testing.T) {
	for l, want := range map[slog.Level]int{
		math.MinInt: 1, -100: 1, -9: 1, -8: 1, -7: 2, slog.LevelDebug: 5, slog.LevelInfo: 9, slog.LevelWarn: 13,
		slog.LevelError: 17, 12: 21, 14: 23, 15: 24, 16: 24, 100: 24, math.MaxInt: 24,
	} {
		if got := Severity(l); got != want {
			t.Errorf("severity of %d is %d, want %d", int(l), got, want)
		}
	}
}

func TestSinkGetsLevelsThatHaveASeverity(t *testing.T) {
	var w bytes.Buffer
	h := Sink(slog.NewTextHandler(&w, &slog.HandlerOptions{Level: slog.Level(-8), ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	log := slog.New(h)
	for _, l := range []slog.Level{-100, slog.LevelInfo, 100} {
		log.Log(t.Context(), l, "m")
	}
	if diff := cmp.Diff("level=DEBUG-4 msg=m\nlevel=INFO msg=m\nlevel=ERROR+7 msg=m\n", w.String()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// traced writes the trace of the context beside the record, as a sink of OpenTelemetry does.
func traced(w *bytes.Buffer) slog.Handler {
	return enrich.NewHandler(jsonlog.NewHandler(w, nil), func(ctx context.Context, attrs []slog.Attr) []slog.Attr {
		sc := trace.SpanContextFromContext(ctx)
		if !sc.IsValid() {
			return attrs
		}
		return append(attrs, slog.String("native", sc.TraceID().String()+" "+sc.SpanID().String()+" "+sc.TraceFlags().String()))
	})
}

func TestSinkHasTheTraceInTheContextAndNotTwice(t *testing.T) {
	request, err := tracectx.Parse([]string{"00-" + traceID + "-" + spanID + "-01"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, ctx := range map[string]context.Context{
		"span":               trace.ContextWithSpanContext(t.Context(), spanContext(t, trace.FlagsSampled, "")),
		"trace of a request": tracectx.NewContext(t.Context(), request),
	} {
		var w bytes.Buffer
		log := slog.New(enrich.NewHandler(Sink(traced(&w)), enrich.Trace(), enrich.ContextAttrs()))
		ctx = enrich.ContextWithAttrs(ctx, slog.String("request_id", "r1"))
		got := logged(t, &w, func() { log.With("a", 1).WithGroup("g").InfoContext(ctx, "m", "k", 2) })
		want := map[string]any{
			"native": traceID + " " + spanID + " 01", "request_id": "r1", "a": 1., "g": map[string]any{"k": 2.},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var w bytes.Buffer
	log := slog.New(Sink(traced(&w)))
	if diff := cmp.Diff(map[string]any{"k": 1.}, logged(t, &w, func() { log.Info("m", "k", 1) })); diff != "" {
		t.Errorf("no trace (-want +got):\n%s", diff)
	}
}
