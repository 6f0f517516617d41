package enrich

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

// text returns a handler that writes "msg=… key=value" lines to buf.
func text(buf *bytes.Buffer) slog.Handler {
	return slog.NewTextHandler(buf, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
			return slog.Attr{}
		}
		return a
	}})
}

func adds(key string, value any) Enricher {
	return func(_ context.Context, attrs []slog.Attr) []slog.Attr { return append(attrs, slog.Any(key, value)) }
}

// enriched returns what one record with the attribute k=1 becomes.
func enriched(t *testing.T, enrichers ...Enricher) string {
	t.Helper()
	var buf bytes.Buffer
	slog.New(NewHandler(text(&buf), enrichers...)).InfoContext(t.Context(), "m", "k", 1)
	return buf.String()
}

func TestHandlerPassesSlogtest(t *testing.T) {
	var buf bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		buf.Reset()
		return NewHandler(slog.NewJSONHandler(&buf, nil), adds("enriched", true))
	}, func(t *testing.T) map[string]any {
		t.Helper()
		var m map[string]any
		if err := json.Unmarshal(buf.Bytes(), &m); err != nil {
			t.Fatalf("parse %q: %v", buf.Bytes(), err)
		}
		if m["enriched"] != true {
			t.Errorf("%s has no enriched at the top level", buf.Bytes())
		}
		return m
	})
}

func TestEmptyGroupAndNoAttrsReturnTheReceiver(t *testing.T) {
	h := NewHandler(slog.DiscardHandler, adds("a", 1))
	if got := h.WithGroup(""); got != slog.Handler(h) {
		t.Errorf("WithGroup(\"\") = %v, want the receiver", got)
	}
	if got := h.WithAttrs(nil); got != slog.Handler(h) {
		t.Errorf("WithAttrs(nil) = %v, want the receiver", got)
	}
}

