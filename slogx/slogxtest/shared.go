package slogxtest

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing/slogtest"
)

// sharedRules hold for wrappers and for encoders.
var sharedRules = []rule{
	{
		name:        "slogtest",
		explanation: withSource("a Handler should pass testing/slogtest"),
		check: func(t tester, open func() subject) {
			s := open()
			err := slogtest.TestHandler(s.handler, func() []map[string]any {
				flush(t, s.handler)
				got, err := s.results()
				if err != nil {
					t.Errorf("read the output: %v", err)
				}
				return got
			})
			if err != nil {
				t.Errorf("%v", err)
			}
		},
	},
	{
		name:        "WithGroup-empty",
		explanation: withSource("WithGroup with an empty name should return the receiver, also when it is called on the Handler itself"),
		check:       checkEmptyGroupName,
	},
	{
		name:        "WithAttrs-none",
		explanation: withSource("WithAttrs without attributes should change nothing"),
		check:       checkNoAttrs,
	},
	{
		name:        "groups-and-attrs",
		explanation: withSource("WithAttrs, WithGroup and the attributes of the record should end up in the groups that were open, in any order of calls"),
		check: func(t tester, open func() subject) {
			checkTree(t, open, nil)
		},
	},
	{
		name:        "top-level",
		explanation: withSource("the top-level attributes of HandleTop should stand at the top level whatever groups are open"),
		check: func(t tester, open func() subject) {
			checkTree(t, open, []slog.Attr{slog.String(key("top"), "t"), slog.Group(key("topgroup"), slog.Int("a", 1))})
		},
	},
	{
		name:        "siblings",
		explanation: withSource("handlers derived from one parent should never see each other's attributes and groups"),
		check:       checkSiblings,
	},
	{
		name:        "concurrent",
		explanation: withSource("a Handler and its derived handlers should keep records apart that are logged at the same time"),
		check:       checkConcurrent,
	},
	{
		name:        "LogValuer-asked-once",
		explanation: withSource("a LogValuer should be asked at most once per handler, by the goroutine that logs, before Handle returns"),
		check: func(t tester, open func() subject) {
			s := open()
			checkAsked(t, s.handler, countHandlers(s.handler))
		},
	},
	{
		name:        "record-unchanged",
		explanation: withSource("a Handler should not change the caller's record: handling it twice should give the same output twice"),
		check:       checkTwice,
	},
	{
		name:        "record-not-kept",
		explanation: withSource("a Handler should not keep a record without Clone: the caller may go on to add to it"),
		check:       checkNotKept,
	},
	{
		name:        "top-lent",
		explanation: withSource("a Handler should neither append to the top slice of HandleTop in place nor keep it"),
		check:       checkTopLent,
	},
	{
		name:        "Enabled",
		explanation: withSource("handlers should be enabled for the levels that their parent is enabled for, INFO and above among them"),
		check:       checkEnabled,
	},
	{
		name:        "panics",
		explanation: withSource("an Error, String, MarshalJSON or MarshalText method that panics should cost its value only"),
		check:       checkPanics,
	},
}

func checkEmptyGroupName(t tester, open func() subject) {
	s := open()
	for _, h := range []slog.Handler{s.handler, s.handler.WithGroup(key("g")), s.handler.WithAttrs([]slog.Attr{slog.Int("a", 1)})} {
		if same := h.WithGroup(""); reflect.TypeOf(h).Comparable() && h != same {
			t.Errorf("WithGroup(%q) of a %T returned another handler", "", h)
		}
	}
	slog.New(s.handler.WithGroup("")).With(key("a"), "b").Info("msg", key("c"), "d")
	if got, ok := s.output(t, 1); ok {
		compare(t, `WithGroup("")`, map[string]any{key("a"): "b", key("c"): "d"}, ours(got[0]))
	}
}

func checkNoAttrs(t tester, open func() subject) {
	s := open()
	for _, none := range [][]slog.Attr{nil, {}} {
		h := s.handler.WithAttrs(none).WithGroup(key("G")).WithAttrs(none)
		slog.New(h).Info("msg", "a", "b")
		slog.New(h).Info("msg")
	}
	got, ok := s.output(t, 4)
	if !ok {
		return
	}
	for i, m := range got {
		want := map[string]any{}
		if i%2 == 0 {
			want[key("G")] = map[string]any{"a": "b"}
		}
		compare(t, "WithAttrs(nil)", want, ours(m))
	}
}

