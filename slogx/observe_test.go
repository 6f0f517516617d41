package slogx_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/sample"
)

// sums adds up what it is told.
type sums struct {
	mu  sync.Mutex
	got map[string]float64
}

func (s *sums) Observe(name string, value float64, labels ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasSuffix(name, "_seconds") {
		value = 1 // how often
	}
	s.got[name+" "+strings.Join(labels, " ")] += value
}

func TestObserverOfAPipeline(t *testing.T) {
	o := &sums{got: map[string]float64{}}
	var out output
	standardError(t, func() { observePipeline(t, o, &out) })
	size := float64(len(out.String()))
	want := map[string]float64{
		"slogx_sampled_records_total ":                          2,
		"slogx_rotations_total sink file reason size result ok": 1,
		"slogx_sink_sent_bytes_total sink stdout":               size,
		"slogx_sink_sent_bytes_total sink file":                 size,
		"slogx_sink_sent_bytes_total sink stderr":               size,
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, sink := range []string{"stdout", "file", "stderr", "queued"} {
		name := "slogx_sink_request_duration_seconds sink " + sink + " code ok"
		if o.got[name] == 0 {
			t.Errorf("%s was not observed", name)
		}
		delete(o.got, name)
	}
	if diff := cmp.Diff(want, o.got); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
}

// observePipeline logs two records that pass and two that are sampled away.
func observePipeline(t *testing.T, o *sums, out *output) {
	t.Helper()
	var measured *slogx.Pipeline
	p, err := slogx.Build(
		environment(env{
			"SLOGX_SINKS": "file,stdout", "SLOGX_FILE_PATH": filepath.Join(t.TempDir(), "app.log"), "SLOGX_FILE_MAX_SIZE": "1",
			"SLOGX_ASYNC": "true", "SLOGX_FORMAT": "json",
		}),
		slogx.WithErrorHandler(quiet),
		slogx.WithOutput(out),
		slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{Message: "often", First: 1, Interval: time.Hour}}}),
		slogx.WithSink("queued", newSink(nil), slogx.Queue(&async.Options{Records: 16})),
		slogx.WithSink("down", newSink(func(string) error { return errDown })), slogx.WithFallback("down", "stderr"),
		slogx.WithStart(func(p *slogx.Pipeline) error { // as slogx-prom does
			measured = p
			p.SetObserver(o)
			return nil
		}),
	)
	if err != nil {
		t.Fatal(err)
	}
	if measured != p {
		t.Error("WithStart was handed another pipeline")
	}
	usage := p.Queues()
	if diff := cmp.Diff([]string{"file", "queued", "stderr", "stdout"}, slices.Sorted(maps.Keys(usage))); diff != "" {
		t.Errorf("queues (-want +got):\n%s", diff)
	}
	if usage["queued"].RecordsCapacity != 16 || usage["stdout"].BytesCapacity != async.DefaultCapacity {
		t.Errorf("usage %+v", usage)
	}
	for range 3 {
		p.Logger().Info("often")
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	p.Logger().Info("other")
	shutdown(t, p)
}
