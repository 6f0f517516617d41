package slogxprom

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/failover"
	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestConformance(t *testing.T) {
	slogxtest.Run(t, func(next slog.Handler) slog.Handler {
		return Wrap(&Options{Registerer: prometheus.NewPedanticRegistry()})(next)
	})
}

func TestRecordsAreCountedByTheNameOfTheirLevel(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	log := slog.New(NewHandler(sinkFunc(func(slog.Record) error { return nil }), &Options{Registerer: reg}))
	want := map[string]float64{}
	for _, name := range levelNames {
		want["slogx_records_total{level="+name+"}"] = 0
	}
	if diff := cmp.Diff(want, only(gather(t, reg), "slogx_records_total")); diff != "" {
		t.Errorf("before the first record (-want +got):\n%s", diff)
	}
	for l, name := range map[slog.Level]string{
		-100: "trace", -8: "trace", -5: "trace", -4: "debug", -1: "debug", 0: "info", 3: "info",
		4: "warn", 7: "warn", 8: "error", 11: "error", 12: "fatal", 1000: "fatal",
	} {
		log.Log(t.Context(), l, "m")
		want["slogx_records_total{level="+name+"}"]++
	}
	log.With("a", 1).WithGroup("g").Info("m")
	want["slogx_records_total{level=info}"]++
	if diff := cmp.Diff(want, only(gather(t, reg), "slogx_records_total")); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
}

// Handlers of ours that somebody stacked by hand give the same metrics as a pipeline.
func TestHandlersWithoutAPipeline(t *testing.T) {
	fail := sinkFunc(func(slog.Record) error { return errors.New("no") })
	take := sinkFunc(func(slog.Record) error { return nil })
	never := sample.Wrap(&sample.Options{Rules: []sample.Rule{{MaxLevel: slog.LevelDebug, Rate: 0.001}}})
	sent := map[string]float64{
		"slogx_records_total{level=info}": 2, "slogx_records_total{level=debug}": 2,
	}
	for name, tt := range map[string]struct {
		next slog.Handler
		opts Options
		want map[string]float64
	}{
		"a queue": {
			queue(t, take), Options{Sink: "q"},
			map[string]float64{
				"slogx_sink_accepted_records_total{sink=q}": 4, "slogx_sink_sent_records_total{sink=q}": 4,
				"slogx_queue_records{sink=q}": 0, "slogx_queue_capacity_records{sink=q}": 64, "slogx_sampled_records_total": 0,
				"slogx_sink_request_duration_seconds{code=ok,sink=q}": 4,
			},
		},
		"a fan-out": {
			fanout.NewHandler(
				fanout.Sink{Name: "a", Handler: queue(t, take)},
				fanout.Sink{Name: "b", Handler: failover.NewHandler(fail, take, &failover.Options{OnError: ignore}), OnError: ignore},
			), Options{},
			map[string]float64{
				"slogx_sink_accepted_records_total{sink=a}": 4, "slogx_sink_sent_records_total{sink=a}": 4,
				"slogx_sink_accepted_records_total{sink=b}": 4, "slogx_sink_sent_records_total{sink=b}": 0,
				"slogx_dropped_records_total{reason=failover,sink=b}": 4,
				"slogx_queue_records{sink=a}":                         0, "slogx_queue_records{sink=b}": 0,
				"slogx_queue_capacity_records{sink=a}": 64, "slogx_sampled_records_total": 0,
				"slogx_sink_request_duration_seconds{code=ok,sink=a}": 4,
			},
		},
		"sampling before a sink without books": {
			never(take), Options{},
			map[string]float64{"slogx_sampled_records_total": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			reg := prometheus.NewPedanticRegistry()
			tt.opts.Registerer = reg
			h := NewHandler(tt.next, &tt.opts)
			log := slog.New(h)
			for range 2 {
				log.Debug("m")
				log.Info("m")
			}
			if err := chain.Flush(t.Context(), h); err != nil {
				t.Fatal(err)
			}
			got := gather(t, reg)
			for name, v := range got {
				if (v == 0 && strings.Contains(name, "dropped")) || strings.HasPrefix(name, "slogx_queue_bytes") ||
					strings.HasPrefix(name, "slogx_queue_capacity_bytes") || (v == 0 && strings.Contains(name, "level")) {
					delete(got, name)
				}
			}
			maps.Copy(tt.want, sent)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("series (-want +got):\n%s", diff)
			}
		})
	}
}

// queue returns a queue of 64 records before next.
func queue(t *testing.T, next slog.Handler) slog.Handler {
	t.Helper()
	q := async.NewHandler(next, &async.Options{Records: 64, OnError: ignore})
	t.Cleanup(func() {
		if err := q.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return q
}

func TestMetricsThatCannotBeRegisteredAreReportedAndRecordsPass(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	n := 0
	count := sinkFunc(func(slog.Record) error { n++; return nil })
	NewHandler(count, &Options{Registerer: reg})
	var told []error
	log := slog.New(NewHandler(count, &Options{Registerer: reg, OnError: func(err error) {
		told = append(told, err)
		panic("theirs")
	}}))
	log.Info("m")
	if n != 1 {
		t.Errorf("%d records passed, want 1", n)
	}
	if len(told) != 1 || !errors.As(told[0], new(prometheus.AlreadyRegisteredError)) || !strings.Contains(told[0].Error(), "WrapRegistererWith") {
		t.Errorf("told %v, want what to do about it", told)
	}
}