func TestAttributesStandAtTheTopWhateverIsOpen(t *testing.T) {
	var buf bytes.Buffer
	l := slog.New(Wrap(adds("e", 1), nil, adds("f", 2))(text(&buf)))
	l.Info("m", "k", 0)
	l.With("w", 0).Info("m", "k", 0)
	l.With("w", 0).WithGroup("g").With("v", 0).WithGroup("h").Info("m", "k", 0)
	want := "msg=m e=1 f=2 k=0\n" +
		"msg=m w=0 e=1 f=2 k=0\n" +
		"msg=m w=0 e=1 f=2 g.v=0 g.h.k=0\n"
	if diff := cmp.Diff(want, buf.String()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestEnrichersStackAndLeaveTheLentSliceAlone(t *testing.T) {
	var buf bytes.Buffer
	h := NewHandler(NewHandler(text(&buf), adds("inner", 2)), adds("outer", 1))
	lent := append(make([]slog.Attr, 0, 8), slog.Int("top", 0), slog.Int("behind", 9))
	if err := h.HandleTop(t.Context(), lent[:1], slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("msg=m top=0 outer=1 inner=2\n", buf.String()); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
	if !lent[1].Equal(slog.Int("behind", 9)) {
		t.Errorf("the element behind top is %v, want it untouched", lent[1])
	}
}

func panics(_ context.Context, attrs []slog.Attr) []slog.Attr {
	_ = append(attrs, slog.Int("half", 1), slog.Int("done", 2))
	panic("no tenant")
}

func TestEnricherThatPanicsCostsItsOwnAttributes(t *testing.T) {
	got := enriched(t, adds("before", 1), panics, adds("after", 2))
	want := `msg=m before=1 !ENRICHER="!PANIC: no tenant in github.com/slogx-go/slogx/slogx/enrich.panics" after=2 k=1` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestEnricherThatPanicsLeavesNothingInThePool(t *testing.T) {
	top := chain.Top(nil, slog.Int("before", 1))
	defer top.Release()
	NewHandler(slog.DiscardHandler, panics).add(t.Context(), top, 0)
	attrs := top.Attrs()
	for _, a := range attrs[len(attrs):cap(attrs)] {
		if !a.Equal(slog.Attr{}) {
			t.Errorf("%v is still there", a)
		}
	}
}

func TestEnricherCannotHarmTheAttributesOfOthers(t *testing.T) {
	kept := []slog.Attr{slog.Int("kept", 1)}
	tests := map[string]struct {
		enricher Enricher
		want     string
	}{
		"returns nil": {
			func(context.Context, []slog.Attr) []slog.Attr { return nil }, "",
		},
		"returns less than it appended": {
			func(_ context.Context, attrs []slog.Attr) []slog.Attr { return append(attrs, slog.Int("x", 1))[:0] }, "",
		},
		"returns a slice of its own": {
			func(context.Context, []slog.Attr) []slog.Attr { return kept }, "kept=1 ",
		},
		"returns the end of what it appended": {
			func(_ context.Context, attrs []slog.Attr) []slog.Attr {
				return append(attrs, slog.Int("x", 1), slog.Int("y", 2))[1:]
			}, "y=2 ",
		},
		"writes all over its room": {
			func(_ context.Context, attrs []slog.Attr) []slog.Attr {
				all := attrs[:cap(attrs)]
				for i := range all {
					all[i] = slog.Int("x", 1)
				}
				return attrs
			}, "",
		},
		"appends more than there is room for": {
			func(_ context.Context, attrs []slog.Attr) []slog.Attr {
				for range 40 {
					attrs = append(attrs, slog.Int("x", 1))
				}
				return attrs
			}, strings.Repeat("x=1 ", 40),
		},
	}
	for name, tt := range tests {
		for range 3 { // also with what the pool kept
			want := "msg=m before=1 " + tt.want + "after=2 k=1\n"
			if diff := cmp.Diff(want, enriched(t, adds("before", 1), tt.enricher, adds("after", 2))); diff != "" {
				t.Errorf("%s: line (-want +got):\n%s", name, diff)
			}
		}
	}
	if !kept[0].Equal(slog.Int("kept", 1)) {
		t.Errorf("the enricher's own slice became %v", kept)
	}
}

func TestConcurrentRecordsKeepTheirOwnAttributes(t *testing.T) {
	var mu sync.Mutex
	wrong := 0
	h := NewHandler(topFunc(func(top []slog.Attr, r slog.Record) {
		for _, a := range top {
			if a.Value.String() != r.Message {
				mu.Lock()
				wrong++
				mu.Unlock()
			}
		}
	}), ContextAttrs(), ContextAttrs())
	var wg sync.WaitGroup
	for _, who := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		wg.Go(func() {
			l := slog.New(h).WithGroup("g")
			ctx := ContextWithAttrs(t.Context(), slog.String("who", who))
			for range 500 {
				l.InfoContext(ctx, who)
			}
		})
	}
	wg.Wait()
	if wrong != 0 {
		t.Errorf("%d attributes of one request on another's record", wrong)
	}
}

// topFunc is a handler that sees top-level attributes.
type topFunc func(top []slog.Attr, r slog.Record)

var _ chain.Handler = topFunc(nil)

func (topFunc) Enabled(context.Context, slog.Level) bool { return true }

func (f topFunc) Handle(ctx context.Context, r slog.Record) error { return f.HandleTop(ctx, nil, r) }

func (f topFunc) HandleTop(_ context.Context, top []slog.Attr, r slog.Record) error {
	f(top, r)
	return nil
}

func (f topFunc) WithAttrs([]slog.Attr) slog.Handler { return f }

func (f topFunc) WithGroup(string) slog.Handler { return f }

func TestOnlyEnrichersOfTheContextLetEmptyContextsPass(t *testing.T) {
	own := func(_ context.Context, attrs []slog.Attr) []slog.Attr { return attrs }
	for name, tt := range map[string]struct {
		enrichers []Enricher
		want      bool
	}{
		"context and trace": {[]Enricher{ContextAttrs(), Trace()}, true},
		"host too":          {[]Enricher{ContextAttrs(), Host(), Trace()}, false},
		"one's own":         {[]Enricher{own}, false},
	} {
		h := NewHandler(slog.DiscardHandler, tt.enrichers...)
		if got := h.WithGroup("g").(*Handler).ofContext; h.ofContext != tt.want || got != tt.want {
			t.Errorf("%s: %t, derived %t, want %t", name, h.ofContext, got, tt.want)
		}
	}
}
