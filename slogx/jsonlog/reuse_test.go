package jsonlog

import (
	"bytes"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"
)

// Buffers are used again: what an earlier line left behind the end of one must not show.
func TestLineIsTheSameWhateverTheBufferHeldBefore(t *testing.T) {
	r := slog.NewRecord(time.Unix(1, 0), slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.String("path", "/orders"), slog.Int("n", 1), slog.Float64("f", 1.5), slog.Bool("b", true),
		slog.Any("any", map[string]int{"k": 1}), slog.Group("g", slog.String("k", "v"), slog.Duration("d", 1)))
	h := NewHandler(io.Discard, nil).WithAttrs([]slog.Attr{slog.Int("pre", 1)}).WithGroup("open").(*Handler)
	want := h.appendLine(nil, []slog.Attr{slog.String("top", "t")}, &r)
	for _, left := range `{}[]",:\x` {
		buf := slices.Repeat([]byte{byte(left)}, 4096)
		if got := h.appendLine(buf[:0], []slog.Attr{slog.String("top", "t")}, &r); !bytes.Equal(got, want) {
			t.Errorf("after %q:\n got %s\nwant %s", left, got, want)
		}
	}
}
