package tail_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/held"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tail"
)

func TestHandlerConforms(t *testing.T) {
	t.Run("without a buffer", func(t *testing.T) { slogxtest.Run(t, tail.Wrap(nil)) })
	t.Run("held and released", func(t *testing.T) {
		slogxtest.Run(t, func(next slog.Handler) slog.Handler {
			return requests{tail.NewHandler(next, &tail.Options{Level: slog.Level(-100), Release: tail.Never})}
		})
	})
}

// requests makes a request that fails of each record.
type requests struct{ next chain.Handler }

func (h requests) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h requests) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

//nolint:contextcheck // it makes a context only where it is given none
func (h requests) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, buf := tail.NewContext(ctx)
	if err := h.next.HandleTop(held.WithMark(ctx, r.Level), top, r); err != nil {
		return err
	}
	return buf.Release(ctx)
}

func (h requests) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return requests{chain.Adapt(h.next.WithAttrs(attrs))}
}

func (h requests) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return requests{chain.Adapt(h.next.WithGroup(name))}
}

func (h requests) Unwrap() slog.Handler { return h.next }
