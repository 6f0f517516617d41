package integration

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/slogx-go/slogx/slogx"
	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	slogxprom "github.com/slogx-go/slogx/slogx-prom"
	slogxredact "github.com/slogx-go/slogx/slogx-redact"
)

// A pipeline with a file and a Loki, a spool and redaction, as it is, whatever the server answers: its metrics are
// few, and add up.
func TestMetricsOfAPipeline(t *testing.T) {
	var requests atomic.Int64
	answers := []int{429, 503, 400, 204, 204}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := requests.Add(1) - 1
		if n == 5 {
			panic(http.ErrAbortHandler) // no answer
		}
		w.WriteHeader(answers[n%int64(len(answers))])
	}))
	defer srv.Close()
	dir := t.TempDir()
	reg := prometheus.NewPedanticRegistry()
	p, err := slogx.Build(
		slogx.WithLookuper(slogx.MapLookuper(map[string]string{
			"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": filepath.Join(dir, "log"), "SLOGX_FILE_MAX_SIZE": "4KiB",
		})),
		slogx.WithAsync(nil),
		slogxloki.Sink(&slogxloki.Options{
			URL: srv.URL, SpoolDir: filepath.Join(dir, "spool"), BatchWait: time.Millisecond, BatchBytes: 200,
			MinBackoff: time.Millisecond, MaxBackoff: time.Millisecond, OnError: func(error) {},
		}),
		slogxredact.Redaction(nil),
		slogxprom.Metrics(reg),
		slogx.WithErrorHandler(func(error) {}),
	)
	if err != nil {
		t.Fatal(err)
	}
	const secrets = "password=hunter2x token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl AKIAIOSFODNN7EXAMPLE " +
		"https://u:pw@example.com/ Bearer abcdefghijklmnopqrstuvwxyz"
	for range 50 {
		p.Logger().Info("m", "password", "x", "text", secrets)
	}
	if err := p.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}

	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series, values := 0, make(map[string]float64)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			series++
			if h := m.GetHistogram(); h != nil {
				series += len(h.GetBucket()) + 2
			}
			values[f.GetName()+"/"+sinkOf(m)] += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	if series > 100 {
		t.Errorf("%d series, want at most 100", series)
	}
	for _, sink := range []string{"file", "loki"} {
		sum := values["slogx_sink_sent_records_total/"+sink] + values["slogx_dropped_records_total/"+sink] +
			values["slogx_queue_records/"+sink] + values["slogx_spool_records/"+sink]
		if accepted := values["slogx_sink_accepted_records_total/"+sink]; accepted != 50 || sum != accepted {
			t.Errorf("%s accepted %v records, and sent, dropped, queued and spooled are %v; want 50", sink, accepted, sum)
		}
	}
	if n := values["slogx_sink_request_duration_seconds/loki"]; n != float64(requests.Load()) {
		t.Errorf("%v requests are measured, want %d", n, requests.Load())
	}
	for _, name := range []string{"retries_total/loki", "sent_bytes_total/loki", "sent_bytes_total/file"} {
		if values["slogx_sink_"+name] == 0 {
			t.Errorf("slogx_sink_%s is 0", name)
		}
	}
	if values["slogx_redactions_total/"] == 0 || values["slogx_rotations_total/file"] == 0 {
		t.Errorf("no redactions or no rotations: %v", values)
	}
	if _, ok := values["slogx_spool_bytes/loki"]; !ok {
		t.Error("no spool")
	}
	for name := range values {
		if strings.HasSuffix(name, "/default") {
			t.Errorf("%s has no sink", name)
		}
	}
	t.Logf("%d series", series)
}

func sinkOf(m *dto.Metric) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == "sink" {
			return l.GetValue()
		}
	}
	return ""
}
