package slogxtest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

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

// record returns a record with attrs, added one at a time: so that the slice in which a Record keeps
// those beyond its first few has, for some numbers, room to spare.
func record(attrs ...slog.Attr) slog.Record {
	r := slog.NewRecord(time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC), slog.LevelInfo, "msg", 0)
	for _, a := range attrs {
		r.AddAttrs(a)
	}
	return r
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
