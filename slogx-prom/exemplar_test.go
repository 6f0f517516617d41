package slogxprom

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// inTrace returns a context of the trace whose ids begin with n.
func inTrace(n, flags byte) context.Context {
	return tracectx.NewContext(context.Background(), tracectx.Trace{TraceID: [16]byte{n, 15: 1}, SpanID: [8]byte{n, 7: 2}, Flags: flags})
}

// exemplars returns the labels of the exemplars, by series.
func exemplars(t *testing.T, g prometheus.Gatherer) map[string]map[string]string {
	t.Helper()
	found := make(map[string]map[string]string)
	eachMetric(t, g, func(name string, m *dto.Metric) {
		e := m.GetCounter().GetExemplar()
		if e == nil {
			return
		}
		found[name] = map[string]string{"at": e.GetTimestamp().AsTime().Format(time.RFC3339)}
		for _, l := range e.GetLabel() {
			found[name][l.GetName()] = l.GetValue()
		}
	})
	return found
}

func TestExemplarsAreOfSampledSpans(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	h := NewHandler(sinkFunc(func(slog.Record) error { return nil }), &Options{Registerer: reg})
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	log := func(ctx context.Context, at time.Time, l slog.Level) {
		t.Helper()
		if err := h.Handle(ctx, slog.NewRecord(at, l, "m", 0)); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want map[string]map[string]string) {
		t.Helper()
		if diff := cmp.Diff(want, exemplars(t, reg)); diff != "" {
			t.Errorf("exemplars (-want +got):\n%s", diff)
		}
	}
	const (
		info   = "slogx_records_total{level=info}"
		errors = "slogx_records_total{level=error}"
	)
	log(context.Background(), at, slog.LevelInfo)
	log(inTrace(1, 0), at, slog.LevelInfo)          // not sampled
	log(inTrace(2, 2), at, slog.LevelInfo)          // random, not sampled
	log(inTrace(3, 1), time.Time{}, slog.LevelInfo) // at no time
	log(nil, at, slog.LevelInfo)                    // callers do it
	check(map[string]map[string]string{})

	first := map[string]string{"trace_id": "04000000000000000000000000000001", "span_id": "0400000000000002", "at": "2026-01-02T03:04:05Z"}
	log(inTrace(4, 1), at, slog.LevelInfo)
	log(inTrace(5, 1), at.Add(exemplarEvery-1), slog.LevelInfo) // too early for another one
	check(map[string]map[string]string{info: first})

	second := map[string]string{"trace_id": "06000000000000000000000000000001", "span_id": "0600000000000002", "at": "2026-01-02T03:04:06Z"}
	log(inTrace(6, 3), at.Add(exemplarEvery), slog.LevelInfo)
	log(inTrace(7, 0), at.Add(10*exemplarEvery), slog.LevelInfo)
	log(inTrace(4, 1), at, slog.LevelError)
	check(map[string]map[string]string{info: second, errors: first})

	log(inTrace(4, 1), at, slog.LevelInfo) // the clock went back
	check(map[string]map[string]string{info: first, errors: first})
}
