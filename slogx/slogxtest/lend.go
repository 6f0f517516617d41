package slogxtest

import (
	"log/slog"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
)

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
		fill(want, numbered(size))
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
