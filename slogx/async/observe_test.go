package async_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/async"
)

// measurements are what an observer is told.
type measurements struct {
	mu  sync.Mutex
	got []string
}

func (m *measurements) Observe(name string, value float64, labels ...string) {
	m.mu.Lock()
	m.got = append(m.got, fmt.Sprintf("%s%v %v", name, labels, value))
	m.mu.Unlock()
	panic("observers may do what they like")
}

func TestObserverOfAWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m measurements
		var fail atomic.Bool
		w := async.NewWriter(writerFunc(func(p []byte) (int, error) {
			<-time.After(time.Second)
			if fail.Load() {
				return 0, errors.New("down")
			}
			return len(p), nil
		}), &async.WriterOptions{OnError: func(error) {}})
		write := func(line string) {
			if _, err := io.WriteString(w, line); err != nil {
				t.Error(err)
			}
			if err := w.Flush(t.Context()); err != nil && !fail.Load() {
				t.Error(err)
			}
		}
		write("nobody is told\n")
		w.SetObserver(&m)
		write("12345678\n")
		w.SetObserver(nil)
		write("nobody is told\n")
		w.SetObserver(&m)
		fail.Store(true)
		write("lost\n")
		w.SetObserver(nil)
		fail.Store(false)
		if err := w.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		const bytes, seconds = "slogx_sink_sent_bytes_total[] ", "slogx_sink_request_duration_seconds"
		want := []string{bytes + "9", seconds + "[code ok] 1", bytes + "0", seconds + "[code error] 1"}
		if diff := cmp.Diff(want, m.got[:min(len(want), len(m.got))]); diff != "" {
			t.Errorf("observed (-want +got):\n%s", diff)
		}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestObserverOfAHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m measurements
		h := async.NewHandler(handlerFunc(func(r slog.Record) error {
			<-time.After(time.Second)
			switch r.Message {
			case "fails":
				return errors.New("down")
			case "panics":
				panic("boom")
			}
			return nil
		}), &async.Options{OnError: func(error) {}})
		h.SetObserver(&m)
		for _, msg := range []string{"a", "fails", "panics"} {
			slog.New(h).Info(msg)
		}
		if err := h.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		got := map[string]int{}
		for _, what := range m.got {
			got[what]++
		}
		const seconds = "slogx_sink_request_duration_seconds"
		// Those that went well are one of these, and the records that tell of the losses.
		if got[seconds+"[code error] 1"] != 2 || got[seconds+"[code ok] 1"] < 2 || len(got) != 2 {
			t.Errorf("observed %v", got)
		}
	})
}

type handlerFunc func(slog.Record) error

func (handlerFunc) Enabled(context.Context, slog.Level) bool { return true }

func (f handlerFunc) Handle(_ context.Context, r slog.Record) error { return f(r) }

func (f handlerFunc) WithAttrs([]slog.Attr) slog.Handler { return f }

func (f handlerFunc) WithGroup(string) slog.Handler { return f }
