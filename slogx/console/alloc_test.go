//go:build !race

package console_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/console"
)

func TestAllocations(t *testing.T) {
	ctx := context.Background()
	pc, _, _, _ := runtime.Caller(0)
	r := slog.NewRecord(at, slog.LevelInfo, "order placed", pc)
	r.AddAttrs(slog.String("s", "a b"), slog.Int("i", 1), slog.Duration("d", time.Second), slog.Time("t", at), slog.Group("g", slog.Bool("b", true)))
	top := []slog.Attr{slog.String("trace_id", "4bf92f3577b34da6"), slog.String("logger", "db")}
	mixed := slog.NewRecord(at, slog.LevelInfo, "m", pc)
	mixed.AddAttrs(slog.String("text", "two\nlines"), slog.Any("err", errors.New("bad")), slog.Any("l", slog.LevelInfo))
	for name, opts := range map[string]*console.Options{
		"defaults": nil,
		"all":      {AddSource: true, Color: console.Always, TimeFormat: time.RFC3339},
		"replace":  {ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return a }},
	} {
		h := chain.Adapt(console.NewHandler(io.Discard, opts).WithAttrs([]slog.Attr{slog.Int("a", 1), slog.String("logger", "x")}).
			WithGroup("g1").WithAttrs([]slog.Attr{slog.Int("b", 2)}).WithGroup("g2"))
		for what, handle := range map[string]func() error{
			"record":              func() error { return h.Handle(ctx, r) },
			"top under two group": func() error { return h.HandleTop(ctx, top, r) },
			"several lines":       func() error { return h.Handle(ctx, mixed) },
		} {
			want := 0.0
			if name == "replace" {
				want = 1 // slog.Any of the level
			}
			got := testing.AllocsPerRun(200, func() {
				if err := handle(); err != nil {
					t.Fatal(err)
				}
			})
			if got > want {
				t.Errorf("%s, %s: %v allocations", name, what, got)
			}
		}
	}
}
