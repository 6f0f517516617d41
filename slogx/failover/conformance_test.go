package failover_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/failover"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// refuses is a primary that is enabled for what level says, and takes nothing.
type refuses struct{ level slog.Handler }

func (r refuses) Enabled(ctx context.Context, l slog.Level) bool { return r.level.Enabled(ctx, l) }

func (refuses) Handle(context.Context, slog.Record) error { panic("refused") }

func (r refuses) WithAttrs(attrs []slog.Attr) slog.Handler { return refuses{r.level.WithAttrs(attrs)} }

func (r refuses) WithGroup(name string) slog.Handler { return refuses{r.level.WithGroup(name)} }

func TestBothSidesConform(t *testing.T) {
	t.Run("primary", func(t *testing.T) {
		slogxtest.Run(t, failover.Wrap(slog.DiscardHandler, nil))
	})
	t.Run("fallback", func(t *testing.T) {
		slogxtest.Run(t, func(next slog.Handler) slog.Handler {
			return failover.NewHandler(refuses{next}, next, &failover.Options{OnError: func(error) {}})
		})
	})
}
