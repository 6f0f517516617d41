package slogxtest

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Run tests a handler that wraps another: what wrap returns, put around handlers of the suite's own.
// Each rule is a subtest; a failure says what the rule is. See the package documentation for the rules.
//
// The wrapper may add attributes at the top level of records, and may deliver later, if it has a method
// Flush(context.Context) error; it is shut down where it has Shutdown(context.Context) error. It should
// let all records through that the wrapped handler is enabled for: wrap should open filters wide, and
// give a wrapper that decides about levels without asking the wrapped handler a [slog.Leveler] that
// does ask. wrap is called many times, sometimes with a handler that has no HandleTop.
func Run(t *testing.T, wrap func(slog.Handler) slog.Handler) {
	t.Helper()
	run(live{t}, wrap)
}

// wrapRule is a rule for wrappers only.
type wrapRule struct {
	name        string
	explanation string
	check       func(t tester, wrap func(slog.Handler) slog.Handler)
}

func run(t tester, wrap func(slog.Handler) slog.Handler) {
	runShared(t, func() subject {
		rec := newRecorder()
		return subject{handler: wrap(rec), results: func() ([]map[string]any, error) { return mapsOf(rec), nil }}
	})
	for _, r := range wrapRules {
		t.Run(r.name, func(t tester) {
			var made opened
			defer made.shutdown()
			rule{explanation: r.explanation, check: func(t tester, _ func() subject) {
				r.check(t, func(next slog.Handler) slog.Handler { return made.add(wrap(next)) })
			}}.run(t, nil)
		})
	}
}

// newRecorder returns a Recorder that nobody calls Assert on.
func newRecorder() *Recorder { return NewRecorder(nil) }

var wrapRules = []wrapRule{
	{
		name:        "Unwrap",
		explanation: withSource("Unwrap should lead to the handler that was wrapped, also after WithAttrs and WithGroup"),
		check:       checkUnwrap,
	},
	{
		name:        "survives-With",
		explanation: withSource("a wrapper should still be there, and do the same, after WithAttrs and WithGroup"),
		check:       checkSurvives,
	},
	{
		name:        "live-level",
		explanation: withSource("a change of the wrapped handler's level should be seen at once by the wrapper and by handlers derived before"),
		check:       checkLiveLevel,
	},
	{
		name:        "disabled-level",
		explanation: withSource("no record should reach the wrapped handler that it is not enabled for"),
		check:       checkDisabledLevel,
	},
	{
		name:        "context",
		explanation: withSource("the values of the context should reach the wrapped handler"),
		check:       checkContext,
	},
	{
		name:        "record-intact",
		explanation: withSource("time, level, message, program counter and the order of attributes should reach the wrapped handler as they are"),
		check:       checkIntact,
	},
	{
		name:        "top-level-foreign",
		explanation: withSource("top-level attributes should stand at the top level also where the wrapped handler has no HandleTop"),
		check: func(t tester, wrap func(slog.Handler) slog.Handler) {
			checkTree(t, func() subject {
				rec := newRecorder()
				return subject{handler: wrap(foreign{rec}), results: func() ([]map[string]any, error) { return mapsOf(rec), nil }}
			}, []slog.Attr{slog.String(key("top"), "t")})
		},
	},
	{
		name:        "LogValuer-asked-by-wrapper",
		explanation: withSource("a wrapper should ask a LogValuer at most once, and then pass on what it got, before Handle returns"),
		check: func(t tester, wrap func(slog.Handler) slog.Handler) {
			h := wrap(deaf{})
			checkAsked(t, h, max(1, countHandlers(h)-1))
		},
	},
}

func mapsOf(rec *Recorder) []map[string]any {
	records := rec.Records()
	maps := make([]map[string]any, len(records))
	for i, r := range records {
		maps[i] = r.Map()
	}
	return maps
}

// foreign is a Recorder that knows nothing of slogx.
type foreign struct{ rec slog.Handler }

