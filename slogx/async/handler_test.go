package async

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
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

func TestNextHandlerThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		var got atomic.Uint64
		h := NewHandler(newFake(func(context.Context, slog.Record) error {
			<-gate
			got.Add(1)
			return nil
		}), &Options{Records: 16, Overflow: DropOldest, OnError: quiet})
		log := func(level slog.Level) error { return h.Handle(t.Context(), slog.NewRecord(time.Time{}, level, "m", 0)) }
		for range 100 {
			if err := log(slog.LevelInfo); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		var kept uint64
		for log(slog.LevelError) == nil {
			kept++
		}
		if kept != 15 { // all room but that of the record that hangs
			t.Errorf("%d ERROR records found room", kept)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "16 records left") {
			t.Error(err)
		}
		close(gate)
		synctest.Wait()
		st := h.Stats()
		if got.Load() != 1 || st.Delivered != 1 || st.Accepted != 100+kept+1 || st.Dropped[chain.ReasonShutdown] != 15 || st.Dropped[chain.ReasonKeepTimeout] != 1 {
			t.Errorf("%d arrived: %+v", got.Load(), st)
		}
	})
}

func TestNextHandlerThatPanicsOrFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n, reports int
		var losses []string
		h := NewHandler(newFake(func(_ context.Context, r slog.Record) error {
			if r.Message == lossMessage {
				losses = append(losses, r.Message)
				return nil
			}
			switch n++; {
			case n%100 == 0:
				panic("boom")
			case n%50 == 0:
				return errors.New("refused")
			}
			return nil
		}), &Options{OnError: func(error) { reports++ }})
		for range 1000 {
			_ = h.Handle(t.Context(), slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0))
		}
		if err := h.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		shutdown(t, h)
		checkStats(t, h.Stats(), chain.Stats{Accepted: 1000, Delivered: 980, Dropped: map[string]uint64{chain.ReasonError: 10, chain.ReasonPanic: 10}})
		if reports != 1 || len(losses) == 0 {
			t.Errorf("%d reports, %d records about losses", reports, len(losses))
		}
	})
}

func TestHandlerThatLogsIntoItsOwnQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h *Handler
		var inside atomic.Int64
		h = NewHandler(newFake(func(context.Context, slog.Record) error {
			if inside.Add(1) < 60 {
				slog.New(h).Info("inside", "v", valuer{func() { slog.New(h).Info("from LogValue") }})
			}
			return nil
		}), &Options{Records: 8, OnError: func(error) { slog.New(h).Info("from OnError") }})
		for range 20 {
			slog.New(h).Info("outside")
		}
		shutdown(t, h)
		inside.Store(0)
		slog.New(h).Info("after")
		if st := h.Stats(); st.Queued != 0 || st.Accepted < 60 {
			t.Errorf("%+v", st)
		}
	})
}

type valuer struct{ log func() }

func (v valuer) LogValue() slog.Value {
	v.log()
	return slog.IntValue(1)
}

func TestDerivedHandlersDoNotSeeEachOther(t *testing.T) {
	var b strings.Builder
	h := NewHandler(slog.NewTextHandler(&b, nil), nil)
	base := slog.New(h).With("pad", strings.Repeat("p", 40))
	first := base.With("who", "AAA")
	_ = base.With("who", "BBB")
	first.Info("m")
	shutdown(t, h)
	if got := b.String(); !strings.Contains(got, "who=AAA") || strings.Contains(got, "BBB") {
		t.Error(got)
	}
}
