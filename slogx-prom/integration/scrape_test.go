package integration

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/slogx-go/slogx/slogx"
	slogxprom "github.com/slogx-go/slogx/slogx-prom"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// remote stands for a sink that sends to a server: all that slogx-prom knows of one.
type remote struct {
	slog.Handler

	observer chain.Observer
}

func (r *remote) SetObserver(o chain.Observer)              { r.observer = o }
func (r *remote) Spool() (int64, time.Time)                 { return 1 << 20, time.Now().Add(-time.Minute) }
func (r *remote) WithAttrs([]slog.Attr) slog.Handler        { return r }
func (r *remote) WithGroup(string) slog.Handler             { return r }
func (r *remote) Handle(context.Context, slog.Record) error { return errors.New("refused") }

func (r *remote) Stats() chain.Stats {
	return chain.Stats{Accepted: 10, Delivered: 4, Spooled: 3, Queued: 1, Dropped: map[string]uint64{chain.ReasonRejected: 2}}
}

// redaction stands for slogx-redact: all that slogx-prom knows of it.
type redaction struct{ slog.Handler }

func (redaction) Stats() map[string]uint64 { return map[string]uint64{"key": 3, "card": 1} }
func (r redaction) Unwrap() slog.Handler   { return r.Handler }

// serveMetrics serves the metrics of a pipeline in which everything has happened that there is a metric for, and
// returns the address. The sum of its records is 22.
func serveMetrics(t *testing.T) string {
	t.Helper()
	r := &remote{Handler: slog.DiscardHandler}
	reg := prometheus.NewPedanticRegistry()
	p, err := slogx.Build(
		slogxprom.Metrics(reg),
		slogx.WithLookuper(slogx.MapLookuper(map[string]string{
			"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": filepath.Join(t.TempDir(), "log"), "SLOGX_FILE_MAX_SIZE": "200",
		})),
		slogx.WithAsync(nil),
		slogx.WithSink("remote", r),
		slogx.WithSink("records", slog.DiscardHandler, slogx.Queue(&async.Options{Records: 100})),
		slogx.WithHandler(slogx.StageRedact, func(next slog.Handler) slog.Handler { return redaction{next} }),
		slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{Message: "often", First: 1, Interval: time.Hour}}}),
		slogx.WithErrorHandler(func(error) {}),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	sampled := tracectx.NewContext(t.Context(), tracectx.Trace{TraceID: [16]byte{1, 15: 1}, SpanID: [8]byte{2, 7: 2}, Flags: tracectx.Sampled})
	unsampled := tracectx.NewContext(t.Context(), tracectx.Trace{TraceID: [16]byte{3, 15: 3}, SpanID: [8]byte{4, 7: 4}})
	for range 10 {
		p.Logger().InfoContext(sampled, strings.Repeat("m", 100))
		p.Logger().InfoContext(t.Context(), "often")
	}
	p.Logger().ErrorContext(unsampled, "m")
	p.Logger().WarnContext(t.Context(), "m")
	r.observer.Observe("slogx_sink_sent_bytes_total", 1000)
	r.observer.Observe("slogx_sink_retries_total", 2)
	for _, code := range []string{"204", "429", "503"} {
		r.observer.Observe("slogx_sink_request_duration_seconds", 0.2, "code", code)
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(promhttp.HandlerFor(reg, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// names returns the names of all metrics that a pipeline exports, those of histograms as they are queried.
func names(t *testing.T, address string) []string {
	t.Helper()
	text, err := get(t.Context(), address+"/metrics", "")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		if name, _, ok := strings.Cut(line, "{"); ok && !strings.HasPrefix(line, "#") {
			list = append(list, name)
		} else if name, _, ok := strings.Cut(line, " "); ok && !strings.HasPrefix(line, "#") {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestPromtoolFindsNoFaultWithTheMetrics(t *testing.T) {
	text, err := get(t.Context(), serveMetrics(t)+"/metrics", "")
	if err != nil {
		t.Fatal(err)
	}
	promtool(t, text, "check", "metrics")
}

func TestPrometheusScrapes(t *testing.T) {
	address := serveMetrics(t)
	s := startPrometheus(t, strings.TrimPrefix(address, "http://"))
	eventually(t, func(ctx context.Context) error {
		up, err := s.query(ctx, `up == 1 and on() slogx_records_total`)
		if err == nil && len(up) == 0 {
			err = errors.New("the target is not up")
		}
		return err
	})

	// Each metric that the target has is there.
	for _, name := range names(t, address) {
		if strings.Contains(name, "slogx_sink_request_duration_seconds_") {
			name = "slogx_sink_request_duration_seconds" // scraped as a native histogram
		}
		if got, err := s.query(t.Context(), name); err != nil || len(got) == 0 {
			t.Errorf("%s: %d series and the error %v", name, len(got), err)
		}
	}

	for expr, want := range map[string]float64{
		`sum(slogx_records_total)`:                                                       22,
		`slogx_records_total{level="trace"}`:                                             0,
		`slogx_records_total{level="error"}`:                                             1,
		`slogx_sampled_records_total`:                                                    9,
		`slogx_redactions_total{rule="card"}`:                                            1,
		`slogx_dropped_records_total{sink="remote",reason="rejected"}`:                   2,
		`slogx_spool_bytes`:                                                              1 << 20,
		`slogx_queue_capacity_records{sink="records"}`:                                   100,
		`histogram_count(slogx_sink_request_duration_seconds{sink="remote",code="5xx"})`: 1,
		`slogx_sink_sent_records_total{sink="file"}`:                                     13,
	} {
		if got, err := value(t.Context(), s, expr); err != nil || got != want {
			t.Errorf("%s is %v, want %v (error %v)", expr, got, want, err)
		}
	}
	// The books balance, by Prometheus's arithmetic.
	out, err := s.query(t.Context(), `slogx_sink_accepted_records_total - slogx_sink_sent_records_total - sum without (reason) (slogx_dropped_records_total) `+
		`- slogx_queue_records - (slogx_spool_records or 0 * slogx_queue_records)`)
	if err != nil || len(out) != 3 {
		t.Fatalf("%d sinks and the error %v, want 3 sinks", len(out), err)
	}
	for _, o := range out {
		if o.Value[1] != "0" {
			t.Errorf("the books of %s are out by %v", o.Metric["sink"], o.Value[1])
		}
	}
	got, err := s.exemplars(t.Context(), `slogx_records_total`)
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{{"trace_id": "01000000000000000000000000000001", "span_id": "0200000000000002"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exemplars (-want +got):\n%s", diff)
	}
}

func value(ctx context.Context, s *server, expr string) (float64, error) {
	got, err := s.query(ctx, expr)
	if err != nil {
		return 0, err
	}
	if len(got) != 1 {
		return 0, fmt.Errorf("%d series", len(got))
	}
	text, _ := got[0].Value[1].(string)
	return strconv.ParseFloat(text, 64)
}
