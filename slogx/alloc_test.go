//go:build !race

package slogx_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/slogx-go/slogx/slogx"
)

func TestNoAllocations(t *testing.T) {
	ctx := slogx.ContextWithAttrs(context.Background(), slog.String("request_id", "r1"))
	for name, tt := range map[string]struct {
		vars env
		opts []slogx.Option
	}{
		"default":    {nil, []slogx.Option{slogx.WithOutput(io.Discard), slogx.WithFormat(slogx.FormatJSON)}},
		"console":    {nil, []slogx.Option{slogx.WithOutput(io.Discard), slogx.WithFormat(slogx.FormatConsole)}},
		"production": {env{"SLOGX_PRESET": "production", "SLOGX_USE": "-redact", "SLOGX_SINKS": "file", "SLOGX_FILE_PATH": filepath.Join(t.TempDir(), "app.log")}, nil},
		"sampling and tail": {env{"SLOGX_TAIL_LEVEL": "debug", "SLOGX_SAMPLE_RATE": "1e9", "SLOGX_SAMPLE_TARGET": "1e9"}, []slogx.Option{
			slogx.WithOutput(io.Discard), slogx.WithFormat(slogx.FormatJSON),
		}},
	} {
		p := build(t, tt.vars, tt.opts...)
		for kind, log := range map[string]*slog.Logger{
			"plain": p.Logger(), "named, under groups": slogx.Named(p.Logger().WithGroup("g").With("a", 1).WithGroup("h"), "db"),
		} {
			if n := testing.AllocsPerRun(500, func() {
				log.LogAttrs(ctx, slog.LevelInfo, "m", slog.Int("n", 1), slog.String("s", "text"), slog.Bool("b", true))
				log.LogAttrs(ctx, slog.LevelDebug, "below the level")
			}); n >= 1 { // a batch of the queue may allocate
				t.Errorf("%s, %s: %v allocations a record", name, kind, n)
			}
		}
	}
}