func checkSiblings(t tester, open func() subject) {
	s := open()
	base := slog.New(s.handler)
	n := 0
	siblings := func(parent *slog.Logger, who string) {
		first := parent.With(key("who"), who)
		_ = parent.With(key("who"), "BBBBBBBBBBBBBBBBBBBB")
		first.Info("msg")
		group := parent.WithGroup(key("g")).With(key("who"), who)
		_ = parent.WithGroup(key("other")).With(key("who"), "BBBBBBBBBBBBBBBBBBBB")
		group.Info("msg")
		n++
	}
	// Buffers have room to spare at some lengths, slices at some counts.
	for pad := range 65 {
		parent := base.With(key("pad"), strings.Repeat("p", pad))
		for length := 1; length <= 16; length++ {
			siblings(parent, strings.Repeat("A", length))
		}
	}
	attrs, groups := base.With(key("pad"), ""), base.With(key("pad"), "")
	for i := range 20 {
		siblings(attrs, "A")
		attrs = attrs.With(key(fmt.Sprint("x", i)), i)
		g := groups.WithGroup(key(fmt.Sprint("g", i)))
		siblings(g, "A")
		groups = g.With("x", i)
	}
	got, ok := s.output(t, 2*n)
	if !ok {
		return
	}
	for _, m := range got {
		if text := fmt.Sprint(ours(m)); strings.Contains(text, "B") || strings.Contains(text, "other") || !strings.Contains(text, key("who")+":A") {
			t.Errorf("a handler shows the attributes of its sibling: %s", text)
		}
	}
}

func checkConcurrent(t tester, open func() subject) {
	const goroutines, records = 8, 50
	s := open()
	parent := slog.New(s.handler).With(key("a"), 1).With(key("b"), 2).With(key("c"), 3)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			survive(t, func() {
				for range records {
					parent.With(key("one"), g).WithGroup(key("G")).With("two", g).Info("msg", "three", g)
				}
			})
		})
	}
	wg.Wait()
	got, ok := s.output(t, goroutines*records)
	if !ok {
		return
	}
	seen := make(map[string]int)
	for _, m := range got {
		id := fmt.Sprint(m[key("one")])
		seen[id]++
		compare(t, "concurrent", map[string]any{
			key("a"): 1, key("b"): 2, key("c"): 3, key("one"): id,
			key("G"): map[string]any{"two": id, "three": id},
		}, ours(m))
	}
	for id, n := range seen {
		if n != records {
			t.Errorf("goroutine %s logged %d records, %d are there", id, records, n)
		}
	}
}

func checkEnabled(t tester, open func() subject) {
	ctx := context.Background()
	h := open().handler
	derived := []slog.Handler{h.WithAttrs([]slog.Attr{slog.Int("a", 1)}), h.WithGroup("g"), h.WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)})}
	for l := slog.LevelDebug - 4; l <= slog.LevelError+4; l++ {
		want := h.Enabled(ctx, l)
		if l >= slog.LevelInfo && !want {
			t.Errorf("not enabled for %v", l)
		}
		for _, d := range derived {
			if got := d.Enabled(ctx, l); got != want {
				t.Errorf("Enabled for %v: the parent says %v, a derived handler %v", l, want, got)
			}
		}
	}
}

func checkPanics(t tester, open func() subject) {
	values := []any{panickyError{1}, panickyStringer{1}, panickyJSON{1}, panickyText{1}, &panickyError{1}, []any{panickyError{1}}, map[string]any{"e": panickyError{1}}}
	for _, v := range values {
		s := open()
		if !survive(t, func() { slog.New(s.handler).With("before", "b", "w", v).Info("msg", "v", v, "after", "a") }) {
			t.Errorf("the value is a %T", v)
			continue
		}
		if got, ok := s.output(t, 1); ok {
			for _, check := range intact(hasKey("w"), hasKey("v")) {
				if problem := check(got[0]); problem != "" {
					t.Errorf("%T: %s", v, problem)
				}
			}
		}
	}
}
