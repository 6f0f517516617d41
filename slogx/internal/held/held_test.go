package held_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/held"
)

// holder is a tail buffer as the handlers before it see it.
type holder struct {
	slog.Handler

	from slog.Leveler
}

func (h holder) HoldsFrom() slog.Leveler { return h.from }

// spread is a handler of several.
type spread struct {
	slog.Handler

	all []slog.Handler
}

func (s spread) Unwrap() []slog.Handler { return s.all }

func TestBehind(t *testing.T) {
	plain := slog.DiscardHandler
	tail := holder{plain, slog.LevelDebug}
	for _, tt := range []struct {
		name string
		h    slog.Handler
		want slog.Leveler
	}{
		{"nothing", nil, nil},
		{"a sink", plain, nil},
		{"a tail buffer", tail, slog.LevelDebug},
		{"behind others", chain.Adapt(spread{plain, []slog.Handler{chain.Adapt(tail)}}), slog.LevelDebug},
		{"behind each", spread{plain, []slog.Handler{tail, tail}}, slog.LevelDebug},
		{"behind one of two", spread{plain, []slog.Handler{tail, plain}}, nil},
		{"behind none of none", spread{plain, nil}, nil},
		{"one that holds nothing", holder{tail, nil}, nil},
	} {
		if got := held.Behind(tt.h); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

type buffer bool

func (b buffer) Takes() bool { return bool(b) }

func TestContexts(t *testing.T) {
	type key struct{}
	plain := context.WithValue(t.Context(), key{}, "v")
	open, shut := held.WithBuffer(plain, buffer(true)), held.WithBuffer(plain, buffer(false))
	marked := held.WithMark(open, slog.LevelDebug)
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name                             string
		ctx                              context.Context
		buffered, wanted, mark, released bool
	}{
		{name: "none", ctx: nil},
		{name: "plain", ctx: plain},
		{name: "open", ctx: open, buffered: true, wanted: true},
		{name: "shut", ctx: shut, buffered: true},
		{name: "marked", ctx: marked, buffered: true, wanted: true, mark: true},
		{name: "marked twice", ctx: held.WithMark(marked, slog.LevelDebug), buffered: true, wanted: true, mark: true},
		{name: "marked for another record", ctx: held.WithMark(open, slog.LevelInfo), buffered: true, wanted: true},
		{name: "released", ctx: held.WithRelease(done, marked), released: true},
	} {
		buffered, wanted := held.From(tt.ctx) != nil, held.Wanted(tt.ctx)
		mark, released := held.MarkOf(tt.ctx, slog.LevelDebug) != nil, held.Released(tt.ctx)
		if buffered != tt.buffered || wanted != tt.wanted || mark != tt.mark || released != tt.released {
			t.Errorf("%s: buffered %v, wanted %v, marked %v, released %v", tt.name, buffered, wanted, mark, released)
		}
		if tt.ctx != nil && tt.ctx.Value(key{}) != "v" {
			t.Errorf("%s: the values of the context are gone", tt.name)
		}
	}
	if err := held.WithRelease(done, marked).Err(); err == nil {
		t.Error("a release does not end with its context")
	}
}

func TestMarkIsReleasedOnce(t *testing.T) {
	ctx := held.WithMark(t.Context(), slog.LevelDebug)
	n := 0
	held.MarkOf(ctx, slog.LevelDebug).OnRelease(func() { n++ })
	held.MarkIn(ctx).OnRelease(func() { n += 10 })
	for range 2 {
		held.MarkIn(ctx).Release()
	}
	held.MarkIn(t.Context()).Release()
	if n != 11 {
		t.Errorf("the funcs were called %d", n)
	}
}
