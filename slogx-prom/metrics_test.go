package slogxprom

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

// remote is a sink that sends to a server, has a spool, and makes of its books what a test wants.
type remote struct {
	sinkFunc

	stats    chain.Stats
	observer chain.Observer
	oldest   time.Time
}

func (r *remote) Stats() chain.Stats                 { return r.stats }
func (r *remote) Usage() async.Usage                 { return async.Usage{Bytes: 5, BytesCapacity: 50} }
func (r *remote) Spool() (int64, time.Time)          { return 300, r.oldest }
func (r *remote) SetObserver(o chain.Observer)       { r.observer = o }
func (r *remote) WithAttrs([]slog.Attr) slog.Handler { return r }
func (r *remote) WithGroup(string) slog.Handler      { return r }

// redaction is a handler that counts what it masked.
type redaction struct{ slog.Handler }

func (redaction) Stats() map[string]uint64 { return map[string]uint64{"key": 2, "card": 1} }
func (r redaction) Unwrap() slog.Handler   { return r.Handler }

func TestEverySeriesOfAPipeline(t *testing.T) {
	r := &remote{
		sinkFunc: func(slog.Record) error { return nil },
		stats: chain.Stats{
			Accepted: 100, Delivered: 60, Queued: 5, Spooled: 30,
			Dropped: map[string]uint64{chain.ReasonRejected: 3, chain.ReasonCorrupt: 2},
		},
		oldest: time.Now().Add(-time.Hour),
	}
	refuse := sinkFunc(func(slog.Record) error { return errors.New("no") })
	p, reg := build(t,
		slogx.WithSink("loki", r), slogx.WithSink("broken", refuse), slogx.WithErrorHandler(ignore),
		slogx.WithHandler(slogx.StageRedact, func(next slog.Handler) slog.Handler { return redaction{next} }),
		slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{Message: "often", First: 1, Interval: time.Hour}}}),
	)
	for range 4 {
		p.Logger().Info("often")
	}
	p.Logger().Error("m")
	p.Logger().Debug("below the level")
	r.observer.Observe(sentBytes, 1000)
	r.observer.Observe(sentBytes, 24)
	r.observer.Observe(durations, 0.2, "code", "204")
	r.observer.Observe(durations, 0.2, "code", "429")
	r.observer.Observe(rotations, 1, "reason", "size", "result", "ok")
	r.observer.Observe(rotations, 1, "result", "ok", "reason", "size")

	got := gather(t, reg)
	age := got["slogx_spool_oldest_record_age_seconds{sink=loki}"]
	if age < 3600 || age > 3700 {
		t.Errorf("the oldest record is %v s old, want an hour", age)
	}
	delete(got, "slogx_spool_oldest_record_age_seconds{sink=loki}")
	want := map[string]float64{
		"slogx_records_total{level=trace}": 0, "slogx_records_total{level=debug}": 0, "slogx_records_total{level=info}": 4,
		"slogx_records_total{level=warn}": 0, "slogx_records_total{level=error}": 1, "slogx_records_total{level=fatal}": 0,
		"slogx_sampled_records_total": 3,

		"slogx_redactions_total{rule=card}": 1, "slogx_redactions_total{rule=key}": 2,

		"slogx_sink_accepted_records_total{sink=loki}": 100, "slogx_sink_sent_records_total{sink=loki}": 60,
		"slogx_queue_records{sink=loki}": 5, "slogx_queue_bytes{sink=loki}": 5, "slogx_queue_capacity_bytes{sink=loki}": 50,
		"slogx_spool_records{sink=loki}": 30, "slogx_spool_bytes{sink=loki}": 300, "slogx_spool_corrupt_records_total{sink=loki}": 2,
		"slogx_sink_sent_bytes_total{sink=loki}": 1024, "slogx_sink_retries_total{sink=loki}": 0,
		"slogx_sink_request_duration_seconds{code=2xx,sink=loki}": 1, "slogx_sink_request_duration_seconds{code=429,sink=loki}": 1,
		"slogx_rotations_total{reason=size,result=ok,sink=loki}": 2,

		"slogx_sink_accepted_records_total{sink=broken}": 2, "slogx_sink_sent_records_total{sink=broken}": 0,
		"slogx_queue_records{sink=broken}": 0, "slogx_dropped_records_total{reason=error,sink=broken}": 2,
		"slogx_dropped_records_total{reason=panic,sink=broken}": 0, "slogx_dropped_records_total{reason=closed,sink=broken}": 0,
	}
	for _, reason := range reasonsOf(true, true) {
		want[fmt.Sprintf("slogx_dropped_records_total{reason=%s,sink=loki}", reason)] = float64(r.stats.Dropped[reason])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
}