func (f foreign) Enabled(ctx context.Context, l slog.Level) bool { return f.rec.Enabled(ctx, l) }

func (f foreign) Handle(ctx context.Context, r slog.Record) error { return f.rec.Handle(ctx, r) }

func (f foreign) WithAttrs(attrs []slog.Attr) slog.Handler { return foreign{f.rec.WithAttrs(attrs)} }

func (f foreign) WithGroup(name string) slog.Handler { return foreign{f.rec.WithGroup(name)} }

// deaf asks nothing.
type deaf struct{}

var _ chain.Handler = deaf{}

func (d deaf) Enabled(context.Context, slog.Level) bool { return true }

func (d deaf) Handle(context.Context, slog.Record) error { return nil }

func (d deaf) HandleTop(context.Context, []slog.Attr, slog.Record) error { return nil }

func (d deaf) WithAttrs([]slog.Attr) slog.Handler { return d }

func (d deaf) WithGroup(string) slog.Handler { return d }

// derived returns h and handlers made from it, by name.
func derived(h slog.Handler) map[string]slog.Handler {
	attrs := []slog.Attr{slog.String(key("w"), "x")}
	return map[string]slog.Handler{
		"the wrapper":                   h,
		"after WithAttrs":               h.WithAttrs(attrs),
		"after WithGroup":               h.WithGroup(key("g")),
		"after WithAttrs and WithGroup": h.WithAttrs(attrs).WithGroup(key("g")).WithAttrs(attrs),
	}
}

func checkUnwrap(t tester, wrap func(slog.Handler) slog.Handler) {
	rec := newRecorder()
	for name, h := range derived(wrap(rec)) {
		found := false
		chain.Walk(h, func(h slog.Handler) bool {
			if r, ok := h.(*Recorder); ok && r.shared == rec.shared {
				found = true
			}
			return true
		})
		if !found {
			t.Errorf("%s (%T): Unwrap does not lead to the wrapped handler", name, h)
		}
	}
}

func checkSurvives(t tester, wrap func(slog.Handler) slog.Handler) {
	rec := newRecorder()
	wrapped := wrap(rec)
	want := stackOf(wrapped)
	for name, h := range derived(wrapped) {
		if got := stackOf(h); !slices.Equal(got, want) {
			t.Errorf("%s: the handlers are %v, not %v", name, got, want)
		}
	}
	added := make(map[string]any) // what the wrapper adds of itself
	for name, h := range derived(wrapped) {
		rec.Reset()
		handle(t, h, nil, record(slog.Int(key("r"), 1)))
		flush(t, wrapped)
		got := mapsOf(rec)
		if len(got) != 1 {
			t.Errorf("%s: got %d records, want 1", name, len(got))
			continue
		}
		var keys []string
		for k := range got[0] {
			if !strings.HasPrefix(k, prefix) {
				keys = append(keys, k)
			}
		}
		slices.Sort(keys)
		added[name] = fmt.Sprint(keys)
	}
	for name, keys := range added {
		if keys != added["the wrapper"] {
			t.Errorf("%s: the top level has the keys %v, before it had %v", name, keys, added["the wrapper"])
		}
	}
}

// stackOf returns the types of the handlers that h consists of.
func stackOf(h slog.Handler) []string {
	var types []string
	chain.Walk(h, func(h slog.Handler) bool {
		types = append(types, reflect.TypeOf(h).String())
		return true
	})
	return types
}

