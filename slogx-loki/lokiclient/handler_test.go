package lokiclient

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-kit/kit/log"
	"github.com/google/go-cmp/cmp"
	"github.com/grafana/loki-client-go/loki"
	"github.com/grafana/loki/pkg/push"
	"github.com/klauspost/compress/snappy"

	"github.com/slogx-go/slogx/slogx/chain"
)

// dial returns a client of a server that answers as f does.
func dial(t *testing.T, f http.HandlerFunc) *loki.Client {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	cfg, err := loki.NewDefaultConfig(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg.BatchWait = time.Millisecond
	client, err := loki.NewWithLogger(cfg, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Stop)
	return client
}

func TestRecordGoesThroughTheClient(t *testing.T) {
	got := make(chan push.Stream, 10)
	client := dial(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		plain, err := snappy.Decode(nil, body)
		var req push.PushRequest
		if err != nil || req.Unmarshal(plain) != nil {
			t.Errorf("%q: %v", body, err)
		}
		for _, s := range req.Streams {
			got <- s
		}
		w.WriteHeader(http.StatusNoContent)
	})
	h := NewHandler(client, &Options{Service: "shop", Labels: map[string]string{"http.method": "GET"}})
	logger := h.WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g").(chain.Handler)
	when := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	r := slog.NewRecord(when, slog.LevelWarn+1, "m", 0)
	r.AddAttrs(slog.Int("b", 2))
	if err := logger.HandleTop(t.Context(), []slog.Attr{slog.String("trace_id", "abc"), slog.Int("n", 3)}, r); err != nil {
		t.Fatal(err)
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := <-got
	if want := `{http_method="GET", level="warn", service_name="shop"}`; s.Labels != want {
		t.Errorf("labels %s, want %s", s.Labels, want)
	}
	want := []push.Entry{{
		Timestamp:          when,
		Line:               `{"time":"2026-01-02T03:04:05.000000006Z","level":"WARN+1","msg":"m","a":1,"n":3,"g":{"b":2}}`,
		StructuredMetadata: push.LabelsAdapter{{Name: "trace_id", Value: "abc"}},
	}}
	if diff := cmp.Diff(want, s.Entries); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if st := h.Stats(); st.Delivered != 1 {
		t.Errorf("%+v", st)
	}
}

func TestCallersDoNotWaitForTheClient(t *testing.T) {
	var busy atomic.Bool
	release := make(chan struct{})
	client := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		busy.Store(true)
		<-release
		w.WriteHeader(http.StatusNoContent)
	})
	h := NewHandler(client, nil)
	logger := slog.New(h)
	for !busy.Load() { // until the client is occupied
		logger.Info("m")
	}
	for range 20_000 { // more than the queue holds
		logger.Info("m")
	}
	if st := h.Stats(); st.Dropped[chain.ReasonQueueFull] == 0 {
		t.Errorf("%+v", st)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "records left") {
		t.Errorf("error: %v", err)
	}
	close(release)
}

func TestServiceIsAlwaysNamed(t *testing.T) {
	h := NewHandler(nil, nil).Unwrap().(*handler)
	name := string(h.set("info")["service_name"])
	if !strings.HasPrefix(name, "unknown_service") || !strings.Contains(os.Args[0], strings.TrimPrefix(name, "unknown_service:")) {
		t.Errorf("service_name %q", name)
	}
}
