package fanout_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestEverySinkGetsWhatItWouldGetAlone(t *testing.T) {
	t.Run("alone", func(t *testing.T) {
		slogxtest.Run(t, func(next slog.Handler) slog.Handler {
			return fanout.NewHandler(fanout.Sink{Handler: next})
		})
	})
	t.Run("among others", func(t *testing.T) {
		slogxtest.Run(t, func(next slog.Handler) slog.Handler {
			return fanout.NewHandler(
				fanout.Sink{Handler: slog.DiscardHandler},
				fanout.Sink{Handler: next, Filter: func(context.Context, slog.Record) bool { return true }},
				fanout.Sink{Handler: slog.DiscardHandler},
			)
		})
	})
}
