package enrich_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestHandlerConforms(t *testing.T) {
	t.Run("no enrichers", func(t *testing.T) { slogxtest.Run(t, enrich.Wrap()) })
	t.Run("all enrichers", func(t *testing.T) {
		slogxtest.Run(t, enrich.Wrap(enrich.ContextAttrs(), enrich.Trace(), enrich.Host(), enrich.BuildInfo(),
			enrich.Process(), enrich.Runtime(time.Nanosecond), enrich.Kubernetes()))
	})
	t.Run("twice", func(t *testing.T) {
		slogxtest.Run(t, func(next slog.Handler) slog.Handler {
			return enrich.NewHandler(enrich.NewHandler(next, enrich.Host()), enrich.Process())
		})
	})
}
