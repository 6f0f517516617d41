package integration

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
	"github.com/slogx-go/slogx/slogx/chain"
)

// Loki refuses single entries of a batch, and has the others: those alone are lost, and nothing is tried again.
func TestEntriesThatLokiRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		bad  slog.Record
		told string
	}{
		"too old":  {slog.NewRecord(time.Now().AddDate(0, 0, -30), slog.LevelInfo, "bad", 0), "timestamp too old"},
		"too long": {slog.NewRecord(time.Now(), slog.LevelInfo, "bad "+strings.Repeat("x", 5000), 0), "Max entry size"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startLoki(t, &servers.LokiOptions{RateMB: 1000, LineBytes: 4096})
			opts := patient(s.URL())
			opts.BatchWait = time.Hour // one batch, when it is flushed
			begin := time.Now().Add(-time.Minute)
			h := newHandler(t, opts)
			if err := h.Handle(t.Context(), tt.bad); err != nil { // first: later ones are lifted to the time of their stream
				t.Fatal(err)
			}
			for _, batch := range [][2]int{{0, 120}, {120, 180}} { // the second is not held up
				logNumbered(h, 1, batch[0], batch[1])
				if err := h.Flush(within(t)); err != nil {
					t.Fatal(err)
				}
			}
			want := chain.Stats{Accepted: 181, Delivered: 180, Dropped: map[string]uint64{chain.ReasonRejected: 1}}
			if diff := cmp.Diff(want, h.Stats()); diff != "" {
				t.Errorf("books (-want +got):\n%s", diff)
			}
			if told := h.told(); strings.Count(told, "1 of ") != 1 || !strings.Contains(told, tt.told) {
				t.Errorf("told of %q, want the server's reason %q for one record", told, tt.told)
			}
			tallyOf(t, s, begin, false).wantAll(t, 1, 180)
		})
	}
}

// A stream that the server has too many labels for is refused as a whole.
func TestStreamThatLokiRefuses(t *testing.T) {
	s := startLoki(t, &servers.LokiOptions{RateMB: 1000, Labels: 3})
	opts := patient(s.URL())
	opts.Labels = map[string]string{"team": "payments", "region": "north"}
	h := newHandler(t, opts)
	logNumbered(h, 1, 0, 60)
	if err := h.Flush(within(t)); err != nil {
		t.Fatal(err)
	}
	want := chain.Stats{Accepted: 60, Dropped: map[string]uint64{chain.ReasonRejected: 60}}
	if diff := cmp.Diff(want, h.Stats()); diff != "" {
		t.Errorf("books (-want +got):\n%s", diff)
	}
	if told := h.told(); !strings.Contains(told, "label names") {
		t.Errorf("told of %q, want the server's reason", told)
	}
}

// counts adds up what a handler measures.
type counts struct{ of429, retries atomic.Int64 }

// Observe implements [chain.Observer].
func (c *counts) Observe(name string, value float64, labels ...string) {
	if name == "slogx_sink_retries_total" {
		c.retries.Add(int64(value))
	}
	if slices.Contains(labels, "429") {
		c.of429.Add(1)
	}
}

// At Loki's own limit, 4 MB/s, most is answered 429 for a while, and is sent again until it is there.
func TestMoreThanLokiTakesInASecond(t *testing.T) {
	s := startLoki(t, nil)
	opts := patient(s.URL())
	opts.BatchBytes, opts.QueueBytes, opts.Timeout = 1<<20, 32<<20, patience
	begin := time.Now()
	h := newHandler(t, opts)
	var c counts
	h.SetObserver(&c)
	if err := s.Pause(); err != nil { // so that all of it comes at once
		t.Fatal(err)
	}
	logNumbered(h, 4, 0, 20_000) // 13 MB
	if err := s.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	wantBooks(t, h, 80_000)
	if c.of429.Load() == 0 || c.retries.Load() < c.of429.Load() {
		t.Errorf("%d answers were 429, %d tries were made again, want some, and as many", c.of429.Load(), c.retries.Load())
	}
	if n := tallyOf(t, s, begin, false).wantAll(t, 4, 20_000); n > 0 {
		t.Errorf("%d records are there twice", n)
	}
}

// Without a spool, what access is refused for is rejected, plainly. With one it is kept, for a start with the right
// tenant.
func TestWrongTenant(t *testing.T) {
	s := startLoki(t, &servers.LokiOptions{RateMB: 1000, Tenants: true})
	begin := time.Now()
	opts := patient(s.URL())
	h := newHandler(t, opts)
	logNumbered(h, 1, 0, 60)
	if err := h.Flush(within(t)); err != nil {
		t.Fatal(err)
	}
	want := chain.Stats{Accepted: 60, Dropped: map[string]uint64{chain.ReasonRejected: 60}}
	if diff := cmp.Diff(want, h.Stats()); diff != "" {
		t.Errorf("books without a spool (-want +got):\n%s", diff)
	}
	if told := h.told(); !strings.Contains(told, "401") || !strings.Contains(told, "no org id") {
		t.Errorf("told of %q, want 401 and the server's reason", told)
	}

	opts.SpoolDir = t.TempDir()
	h = newHandler(t, opts)
	logNumbered(h, 1, 0, 60)
	for deadline := within(t); !strings.Contains(h.told(), "access refused"); {
		select {
		case <-deadline.Done():
			t.Fatalf("told of %q, want that access is refused", h.told())
		case <-time.After(10 * time.Millisecond):
		}
	}
	ctx, cancel := contextWithTimeout(t, 100*time.Millisecond)
	defer cancel()
	if err := h.Flush(ctx); err == nil {
		t.Error("Flush succeeded without a tenant")
	}
	want = chain.Stats{Accepted: 60, Spooled: 60}
	if diff := cmp.Diff(want, h.Stats()); diff != "" {
		t.Errorf("books with a spool (-want +got):\n%s", diff)
	}
	if told := h.told(); !strings.Contains(told, "401") {
		t.Errorf("told of %q, want the status", told)
	}
	if err := h.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "60 records left in the spool") {
		t.Errorf("Shutdown returned %v, want what is left", err)
	}

	opts.TenantID = servers.Tenant
	h = newHandler(t, opts)
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	wantBooks(t, h, 60)
	if n := tallyOf(t, s, begin, false).wantAll(t, 1, 60); n > 0 {
		t.Errorf("%d records are there twice", n)
	}
}

// What differs by record, or by request, makes no streams: neither attributes nor loggers of many services.
func TestManyDistinctValuesMakeFewStreams(t *testing.T) {
	s := startLoki(t, &servers.LokiOptions{RateMB: 1000})
	opts := patient(s.URL())
	begin := time.Now()
	h := newHandler(t, opts)
	log := slog.New(h)
	const n = 50_000
	for i := range n {
		log.LogAttrs(context.Background(), slog.LevelInfo, "m", slog.Int("user", i))
		if i%50 == 0 {
			log.With("service.name", i).InfoContext(t.Context(), "by a number, which names no service")
			log.With(slog.String("deployment.environment.name", strings.Repeat("e", 1+i/50))).InfoContext(t.Context(), "m")
		}
	}
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	streams := map[string]bool{}
	entries := 0
	if err := s.Each(t.Context(), begin, func(e servers.Entry) error {
		entries++
		streams[e.Labels["environment"]+e.Labels["service_name"]] = true
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := n + 2*n/50; entries != want || len(streams) > 64 {
		t.Errorf("%d entries in %d streams, want %d in at most 64", entries, len(streams), want)
	}
}