func checkLiveLevel(t tester, wrap func(slog.Handler) slog.Handler) {
	ctx := context.Background()
	var level slog.LevelVar
	level.Set(slog.LevelError)
	rec := newRecorder()
	rec.SetLevel(&level)
	handlers := derived(wrap(rec))
	for name, h := range handlers {
		// A wrapper that remembers the first answer is found whichever it was.
		for _, l := range []slog.Level{slog.LevelError, slog.LevelDebug, slog.LevelError} {
			level.Set(l)
			want := 0
			if l == slog.LevelDebug {
				want = 2
			}
			if want > 0 && !h.Enabled(ctx, slog.LevelDebug) {
				t.Errorf("%s: not enabled for DEBUG, which the wrapped handler is now enabled for", name)
			}
			rec.Reset()
			slog.New(h).Debug("msg")
			slog.New(h).Info("msg")
			flush(t, h)
			if n := len(rec.Records()); n != want {
				t.Errorf("%s: %d records after the level went to %v, want %d", name, n, l, want)
			}
		}
	}
	var wg sync.WaitGroup
	for _, h := range handlers {
		wg.Go(func() {
			survive(t, func() {
				for i := range 100 {
					level.Set(slog.Level(i%8 - 4))
					slog.New(h).Info("msg")
				}
			})
		})
	}
	wg.Wait()
	flush(t, handlers["the wrapper"])
}

func checkDisabledLevel(t tester, wrap func(slog.Handler) slog.Handler) {
	rec := newRecorder()
	rec.SetLevel(slog.LevelWarn)
	for name, h := range derived(wrap(rec)) {
		rec.Reset()
		for l := slog.LevelDebug; l <= slog.LevelError; l++ {
			slog.New(h).Log(context.Background(), l, "msg")
		}
		flush(t, h)
		n := 0
		for _, r := range rec.Records() {
			if r.Level < slog.LevelWarn {
				t.Errorf("%s: a record of level %v reached a handler that is not enabled for it", name, r.Level)
			} else {
				n++
			}
		}
		if n != 5 {
			t.Errorf("%s: %d of 5 records from WARN to ERROR arrived", name, n)
		}
	}
}

func checkContext(t tester, wrap func(slog.Handler) slog.Handler) {
	type contextKey struct{}
	rec := newRecorder()
	ctx := context.WithValue(context.Background(), contextKey{}, "value")
	for name, h := range derived(wrap(rec)) {
		rec.Reset()
		slog.New(h).InfoContext(ctx, "msg")
		flush(t, h)
		for _, r := range rec.Records() {
			if r.Context == nil || r.Context.Value(contextKey{}) != "value" {
				t.Errorf("%s: the context's value is lost", name)
			}
		}
	}
}

func checkIntact(t tester, wrap func(slog.Handler) slog.Handler) {
	rec := newRecorder()
	for name, h := range derived(chain.Adapt(wrap(rec))) {
		for _, top := range [][]slog.Attr{nil, {slog.Int(key("top"), 1)}} {
			direct := newRecorder()
			r := record(numbered(12)...)
			r.PC = reflect.ValueOf(checkIntact).Pointer() + 1
			handle(t, direct, nil, r)
			rec.Reset()
			handle(t, h, top, r)
			flush(t, h)
			got, want := rec.Records(), direct.Records()[0]
			if len(got) != 1 {
				t.Errorf("%s: got %d records, want 1", name, len(got))
				continue
			}
			g := got[0]
			if !g.Time.Equal(want.Time) || g.Level != want.Level || g.Message != want.Message || !reflect.DeepEqual(g.Source, want.Source) {
				t.Errorf("%s: got %v %v %q %v, want %v %v %q %v", name, g.Time, g.Level, g.Message, g.Source,
					want.Time, want.Level, want.Message, want.Source)
			}
			if order := ordered(g.Attrs); !slices.IsSorted(order) || len(order) != 12 {
				t.Errorf("%s: twelve attributes arrive in the order %v", name, order)
			}
		}
	}
}

// ordered returns the numbers of the attributes that numbered made, as they stand in attrs.
func ordered(attrs []slog.Attr) []int64 {
	var order []int64
	for _, a := range attrs {
		switch {
		case a.Value.Kind() == slog.KindGroup:
			order = append(order, ordered(a.Value.Group())...)
		case strings.HasPrefix(a.Key, key("n")):
			order = append(order, a.Value.Int64())
		}
	}
	return order
}
