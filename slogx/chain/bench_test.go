package chain_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// null takes everything and does nothing.
type null struct{}

func (null) Enabled(context.Context, slog.Level) bool { return true }

func (null) Handle(context.Context, slog.Record) error { return nil }

func (h null) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h null) WithGroup(string) slog.Handler { return h }

func BenchmarkTop(b *testing.B) {
	top, more := []slog.Attr{slog.Int("a", 1), slog.Int("b", 2)}, slog.Int("c", 3)
	b.ReportAllocs()
	for b.Loop() {
		chain.Top(top, more).Release()
	}
}

func BenchmarkHandleTop(b *testing.B) {
	attrs := []slog.Attr{slog.Int("a", 1), slog.Int("b", 2), slog.Int("c", 3)}
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "msg", 0)
	r.AddAttrs(attrs...)
	h := chain.Adapt(null{})
	for _, bb := range []struct {
		name string
		h    slog.Handler
		top  []slog.Attr
	}{
		{"none", h, nil},
		{"flat", h, attrs},
		{"two groups", h.WithGroup("g").WithAttrs(attrs).WithGroup("h"), attrs},
	} {
		b.Run(bb.name+"/adapted", func(b *testing.B) {
			h := bb.h.(chain.Handler)
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				_ = h.HandleTop(ctx, bb.top, r)
			}
		})
	}
}
