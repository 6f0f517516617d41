package slogxtest

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing/slogtest"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
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

// prefix marks the keys of a test among those that a wrapper adds at the top level.
const prefix = "test_"

func key(name string) string { return prefix + name }

// ours returns the part of m that a test put there.
func ours(m map[string]any) map[string]any {
	o := make(map[string]any)
	for k, v := range m {
		if strings.HasPrefix(k, prefix) {
			o[k] = v
		}
	}
	return o
}

// compare reports where got differs from want, the values being text.
func compare(t tester, what string, want, got map[string]any) {
	t.Helper()
	// fmt sorts the keys of maps.
	if w, g := fmt.Sprint(want), fmt.Sprint(got); w != g {
		t.Errorf("%s:\n\tgot  %s\n\twant %s", what, g, w)
	}
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

// checkTree derives handlers by every order of up to five calls of WithAttrs and WithGroup.
func checkTree(t tester, open func() subject, top []slog.Attr) {
	s := open()
	var want []map[string]any
	var names []string
	for n := range 6 {
		for calls := range 1 << n {
			for _, attrs := range [][]slog.Attr{nil, {slog.String(key("r"), "rec")}} {
				h, tree := derive(chain.Adapt(s.handler), n, calls, attrs, top)
				r := record(attrs...)
				if err := h.HandleTop(context.Background(), top, r); err != nil {
					t.Errorf("handle: %v", err)
				}
				want = append(want, tree)
				names = append(names, fmt.Sprintf("%d calls, WithGroup is %0*b, %d attributes", n, n, calls, len(attrs)))
			}
		}
	}
	got, ok := s.output(t, len(want))
	if !ok {
		return
	}
	for i := range want {
		compare(t, names[i], want[i], ours(got[i]))
	}
}

// derive makes n calls on h: WithGroup where the bit of calls is set, else WithAttrs. It also returns
// what a record with attrs and top should look like.
func derive(h chain.Handler, n, calls int, attrs, top []slog.Attr) (chain.Handler, map[string]any) {
	tree := make(map[string]any)
	put(tree, top)
	groups := []map[string]any{tree}
	for i := range n {
		name := key(fmt.Sprint("k", i))
		last := groups[len(groups)-1]
		if calls>>i&1 == 1 {
			h = chain.Adapt(h.WithGroup(name))
			group := make(map[string]any)
			last[name] = group
			groups = append(groups, group)
		} else {
			a := slog.String(name, "v")
			h = chain.Adapt(h.WithAttrs([]slog.Attr{a}))
			put(last, []slog.Attr{a})
		}
	}
	put(groups[len(groups)-1], attrs)
	prune(tree)
	return h, tree
}

func put(m map[string]any, attrs []slog.Attr) { fill(m, attrs) }

// prune removes empty groups.
func prune(m map[string]any) {
	for k, v := range m {
		if group, ok := v.(map[string]any); ok {
			if prune(group); len(group) == 0 {
				delete(m, k)
			}
		}
	}
}

// record returns a record with attrs, added one at a time: so that the slice in which a Record keeps
// those beyond its first few has, for some numbers, room to spare.
func record(attrs ...slog.Attr) slog.Record {
	r := slog.NewRecord(time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC), slog.LevelInfo, "msg", 0)
	for _, a := range attrs {
		r.AddAttrs(a)
	}
	return r
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

// checkTwice hands each record over twice, and then adds to it, which slog answers with a !BUG
// attribute if somebody else has added to a copy of it.
func checkTwice(t tester, open func() subject) {
	s := open()
	root := chain.Adapt(s.handler)
	handlers := []slog.Handler{root, root.WithAttrs([]slog.Attr{slog.Int(key("w"), 1)}), root.WithGroup(key("g"))}
	top := []slog.Attr{slog.String(key("top"), "t")}
	n := 0
	for size := range 13 {
		for _, h := range handlers {
			attrs := numbered(size)
			r := record(attrs...)
			for range 2 {
				handle(t, h, nil, r)
			}
			for range 2 {
				handle(t, h, top, r)
			}
			n += 4
			r.AddAttrs(slog.String(key("later"), "l"))
			if got := attrsOf(r); !slices.EqualFunc(got, append(attrs, slog.String(key("later"), "l")), slog.Attr.Equal) {
				t.Errorf("the record of %d attributes was changed: %v", size, got)
			}
		}
	}
	got, ok := s.output(t, n)
	if !ok {
		return
	}
	for i := 0; i < n; i += 2 {
		compare(t, "handled again", ours(got[i]), ours(got[i+1]))
		compare(t, "keys when handled again", keysOf(got[i]), keysOf(got[i+1]))
	}
}

func checkNotKept(t tester, open func() subject) {
	s := open()
	const sizes = 13
	for size := range sizes {
		r := record(numbered(size)...)
		handle(t, s.handler, nil, r)
		r.AddAttrs(slog.String(key("later"), "l"))
	}
	got, ok := s.output(t, sizes)
	if !ok {
		return
	}
	for size, m := range got {
		want := make(map[string]any)
		put(want, numbered(size))
		compare(t, "added to later", want, ours(m))
		if problem := missingKey("!BUG")(m); problem != "" {
			t.Errorf("%s", problem)
		}
	}
}

func checkTopLent(t tester, open func() subject) {
	s := open()
	root := chain.Adapt(s.handler)
	sentinel := slog.String(key("sentinel"), "s")
	for _, h := range []slog.Handler{root, root.WithGroup(key("g")).WithGroup("h")} {
		array := []slog.Attr{slog.String(key("top1"), "t"), slog.String(key("top2"), "u"), sentinel, sentinel, sentinel, sentinel}
		before := slices.Clone(array)
		handle(t, h, array[:2:len(array)], record(slog.String(key("a"), "b")))
		if !slices.EqualFunc(before, array, slog.Attr.Equal) {
			t.Errorf("the array of the top slice was changed: got %v, want %v", array, before)
		}
		for i := range array {
			array[i] = slog.String(key("overwritten"), "o")
		}
	}
	got, ok := s.output(t, 2)
	if !ok {
		return
	}
	compare(t, "top level", map[string]any{key("top1"): "t", key("top2"): "u", key("a"): "b"}, ours(got[0]))
	compare(t, "under two groups", map[string]any{
		key("top1"): "t", key("top2"): "u",
		key("g"): map[string]any{"h": map[string]any{key("a"): "b"}},
	}, ours(got[1]))
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

func handle(t tester, h slog.Handler, top []slog.Attr, r slog.Record) {
	t.Helper()
	var err error
	if top == nil {
		err = h.Handle(context.Background(), r)
	} else {
		err = chain.Adapt(h).HandleTop(context.Background(), top, r)
	}
	if err != nil {
		t.Errorf("handle: %v", err)
	}
}

// numbered returns n attributes.
func numbered(n int) []slog.Attr {
	attrs := make([]slog.Attr, n)
	for i := range attrs {
		attrs[i] = slog.Int(key(fmt.Sprint("n", i)), i)
	}
	return attrs
}

func attrsOf(r slog.Record) []slog.Attr {
	attrs := make([]slog.Attr, 0, r.NumAttrs())
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	return attrs
}

// keysOf returns the keys of m without their values, which a wrapper may change from record to record.
func keysOf(m map[string]any) map[string]any {
	keys := make(map[string]any, len(m))
	for k := range m {
		keys[k] = true
	}
	return keys
}
