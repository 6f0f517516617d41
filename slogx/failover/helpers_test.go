package failover

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"
)

var errDown = errors.New("down")

// sink is a handler whose doings a test sets, and which counts what it was given and what it took.
type sink struct {
	*sinkState
}

type sinkState struct {
	mu    sync.Mutex
	do    func(context.Context, slog.Record) error // nil: take it
	tried int
	took  []string // messages
}

func newSink(do func(context.Context, slog.Record) error) sink { return sink{&sinkState{do: do}} }

func down(context.Context, slog.Record) error   { return errDown }
func blowUp(context.Context, slog.Record) error { panic("boom") }

func (s sink) set(do func(context.Context, slog.Record) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.do = do
}

func (s sink) counts() (tried, took int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tried, len(s.took)
}

func (s sink) Enabled(context.Context, slog.Level) bool { return true }

func (s sink) Handle(ctx context.Context, r slog.Record) error {
	s.mu.Lock()
	s.tried++
	do := s.do
	s.mu.Unlock()
	if do != nil {
		if err := do(ctx, r); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.took = append(s.took, r.Message)
	s.mu.Unlock()
	return nil
}

func (s sink) WithAttrs([]slog.Attr) slog.Handler { return s }
func (s sink) WithGroup(string) slog.Handler      { return s }

func ignore(error) {}

// text returns a handler that writes "msg=… key=value" lines to buf.
func text(buf *bytes.Buffer) slog.Handler {
	return slog.NewTextHandler(buf, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}})
}

func newRecord(msg string) slog.Record { return slog.NewRecord(time.Time{}, slog.LevelInfo, msg, 0) }

// handle hands one record to h, which must not fail.
func handle(t *testing.T, h slog.Handler, msg string) {
	t.Helper()
	if err := h.Handle(t.Context(), newRecord(msg)); err != nil {
		t.Errorf("Handle(%q) = %v, want no error", msg, err)
	}
}

func wantState(t *testing.T, h *Handler, want State) {
	t.Helper()
	if got := h.State(); got != want {
		t.Errorf("State = %v, want %v", got, want)
	}
}

// wait lets d pass on the clock of a synctest bubble.
func wait(d time.Duration) { <-time.After(d) }
