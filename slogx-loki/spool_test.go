package slogxloki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// shutdownNow shuts h down without time to deliver.
func shutdownNow(t *testing.T, h *Handler) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return h.Shutdown(ctx)
}

func down() *server {
	return &server{answer: func(int, request) reply {
		return reply{err: &net.OpError{Op: "dial", Err: errors.New("refused")}}
	}}
}

func TestSpoolIsDeliveredAfterTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		h := newTest(t, down(), Options{SpoolDir: dir})
		var want []string
		for i := range 50 {
			handle(t, h, at(time.Now(), fmt.Sprint(i)))
			want = append(want, fmt.Sprint(i))
		}
		if st := balanced(t, h, 50); st.Spooled != 50 {
			t.Errorf("%+v", st)
		}
		if u := h.SpoolUsage(); u.Records != 50 || u.Bytes == 0 || !u.Oldest.Equal(time.Now()) {
			t.Errorf("%+v", u)
		}
		if err := shutdownNow(t, h); err == nil || !strings.Contains(err.Error(), "50 records left in the spool") {
			t.Errorf("error: %v", err)
		}
		if err := h.Handle(t.Context(), at(time.Now(), "late")); err == nil {
			t.Error("taken after the end")
		}
		if st := balanced(t, h, 51); st.Spooled != 50 {
			t.Errorf("%+v", st)
		}

		s := &server{}
		h = newTest(t, s, Options{SpoolDir: dir})
		handle(t, h, at(time.Now().Add(-time.Minute), "new"))
		flush(t, h)
		diff(t, "messages", append(want, "new"), s.messages(t))
		if st := balanced(t, h, 51); st.Delivered != 51 || h.SpoolUsage() != (SpoolUsage{}) {
			t.Errorf("%+v %+v", st, h.SpoolUsage())
		}
		last := int64(math.MinInt64)
		for _, e := range s.got() {
			if e.Time < last {
				t.Errorf("%s is older than the record before it", e.Line)
			}
			last = e.Time
		}
		if err := h.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestResentBatchOfAnEarlierProcessIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		first := hung()
		h := newTest(t, first, Options{SpoolDir: dir, BatchWait: -1})
		handle(t, h, at(time.Now(), "1"))
		synctest.Wait() // it is on its way
		handle(t, h, at(time.Now(), "2"))
		if err := shutdownNow(t, h); err == nil {
			t.Error("no error")
		}
		second := &server{answer: func(int, request) reply {
			return reply{status: 400, text: fmt.Sprintf(ignored, 1)}
		}}
		h = newTest(t, second, Options{SpoolDir: dir})
		flush(t, h)
		sent := second.sent()
		if len(sent) != 2 || !bytes.Equal(sent[0].body, first.sent()[0].body) {
			t.Fatalf("%d requests; want 2, of which the first repeats that before", len(sent))
		}
		if st := balanced(t, h, 2); st.Delivered != 1 || st.Dropped[chain.ReasonRejected] != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestRefusedAccessKeepsTheSpoolAndTriesAgain(t *testing.T) {
	for _, status := range []int{401, 403, 302} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p problems
				var good atomic.Bool
				s := &server{answer: func(int, request) reply {
					if !good.Load() {
						return reply{status: status, text: "no such tenant"}
					}
					return reply{}
				}}
				h := newTest(t, s, Options{SpoolDir: t.TempDir(), OnError: p.add})
				handle(t, h, at(time.Now(), "m"))
				<-time.After(31 * time.Minute)
				sent := s.sent()
				if n := len(sent); n < 7 || n > 31 {
					t.Errorf("%d requests in half an hour", n)
				}
				for i := 1; i < len(sent); i++ {
					if wait := sent[i].at.Sub(sent[i-1].at); wait < time.Minute || wait > 5*time.Minute {
						t.Errorf("waited for %v", wait)
					}
				}
				if told := p.all(); !strings.Contains(told, "access refused") || !strings.Contains(told, "no such tenant") {
					t.Errorf("told: %s", told)
				}
				if st := balanced(t, h, 1); st.Spooled != 1 || h.Health(t.Context()) == nil {
					t.Errorf("%+v, %v", st, h.Health(t.Context()))
				}
				good.Store(true)
				flush(t, h)
				if st := balanced(t, h, 1); st.Delivered != 1 {
					t.Errorf("%+v", st)
				}
			})
		})
	}
}

func TestSpoolBeyondItsBoundLosesTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		s := &server{answer: func(int, request) reply {
			if !up.Load() {
				return reply{err: errors.New("down")}
			}
			return reply{}
		}}
		h := newTest(t, s, Options{SpoolDir: t.TempDir(), SpoolBytes: 512 << 10, BatchBytes: 8 << 10})
		const n = 10_000
		for i := range n {
			handle(t, h, at(time.Now(), fmt.Sprint(i), slog.String("pad", strings.Repeat("x", 50))))
		}
		if u := h.SpoolUsage(); u.Bytes > 512<<10 {
			t.Errorf("%+v", u)
		}
		st := balanced(t, h, n)
		lost := st.Dropped[chain.ReasonSpoolFull]
		if lost == 0 || len(st.Dropped) != 1 {
			t.Errorf("%+v", st)
		}
		up.Store(true)
		flush(t, h)
		st = balanced(t, h, n)
		got := s.messages(t)
		if st.Delivered != uint64(len(got)) || st.Spooled != 0 || st.Dropped[chain.ReasonSpoolFull] != lost {
			t.Errorf("%+v, %d stored", st, len(got))
		}
		if got[len(got)-1] != fmt.Sprint(n-1) {
			t.Error("the newest is lost")
		}
	})
}

func TestDamagedSpoolIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		h := newTest(t, down(), Options{SpoolDir: dir})
		for i := range 20 {
			handle(t, h, at(time.Now(), fmt.Sprint(i)))
		}
		_ = shutdownNow(t, h)
		files, err := filepath.Glob(filepath.Join(dir, "*.segment"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		content, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)/2] ^= 0x10
		if err := os.WriteFile(files[0], content, 0o600); err != nil {
			t.Fatal(err)
		}
		var p problems
		s := &server{}
		h = newTest(t, s, Options{SpoolDir: dir, OnError: p.add})
		flush(t, h)
		st := balanced(t, h, 20)
		diff(t, "dropped", map[string]uint64{chain.ReasonCorrupt: 1}, st.Dropped)
		if st.Delivered != 19 || len(s.got()) != 19 || !strings.Contains(p.all(), "damaged records: 1") {
			t.Errorf("%+v, %d stored, told: %s", st, len(s.got()), p.all())
		}
		var o observed
		h.SetObserver(&o)
		diff(t, "observed", []string{"slogx_spool_corrupt_records_total 1"}, o.all())
	})
}

func TestSpoolThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := NewHandler(&Options{URL: "http://loki.example", SpoolDir: file})
	if err == nil || !strings.Contains(err.Error(), "SpoolDir") || !strings.Contains(err.Error(), file) {
		t.Errorf("error: %v", err)
	}
	dir := t.TempDir()
	newTest(t, &server{}, Options{SpoolDir: dir})
	_, err = NewHandler(&Options{URL: "http://loki.example", SpoolDir: dir})
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "lock")) {
		t.Errorf("error: %v", err)
	}
}

func TestSpoolIsFlushedByParts(t *testing.T) {
	s := &server{answer: func(_ int, r request) reply {
		if len(r.entries) > 3 {
			return reply{status: 413}
		}
		return reply{}
	}}
	for _, sync := range []Sync{SyncNone, SyncInterval, SyncAlways} {
		h := newTest(t, s, Options{SpoolDir: t.TempDir(), SpoolSync: sync})
		before := len(s.got())
		levels(t, h, 20)
		flush(t, h)
		if st := balanced(t, h, 20); st.Delivered != 20 || len(s.got())-before != 20 {
			t.Errorf("%s: %+v", sync, st)
		}
	}
}

// observed is a [chain.Observer] that remembers.
type observed struct{ problems }

func (o *observed) Observe(name string, value float64, labels ...string) {
	o.add(errors.New(strings.TrimSpace(fmt.Sprintln(name, value, strings.Join(labels, "=")))))
}

func (o *observed) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.errs...)
}

func TestObserverSeesRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(n int, _ request) reply {
			return []reply{{status: 429}, {status: 503}, {err: errors.New("x")}, {}}[n-1]
		}}
		h := newTest(t, s, Options{SpoolDir: t.TempDir()})
		var o observed
		h.SetObserver(&o)
		handle(t, h, at(time.Now(), "m"))
		flush(t, h)
		duration := func(code string) string { return "slogx_sink_request_duration_seconds 0 code=" + code }
		retries := "slogx_sink_retries_total 1"
		diff(t, "observed", []string{
			duration("429"), retries, duration("5xx"), retries, duration("error"), retries, duration("2xx"),
			"slogx_sink_sent_records_total 1", fmt.Sprintf("slogx_sink_sent_bytes_total %d", plainSize(t, s.sent()[0].body)),
			"slogx_spool_bytes 0", "slogx_spool_records 0", "slogx_spool_oldest_record_age_seconds 0",
		}, o.all())
	})
}

func TestOnErrorThatLogsDoesNotDeadlock(t *testing.T) {
	dir := t.TempDir()
	var h atomic.Pointer[Handler]
	told := make(chan string, 100)
	opts := Options{SpoolDir: dir, OnError: func(err error) {
		told <- err.Error()
		if h := h.Load(); h != nil {
			_ = h.Handle(context.Background(), at(time.Now(), "a problem"))
		}
	}}
	s := &server{}
	h.Store(newTest(t, s, opts))
	handle(t, h.Load(), at(time.Now(), "lost"))
	files, err := filepath.Glob(filepath.Join(dir, "*.segment"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if err := os.Remove(files[0]); err != nil { // it stays readable while it is open
		t.Fatal(err)
	}
	if err := os.Mkdir(files[0], 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(files[0], "in the way"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	flush(t, h.Load())
	if text := <-told; !strings.Contains(text, "remove spool segment") {
		t.Errorf("told: %s", text)
	}
	flush(t, h.Load())
	diff(t, "messages", []string{"lost", "a problem"}, s.messages(t))
}