// Two sinks, one of which has seen everything that can happen to a sink with a server and a spool, and the
// other everything that can happen to a file behind a queue.
func TestAtMost100Series(t *testing.T) {
	r := &remote{sinkFunc: func(slog.Record) error { return nil }, stats: chain.Stats{Dropped: map[string]uint64{}}}
	for _, reason := range reasonsOf(true, true) {
		r.stats.Dropped[reason] = 1
	}
	rules := []string{"key", "tag", "type", "jwt", "pem", "aws", "bearer", "url", "github"}
	p, reg := build(t,
		slogx.WithLookuper(slogx.MapLookuper(map[string]string{
			"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": filepath.Join(t.TempDir(), "log"), "SLOGX_FILE_MAX_SIZE": "100",
		})),
		slogx.WithAsync(nil), slogx.WithSink("loki", r),
		slogx.WithHandler(slogx.StageRedact, func(next slog.Handler) slog.Handler { return redactionOf{next, rules} }),
	)
	for range 10 {
		p.Logger().Info(strings.Repeat("m", 60))
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"204", "400", "429", "503", "error"} {
		r.observer.Observe(durations, 1, "code", code)
	}
	n := 0
	eachMetric(t, reg, func(_ string, m *dto.Metric) {
		n++
		if h := m.GetHistogram(); h != nil {
			n += len(h.GetBucket()) + 2 // and those of +Inf and the sum
		}
	})
	if got := gather(t, reg); got["slogx_rotations_total{reason=size,result=ok,sink=file}"] == 0 || got["slogx_sink_sent_bytes_total{sink=file}"] == 0 {
		t.Errorf("no rotations or no bytes: %v", got)
	}
	if n > 100 {
		t.Errorf("%d series, want at most 100", n)
	}
}

type redactionOf struct {
	slog.Handler

	rules []string
}

func (r redactionOf) Stats() map[string]uint64 {
	hits := make(map[string]uint64)
	for _, rule := range r.rules {
		hits[rule] = 1
	}
	return hits
}

