package slogxtest

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestRunPassesGoodWrappers(t *testing.T) {
	for _, tt := range []struct {
		name string
		wrap func(slog.Handler) slog.Handler
	}{
		{"the handler itself", func(h slog.Handler) slog.Handler { return h }},
		{"adapted foreign handler", func(h slog.Handler) slog.Handler { return chain.Adapt(transparent{h}) }},
		{"a wrapper that adds", func(h slog.Handler) slog.Handler { return good(h) }},
	} {
		t.Run(tt.name, func(t *testing.T) { Run(t, tt.wrap) })
	}
}

// transparent is a foreign wrapper as it should be.
type transparent struct{ next slog.Handler }

func (h transparent) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h transparent) Handle(ctx context.Context, r slog.Record) error { return h.next.Handle(ctx, r) }

func (h transparent) WithAttrs(attrs []slog.Attr) slog.Handler {
	return transparent{h.next.WithAttrs(attrs)}
}

func (h transparent) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return transparent{h.next.WithGroup(name)}
}

func (h transparent) Unwrap() slog.Handler { return h.next }

// enricher adds a top-level attribute.
type enricher struct{ next chain.Handler }

func good(next slog.Handler) *enricher { return &enricher{chain.Adapt(next)} }

func (h *enricher) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h *enricher) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

func (h *enricher) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	more := chain.Top(top, slog.String("added", "x"))
	defer more.Release()
	return h.next.HandleTop(ctx, more.Attrs(), r)
}

func (h *enricher) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return good(h.next.WithAttrs(attrs))
}

func (h *enricher) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return good(h.next.WithGroup(name))
}

func (h *enricher) Unwrap() slog.Handler { return h.next }
