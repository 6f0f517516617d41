package slogxtest_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestKitPassesRun(t *testing.T) {
	for name, wrap := range map[string]func(slog.Handler) slog.Handler{
		"Flaky": func(next slog.Handler) slog.Handler {
			return slogxtest.Flaky(next, slogxtest.EveryNth(0, errors.New("never")))
		},
		"Slow": func(next slog.Handler) slog.Handler { return slogxtest.Slow(next, 0) },
		"Gate": slogxtest.NewGate().Wrap,
	} {
		t.Run(name, func(t *testing.T) { slogxtest.Run(t, wrap) })
	}
}

func TestClock(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := slogxtest.NewClock(start)
	rec := slogxtest.NewRecorder(t)
	h := clock.Wrap(rec)
	l := slog.New(h.WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g"))
	l.Info("one")
	if got := clock.Advance(time.Hour); !got.Equal(start.Add(time.Hour)) || !clock.Now().Equal(got) {
		t.Errorf("the clock shows %v, Advance returned %v", clock.Now(), got)
	}
	l.Info("two")
	if err := h.Handle(t.Context(), slog.Record{Message: "without a time"}); err != nil {
		t.Fatal(err)
	}
	var times []time.Time
	for _, r := range rec.Records() {
		times = append(times, r.Time)
	}
	if diff := cmp.Diff([]time.Time{start, start.Add(time.Hour), {}}, times); diff != "" {
		t.Error(diff)
	}
	if h.WithGroup("") != h || h.WithAttrs(nil) != h {
		t.Error("WithGroup and WithAttrs without anything should return the receiver")
	}
}

func TestFlakyFailsAsItIsTold(t *testing.T) {
	errRefused := errors.New("refused")
	rec := slogxtest.NewRecorder(t)
	h := slogxtest.Flaky(rec, slogxtest.EveryNth(3, errRefused))
	derived := h.WithAttrs([]slog.Attr{slog.Int("a", 1)})
	for i := range 6 {
		sink := []slog.Handler{h, derived}[i%2]
		err := sink.Handle(t.Context(), slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0))
		if failed := (i+1)%3 == 0; failed != errors.Is(err, errRefused) {
			t.Errorf("record %d: error %v", i+1, err)
		}
	}
	if n := len(rec.Records()); n != 4 {
		t.Errorf("%d records arrived, want 4", n)
	}
}

func TestSlowTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		l := slog.New(slogxtest.Slow(rec, time.Second))
		begin := time.Now()
		l.Info("one")
		l.Info("two")
		if took := time.Since(begin); took != 2*time.Second {
			t.Errorf("two records took %v, want 2s", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		err := slogxtest.Slow(rec, time.Second).Handle(ctx, slog.NewRecord(time.Now(), slog.LevelInfo, "late", 0))
		if !errors.Is(err, context.DeadlineExceeded) || len(rec.Records()) != 2 {
			t.Errorf("error %v and %d records, want %v and 2", err, len(rec.Records()), context.DeadlineExceeded)
		}
	})
}

func TestGateHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		gate := slogxtest.NewGate()
		l := slog.New(gate.Wrap(rec))
		l.Info("passes")
		gate.Shut()
		gate.Shut()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { l.With("a", 1).Info("waits") })
		}
		if err := gate.Await(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		if n := len(rec.Records()); n != 1 {
			t.Errorf("%d records passed a gate that is shut", n-1)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := gate.Await(ctx, 3); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
		}
		gate.Open()
		gate.Open()
		wg.Wait()
		l.Info("passes")
		if n := len(rec.Records()); n != 4 {
			t.Errorf("%d records, want 4", n)
		}
	})
}

func TestAssertGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "testdata", "orders.jsonl")
	s := &spy{TB: t}
	rec := slogxtest.NewRecorder(s)
	rec.Logger().With("service", "orders").WithGroup("request").Warn("slow", "id", 17, "took", time.Second)
	rec.Logger().Log(t.Context(), -8, "trace", "time", "an attribute of this name stays")
	opts := &slogxtest.GoldenOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "id" {
			return slog.String("id", "ID")
		}
		return a
	}}
	if rec.AssertGolden(path, opts) || len(s.errors) != 1 || !strings.Contains(s.errors[0], "set Update") {
		t.Fatalf("without the file: errors %q", s.errors)
	}
	s.errors = nil
	opts.Update = true
	if !rec.AssertGolden(path, opts) {
		t.Fatalf("errors %q", s.errors)
	}
	opts.Update = false
	if !rec.AssertGolden(path, opts) {
		t.Fatalf("errors %q", s.errors)
	}
	want := `{"level":"WARN","msg":"slow","service":"orders","request":{"id":"ID","took":1000000000}}
{"level":"DEBUG-4","msg":"trace","time":"an attribute of this name stays"}
`
	got, err := os.ReadFile(path)
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("error %v, file (-want +got):\n%s", err, diff)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(want, "\n", "\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if !rec.AssertGolden(path, opts) {
		t.Errorf("line ends of another system: %q", s.errors)
	}
	rec.Logger().Info("one more")
	if rec.AssertGolden(path, opts) || len(s.errors) != 1 || !strings.Contains(s.errors[0], "one more") {
		t.Errorf("errors %q, want one that shows the difference", s.errors)
	}
	s.errors = nil
	if rec.AssertGolden(t.TempDir(), opts) || len(s.errors) != 1 {
		t.Errorf("a folder as golden file: errors %q, want one", s.errors)
	}
}
