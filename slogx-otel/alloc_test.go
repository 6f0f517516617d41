//go:build !race

package slogxotel

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestNoAllocations(t *testing.T) {
	opts := &Options{Baggage: []string{"tenant"}, Events: slog.LevelError, Status: slog.LevelError}
	h := NewHandler(jsonlog.NewHandler(io.Discard, nil), opts).WithGroup("g")
	out := Sink(jsonlog.NewHandler(io.Discard, nil))
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.Int("k", 1))
	plain := t.Context()
	span := withBaggage(trace.ContextWithSpanContext(plain, spanContext(t, 1, "rojo=1,congo=2")), t, "tenant", "acme")
	for name, f := range map[string]func() error{
		"no span":           func() error { return h.Handle(plain, r) },
		"span, baggage":     func() error { return h.Handle(span, r) },
		"sink":              func() error { return out.Handle(span, r) },
		"trace of the span": func() error { tracectx.FromContext(span); return nil },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := f(); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations a record, want 0", name, n)
		}
	}
}
