package async

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestConformance(t *testing.T) {
	slogxtest.Run(t, Wrap(nil))
}

func TestConformanceAfterShutdown(t *testing.T) {
	slogxtest.Run(t, func(next slog.Handler) slog.Handler {
		h := NewHandler(next, nil)
		if err := h.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		return h
	})
}

// fake is a handler whose Handle is a func.
type fake struct {
	slog.Handler

	handle func(ctx context.Context, r slog.Record) error
}

func (f *fake) Handle(ctx context.Context, r slog.Record) error { return f.handle(ctx, r) }
func (f *fake) WithAttrs([]slog.Attr) slog.Handler              { return f }
func (f *fake) WithGroup(string) slog.Handler                   { return f }
func (f *fake) Enabled(context.Context, slog.Level) bool        { return true }

func newFake(handle func(ctx context.Context, r slog.Record) error) *fake {
	return &fake{slog.DiscardHandler, handle}
}

func TestHandlerKeepsTheStateAtTheCall(t *testing.T) {
	gate := make(chan struct{})
	var b strings.Builder
	text := slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	var found bool
	h := NewHandler(&gated{text, gate, func(r slog.Record) {
		r.Attrs(func(a slog.Attr) bool {
			if err, ok := a.Value.Any().(error); ok {
				found = errors.Is(err, fs.ErrNotExist)
			}
			return true
		})
	}}, nil)
	m, list := map[string]int{"a": 1}, []string{"x"}
	err := &fs.PathError{Op: "open", Path: "p", Err: fs.ErrNotExist}
	l := slog.New(h).With("with", m).WithGroup("g").With("list", list)
	ctx, cancel := context.WithCancel(t.Context())
	l.InfoContext(ctx, "m", "m", m, slog.Group("sub", "list", list), "in", []any{m, list}, "err", err)
	cancel()
	m["a"], list[0], err.Path = 2, "y", "q"
	close(gate)
	if err := h.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `level=INFO msg=m with=map[a:1] g.list=[x] g.m=map[a:1] g.sub.list=[x] g.in="[map[a:1] [x]]" g.err="open p: file does not exist"` + "\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	if !found {
		t.Error("errors.Is does not find the error that the sink got")
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// gated waits for gate before each record.
type gated struct {
	slog.Handler

	gate chan struct{}
	see  func(slog.Record)
}

func (g *gated) Handle(ctx context.Context, r slog.Record) error {
	<-g.gate
	if ctx.Err() != nil {
		return ctx.Err()
	}
	g.see(r)
	return g.Handler.Handle(ctx, r)
}

func (g *gated) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &gated{g.Handler.WithAttrs(attrs), g.gate, g.see}
}

func (g *gated) WithGroup(name string) slog.Handler {
	return &gated{g.Handler.WithGroup(name), g.gate, g.see}
}

func TestHandlerFlood(t *testing.T) {
	for _, policy := range []Overflow{Block, DropNewest, DropOldest, Sample} {
		t.Run(string(policy), func(t *testing.T) {
			var sink tally
			var buf []byte
			h := NewHandler(newFake(func(_ context.Context, r slog.Record) error {
				buf = append(append(buf[:0], r.Message...), ' ')
				r.Attrs(func(a slog.Attr) bool {
					buf = fmt.Appendf(buf, "%v ", a.Value)
					return true
				})
				buf = append(append(buf, r.Level.String()...), '\n')
				sink.mu.Lock()
				defer sink.mu.Unlock()
				sink.line(strings.TrimPrefix(string(buf), "m "))
				return nil
			}), &Options{Records: 500, Overflow: policy, MaxWait: time.Minute, KeepWait: time.Minute})
			flood(t, func(ctx context.Context, g, i int, level slog.Level) {
				r := slog.NewRecord(time.Time{}, level, "m", 0)
				r.AddAttrs(slog.Int("g", g), slog.Int("i", i))
				_ = h.Handle(ctx, r)
			}, h.Stats)
			if err := h.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkFlood(t, &sink, h.Stats(), policy)
		})
	}
}

func TestTopAttributesTravelWithTheRecord(t *testing.T) {
	var mu sync.Mutex
	var got []string
	h := NewHandler(&topHandler{see: func(top []slog.Attr) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, fmt.Sprint(top))
	}}, nil)
	top := chain.Top(nil, slog.Any("id", []int{1}))
	for range 2 {
		if err := h.HandleTop(t.Context(), top.Attrs(), slog.Record{}); err != nil {
			t.Fatal(err)
		}
	}
	top.Attrs()[0] = slog.String("other", "record")
	top.Release()
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"[id=[1]]", "[id=[1]]"}, got); diff != "" {
		t.Error(diff)
	}
}

type topHandler struct {
	fake

	see func(top []slog.Attr)
}

func (h *topHandler) HandleTop(_ context.Context, top []slog.Attr, _ slog.Record) error {
	h.see(top)
	return nil
}

func TestSlotsAreCleared(t *testing.T) {
	h := NewHandler(slog.DiscardHandler, nil)
	for range 100 {
		r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
		r.AddAttrs(slog.String("k", "v"))
		_ = h.Handle(t.Context(), r)
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, e := range h.records.ring {
		if e != nil {
			t.Errorf("slot %d still holds %v", i, e.rec)
		}
	}
	if got := h.Usage(); got.Records != 0 || got.Bytes != 0 {
		t.Errorf("an empty queue uses %+v", got)
	}
}
