package chain_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

var noTime = &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

func TestAdaptPlacesTopLevelAttributes(t *testing.T) {
	attrs := func(args ...any) []slog.Attr { return slog.Group("", args...).Value.Group() }
	with := func(args ...any) func(slog.Handler) slog.Handler {
		return func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs(args...)) }
	}
	group := func(name string) func(slog.Handler) slog.Handler {
		return func(h slog.Handler) slog.Handler { return h.WithGroup(name) }
	}
	for _, tt := range []struct {
		name   string
		derive []func(slog.Handler) slog.Handler
		top    []slog.Attr
		record []slog.Attr
		json   string
		text   string
	}{
		{
			name: "no groups", derive: []func(slog.Handler) slog.Handler{with("a", 1)},
			top: attrs("t", "x"), record: attrs("r", 2),
			json: `"a":1,"t":"x","r":2`, text: `a=1 t=x r=2`,
		},
		{
			name: "two open groups", derive: []func(slog.Handler) slog.Handler{group("g"), group("h")},
			top: attrs("t", "x", "u", "y"), record: attrs("r", 2),
			json: `"t":"x","u":"y","g":{"h":{"r":2}}`, text: `t=x u=y g.h.r=2`,
		},
		{
			name:   "groups and attributes in turn",
			derive: []func(slog.Handler) slog.Handler{with("a", 1), group("g"), with("b", 2, "c", 3), group("h"), with("d", 4), with("e", 5)},
			top:    attrs("t", "x"), record: attrs("r", 6),
			json: `"a":1,"t":"x","g":{"b":2,"c":3,"h":{"d":4,"e":5,"r":6}}`, text: `a=1 t=x g.b=2 g.c=3 g.h.d=4 g.h.e=5 g.h.r=6`,
		},
		{
			name:   "groups left empty",
			derive: []func(slog.Handler) slog.Handler{with("a", 1), group("g"), with("b", 2), group("h"), group("i")},
			top:    attrs("t", "x"),
			json:   `"a":1,"t":"x","g":{"b":2}`, text: `a=1 t=x g.b=2`,
		},
		{
			name: "only empty groups", derive: []func(slog.Handler) slog.Handler{group("g"), group("h")},
			top:  attrs("t", "x"),
			json: `"t":"x"`, text: `t=x`,
		},
		{
			name: "top-level group", derive: []func(slog.Handler) slog.Handler{group("g")},
			top: attrs(slog.Group("t", "x", 1)), record: attrs("r", 2),
			json: `"t":{"x":1},"g":{"r":2}`, text: `t.x=1 g.r=2`,
		},
		{
			name: "no top-level attributes", derive: []func(slog.Handler) slog.Handler{with("a", 1), group("g"), with("b", 2)},
			top: nil, record: attrs("r", 3),
			json: `"a":1,"g":{"b":2,"r":3}`, text: `a=1 g.b=2 g.r=3`,
		},
		{
			name: "names and attributes that are none", derive: []func(slog.Handler) slog.Handler{group(""), with(), group("g"), group(""), with()},
			top: attrs("t", "x"), record: attrs("r", 2),
			json: `"t":"x","g":{"r":2}`, text: `t=x g.r=2`,
		},
	} {
		for _, form := range []struct {
			name string
			open func(io.Writer) slog.Handler
			want string
		}{
			{"json", func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, noTime) }, `{"level":"WARN","msg":"m",` + tt.json + "}\n"},
			{"text", func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, noTime) }, "level=WARN msg=m " + tt.text + "\n"},
		} {
			t.Run(tt.name+"/"+form.name, func(t *testing.T) {
				var out bytes.Buffer
				var h slog.Handler = chain.Adapt(form.open(&out))
				for _, derive := range tt.derive {
					h = derive(h)
				}
				r := slog.NewRecord(time.Now(), slog.LevelWarn, "m", 0)
				r.AddAttrs(tt.record...)
				if err := h.(chain.Handler).HandleTop(t.Context(), tt.top, r); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(form.want, out.String()); diff != "" {
					t.Errorf("output (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestAdaptChangesNothingWithoutTopLevelAttributes(t *testing.T) {
	var direct, adapted bytes.Buffer
	log := func(h slog.Handler) {
		l := slog.New(h)
		l.Info("a", "k", 1)
		l.With("a", 1).WithGroup("g").With("b", 2, slog.Group("c")).WithGroup("h").Warn("b", "k", 2)
		l.WithGroup("g").With("a", 1).Error("c")
	}
	log(slog.NewJSONHandler(&direct, noTime))
	log(chain.Adapt(slog.NewJSONHandler(&adapted, noTime)))
	if diff := cmp.Diff(direct.String(), adapted.String()); diff != "" {
		t.Errorf("output (-direct +adapted):\n%s", diff)
	}
}

func TestAdaptKeepsHandlers(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	if got := chain.Adapt(rec); got != chain.Handler(rec) {
		t.Errorf("Adapt of a chain.Handler returned a %T", got)
	}
	if got := chain.Adapt(nil); got == nil || !got.Enabled(t.Context(), slog.LevelError) {
		t.Error("Adapt(nil) is no handler that takes errors")
	}
}

func TestAdaptedSiblingsWithTopLevelAttributes(t *testing.T) {
	// The operations since the first group are kept in a slice: its siblings share an array at some lengths.
	for n := range 20 {
		var out bytes.Buffer
		h := chain.Adapt(slog.NewTextHandler(&out, noTime)).WithGroup("g")
		for i := range n {
			h = h.WithAttrs([]slog.Attr{slog.Int("x", i)})
		}
		first := h.WithAttrs([]slog.Attr{slog.String("who", "A")})
		_ = h.WithAttrs([]slog.Attr{slog.String("who", "B")})
		group := h.WithGroup("A").WithAttrs([]slog.Attr{slog.Int("a", 1)})
		_ = h.WithGroup("B").WithAttrs([]slog.Attr{slog.Int("b", 1)})
		for _, h := range []slog.Handler{first, group} {
			r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
			if err := h.(chain.Handler).HandleTop(t.Context(), []slog.Attr{slog.Int("t", 1)}, r); err != nil {
				t.Fatal(err)
			}
		}
		if got := out.String(); bytes.ContainsAny(out.Bytes(), "Bb") || !bytes.Contains(out.Bytes(), []byte("g.who=A")) || !bytes.Contains(out.Bytes(), []byte("g.A.a=1")) {
			t.Errorf("after %d calls: %s", n, got)
		}
	}
}

func TestAdaptDoesNotKeepTheCallersAttrs(t *testing.T) {
	var out bytes.Buffer
	attrs := []slog.Attr{slog.String("k", "before")}
	h := chain.Adapt(slog.NewTextHandler(&out, noTime)).WithGroup("g").WithAttrs(attrs)
	attrs[0] = slog.String("k", "after")
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	if err := h.(chain.Handler).HandleTop(t.Context(), []slog.Attr{slog.Int("t", 1)}, r); err != nil {
		t.Fatal(err)
	}
	if want := "level=INFO msg=m t=1 g.k=before\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestConformanceAroundForeignWrapper(t *testing.T) {
	slogxtest.Run(t, func(next slog.Handler) slog.Handler { return chain.Adapt(foreign{next}) })
}

// foreign is a wrapper that knows nothing of slogx.
type foreign struct{ next slog.Handler }

func (h foreign) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h foreign) Handle(ctx context.Context, r slog.Record) error { return h.next.Handle(ctx, r) }

func (h foreign) WithAttrs(attrs []slog.Attr) slog.Handler { return foreign{h.next.WithAttrs(attrs)} }

func (h foreign) WithGroup(name string) slog.Handler { return foreign{h.next.WithGroup(name)} }

func (h foreign) Unwrap() slog.Handler { return h.next }

func TestTopCopies(t *testing.T) {
	array := []slog.Attr{slog.Int("a", 1), slog.Int("b", 2), slog.Int("spare", 3)}
	top := array[:2:3]
	first := chain.Top(top, slog.Int("c", 4))
	second := chain.Top(top, slog.Int("d", 5), slog.Int("e", 6))
	second.Attrs()[0] = slog.Int("changed", 0)
	for _, tt := range []struct {
		name      string
		got, want []slog.Attr
	}{
		{"first", first.Attrs(), []slog.Attr{slog.Int("a", 1), slog.Int("b", 2), slog.Int("c", 4)}},
		{"second", second.Attrs(), []slog.Attr{slog.Int("changed", 0), slog.Int("b", 2), slog.Int("d", 5), slog.Int("e", 6)}},
		{"caller's", array, []slog.Attr{slog.Int("a", 1), slog.Int("b", 2), slog.Int("spare", 3)}},
	} {
		if !slices.EqualFunc(tt.got, tt.want, slog.Attr.Equal) {
			t.Errorf("%s slice: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	first.Release()
	second.Release()
}

func TestReleaseClears(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func([]slog.Attr) []slog.Attr
	}{
		{"as it was", func(attrs []slog.Attr) []slog.Attr { return attrs }},
		{"grown", func(attrs []slog.Attr) []slog.Attr { return append(attrs, slog.Int("more", 3)) }},
		{"shrunk", func(attrs []slog.Attr) []slog.Attr { return attrs[:1] }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			top := chain.Top(nil, slog.Int("a", 1), slog.Int("b", 2))
			attrs := tt.set(top.Attrs())
			top.Set(attrs)
			if !slices.EqualFunc(top.Attrs(), attrs, slog.Attr.Equal) {
				t.Errorf("Attrs is %v after Set(%v)", top.Attrs(), attrs)
			}
			top.Release()
			for i, a := range attrs[:max(2, len(attrs))] {
				if !a.Equal(slog.Attr{}) {
					t.Errorf("attribute %d is still %v", i, a)
				}
			}
		})
	}
}

func TestStatsDroppedTotal(t *testing.T) {
	if got := (chain.Stats{}).DroppedTotal(); got != 0 {
		t.Errorf("nothing dropped: got %d", got)
	}
	s := chain.Stats{Dropped: map[string]uint64{chain.ReasonError: 2, chain.ReasonQueueFull: 3}}
	if got := s.DroppedTotal(); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}

func TestReasonsDiffer(t *testing.T) {
	reasons := []string{
		chain.ReasonQueueFull, chain.ReasonKeepTimeout, chain.ReasonCanceled, chain.ReasonClosed, chain.ReasonShutdown,
		chain.ReasonTooLarge, chain.ReasonRejected, chain.ReasonRetryExhausted, chain.ReasonSpoolFull,
		chain.ReasonCorrupt, chain.ReasonError, chain.ReasonPanic, chain.ReasonFailover,
	}
	slices.Sort(reasons)
	if got := len(slices.Compact(slices.Clone(reasons))); got != len(reasons) {
		t.Errorf("%d different reasons of %d: %s", got, len(reasons), fmt.Sprint(reasons))
	}
}