// The sum of the books holds at each scrape, also while records flow.
func TestTheBooksBalanceWhileRecordsFlow(t *testing.T) {
	n := 0
	flaky := sinkFunc(func(slog.Record) error {
		if n++; n%3 == 0 {
			return errors.New("no")
		}
		return nil
	})
	p, reg := build(t, slogx.WithErrorHandler(ignore),
		slogx.WithSink("s", flaky, slogx.Queue(&async.Options{Records: 64, Overflow: async.DropNewest})))
	const goroutines, each = 4, 2000
	var writers sync.WaitGroup
	for range goroutines {
		writers.Go(func() {
			for range each {
				p.Logger().Info("m")
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for scrapes, open := 0, true; open || scrapes < 2; scrapes++ {
		select {
		case <-done:
			open = false
		default:
		}
		balanced(t, gather(t, reg))
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := gather(t, reg)
	balanced(t, got)
	if a := got["slogx_sink_accepted_records_total{sink=s}"]; a != goroutines*each || got["slogx_records_total{level=info}"] != a {
		t.Errorf("accepted %v and %v records, want %d", a, got["slogx_records_total{level=info}"], goroutines*each)
	}
}

func balanced(t *testing.T, series map[string]float64) {
	t.Helper()
	var sum float64
	for _, v := range only(series, "slogx_sink_sent_records_total", "slogx_dropped_records_total", "slogx_queue_records", "slogx_spool_records") {
		sum += v
	}
	if accepted := series["slogx_sink_accepted_records_total{sink=s}"]; accepted != sum {
		t.Fatalf("accepted %v, but sent, dropped, queued and spooled are %v", accepted, sum)
	}
}

// What a tail buffer holds is counted when it is released, and never if it is not.
func TestHeldRecordsAreCountedWhenTheyAreReleased(t *testing.T) {
	p, reg := build(t, slogx.WithSink("s", sinkFunc(func(slog.Record) error { return nil })), slogx.WithTail(nil))
	count := func() float64 { return gather(t, reg)["slogx_records_total{level=debug}"] }

	good, buf := tail.NewContext(t.Context())
	p.Logger().DebugContext(good, "m")
	buf.Discard()
	bad, buf := tail.NewContext(t.Context())
	p.Logger().DebugContext(bad, "m")
	p.Logger().DebugContext(bad, "m")
	if n := count(); n != 0 {
		t.Errorf("%v held records are counted, want 0", n)
	}
	if err := buf.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 2 {
		t.Errorf("%v records are counted after the release, want 2", n)
	}
}

func TestObserverLeavesOutWhatItDoesNotUnderstand(t *testing.T) {
	c := newCollector()
	c.books = books{stats: func() slogx.Stats { return slogx.Stats{} }, queues: func() map[string]async.Usage { return nil }}
	nan := 0.0
	nan /= nan
	for _, value := range []float64{-1, nan, 1 / (nan * 0)} {
		c.instruments.Observe(sentBytes, value, "sink", "s")
		c.instruments.Observe(durations, value, "sink", "s", "code", "200")
	}
	c.instruments.Observe("unknown_total", 1)
	c.instruments.Observe(sentBytes, 2, "odd")
	c.instruments.Observe(sentBytes, 3, "sink", "\xff", "other", "x")
	for _, code := range []string{"", "20", "600", "ab", "ok", "100", "304", "499"} {
		c.instruments.Observe(durations, 1, "code", code)
	}
	reg := prometheus.NewPedanticRegistry()
	reg.MustRegister(c)
	want := map[string]float64{
		`slogx_sink_sent_bytes_total{sink="\xff"}`: 3, "slogx_sink_sent_bytes_total{sink=default}": 2,
		"slogx_sink_request_duration_seconds{code=error,sink=default}": 4, "slogx_sink_request_duration_seconds{code=ok,sink=default}": 1,
		"slogx_sink_request_duration_seconds{code=1xx,sink=default}": 1, "slogx_sink_request_duration_seconds{code=3xx,sink=default}": 1,
		"slogx_sink_request_duration_seconds{code=4xx,sink=default}": 1,
	}
	if diff := cmp.Diff(want, only(gather(t, reg), "slogx_sink")); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
}

func TestNamesOfSinksAndRulesNeedNotBeUTF8(t *testing.T) {
	_, reg := build(t, slogx.WithSink("\xff", sinkFunc(func(slog.Record) error { return nil }), slogx.Queue(nil)),
		slogx.WithHandler(slogx.StageRedact, func(next slog.Handler) slog.Handler { return redactionOf{next, []string{"\xfe"}} }))
	got := gather(t, reg)
	for _, name := range []string{`slogx_sink_accepted_records_total{sink="\xff"}`, `slogx_redactions_total{rule="\xfe"}`} {
		if _, ok := got[name]; !ok {
			t.Errorf("no %s in %v", name, got)
		}
	}
}

func TestSecondPipeline(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	open := func(r prometheus.Registerer) (*slogx.Pipeline, error) {
		return slogx.Build(slogx.WithLookuper(slogx.MapLookuper(nil)), Metrics(r),
			slogx.WithSink("s", sinkFunc(func(slog.Record) error { return nil })))
	}
	named := func(name string) prometheus.Registerer {
		return prometheus.WrapRegistererWith(prometheus.Labels{"pipeline": name}, reg)
	}
	first, err := open(named("a"))
	if err != nil {
		t.Fatal(err)
	}
	first.Logger().Info("m")
	if _, err := open(named("a")); !errors.As(err, new(prometheus.AlreadyRegisteredError)) || !strings.Contains(err.Error(), "WrapRegistererWith") {
		t.Errorf("got %v, want an error that says what to do about it", err)
	}
	second, err := open(named("b"))
	if err != nil {
		t.Fatalf("with a label of its own: %v", err)
	}
	defer shutdown(t, second)

	shutdown(t, first)
	const counted = "slogx_records_total{level=info,pipeline=a}"
	if n := gather(t, reg)[counted]; n != 1 {
		t.Errorf("%v records are counted after Shutdown, want 1: there may be a last scrape", n)
	}
	third, err := open(named("a"))
	if err != nil {
		t.Fatalf("after the first was shut down: %v", err)
	}
	defer shutdown(t, third)
	third.Logger().Info("m")
	third.Logger().Info("m")
	want := map[string]float64{counted: 2, "slogx_records_total{level=info,pipeline=b}": 0}
	if diff := cmp.Diff(want, only(gather(t, reg), "slogx_records_total{level=info")); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
}

// One option may build several pipelines, one after another.
func TestOptionIsUsedAgain(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	opt := slogx.Options(Metrics(reg), slogx.WithLookuper(slogx.MapLookuper(nil)), slogx.WithSink("s", sinkFunc(func(slog.Record) error { return nil })))
	for range 2 {
		p, err := slogx.Build(opt)
		if err != nil {
			t.Fatal(err)
		}
		p.Logger().Info("m")
		if n := gather(t, reg)["slogx_records_total{level=info}"]; n != 1 {
			t.Errorf("%v records are counted, want 1", n)
		}
		shutdown(t, p)
	}
}

func TestEnvironment(t *testing.T) {
	for _, tt := range []struct {
		labels string
		want   string // a series
		err    string
	}{
		{"", "slogx_records_total{level=info}", ""},
		{" ", "slogx_records_total{level=info}", ""},
		{"pipeline=audit, team = payments,", "slogx_records_total{level=info,pipeline=audit,team=payments}", ""},
		{"pipeline", "", `read SLOGX_PROM_LABELS="pipeline": "pipeline": want name=value`},
		{"a=", "", "want name=value"},
		{"1a=b", "", "want name=value"},
		{"__a=b", "", "want name=value"},
		{"a.b=c", "", "want name=value"},
		{"a=b,a=c", "", "want each label once"},
		{"sink=b", "", "want a name other than level, sink,"},
	} {
		t.Run(tt.labels, func(t *testing.T) {
			reg := prometheus.NewPedanticRegistry()
			old := prometheus.DefaultRegisterer
			prometheus.DefaultRegisterer = reg
			defer func() { prometheus.DefaultRegisterer = old }()
			p, err := slogx.Build(slogx.WithLookuper(slogx.MapLookuper(map[string]string{"SLOGX_USE": "prom", "SLOGX_PROM_LABELS": tt.labels})),
				slogx.WithSink("s", sinkFunc(func(slog.Record) error { return nil })))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got the error %v, want %q in it", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer shutdown(t, p)
			p.Logger().InfoContext(context.Background(), "m")
			if got := gather(t, reg); got[tt.want] != 1 {
				t.Errorf("no record in %s of %v", tt.want, only(got, "slogx_records"))
			}
		})
	}
}
