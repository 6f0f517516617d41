package jsonlog_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// ReplaceAttr sees the same attributes, in the same order, with the same groups, as slog.JSONHandler's.
func TestReplaceAttrIsCalledAsSlogCallsIt(t *testing.T) {
	var pcs [1]uintptr
	runtime.Callers(1, pcs[:])
	r := slog.NewRecord(noon, slog.LevelWarn, "m", pcs[0])
	r.AddAttrs(
		slog.Int("n", 1), slog.Attr{}, slog.Group("g", slog.Int("a", 1), slog.Group("h", slog.Int("b", 2)), slog.Int("c", 3)),
		slog.Group("", slog.Int("inline", 1)), slog.Any("asked", asked{slog.GroupValue(slog.Any("again", asked{slog.IntValue(1)}))}),
		slog.Any("src", &slog.Source{Function: "f", File: "f.go", Line: 7}), slog.Any("level", slog.LevelInfo), slog.Any("list", []string{"a"}),
	)
	calls := func(open func(func([]string, slog.Attr) slog.Attr) slog.Handler) []string {
		var out []string
		h := open(func(groups []string, a slog.Attr) slog.Attr {
			out = append(out, fmt.Sprintf("%q %s=%v (%v)", slices.Clone(groups), a.Key, a.Value, a.Value.Kind()))
			if a.Key == "n" { // what ReplaceAttr makes is not asked for again, but what is in it is
				return slog.Group("made", slog.Int("m", 1))
			}
			return a
		})
		h = h.WithAttrs([]slog.Attr{slog.Int("w", 1), slog.Group("wg", slog.Int("w", 2))}).WithGroup("open")
		h = h.WithAttrs([]slog.Attr{slog.Int("w", 3)}).WithGroup("more")
		for range 2 {
			if err := h.Handle(context.Background(), r); err != nil {
				t.Error(err)
			}
		}
		return out
	}
	want := calls(func(replace func([]string, slog.Attr) slog.Attr) slog.Handler {
		return slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{AddSource: true, ReplaceAttr: replace})
	})
	got := calls(func(replace func([]string, slog.Attr) slog.Attr) slog.Handler {
		return jsonlog.NewHandler(io.Discard, &jsonlog.Options{AddSource: true, ReplaceAttr: replace})
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-slog +ours):\n%s", diff)
	}
}
