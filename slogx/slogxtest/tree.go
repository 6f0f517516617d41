package slogxtest

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/chain"
)

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
	fill(tree, top)
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
			fill(last, []slog.Attr{a})
		}
	}
	fill(groups[len(groups)-1], attrs)
	prune(tree)
	return h, tree
}

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
