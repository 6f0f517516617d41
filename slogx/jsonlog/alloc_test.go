//go:build !race

package jsonlog_test

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

func TestTopLevelAttributesAllocateNothing(t *testing.T) {
	top := []slog.Attr{slog.String("trace_id", "4bf9"), slog.String("service.name", "orders"), slog.Int("http.response.status_code", 200)}
	r := record(slog.LevelInfo, "m", slog.Int("n", 1), slog.String("s", "t"), slog.Duration("d", 1), slog.Time("t", noon), slog.Float64("f", 1.5))
	for _, s := range schemas {
		for name, derive := range map[string]func(slog.Handler) slog.Handler{
			"no group":   func(h slog.Handler) slog.Handler { return h },
			"two groups": func(h slog.Handler) slog.Handler { return h.WithGroup("a").WithGroup("b") },
		} {
			h := derive(jsonlog.NewHandler(io.Discard, &jsonlog.Options{Schema: s, AddSource: true})).(chain.Handler)
			n := testing.AllocsPerRun(100, func() { _ = h.HandleTop(context.Background(), top, r) })
			if n != 0 {
				t.Errorf("%s, %s: %v allocations", s, name, n)
			}
		}
	}
}
