package tail_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/tail"
)

// null takes records from a level on and does nothing with them.
type null struct{ level slog.Level }

func (n null) Enabled(_ context.Context, l slog.Level) bool { return l >= n.level }

func (null) Handle(context.Context, slog.Record) error { return nil }

func (n null) WithAttrs([]slog.Attr) slog.Handler { return n }

func (n null) WithGroup(string) slog.Handler { return n }

func record(l slog.Level) slog.Record {
	r := slog.NewRecord(time.Now(), l, "looked up", 0)
	r.AddAttrs(slog.String("user", "u-1"), slog.Int("rows", 3), slog.Duration("took", time.Millisecond))
	return r
}

func BenchmarkHandle(b *testing.B) {
	h := tail.NewHandler(null{slog.LevelInfo}, &tail.Options{RequestRecords: 100})
	ctx, buf := tail.NewContext(b.Context())
	defer buf.Discard()
	for _, bb := range []struct {
		name string
		ctx  context.Context
		r    slog.Record
	}{
		{"passes without a buffer", b.Context(), record(slog.LevelInfo)},
		{"passes", ctx, record(slog.LevelInfo)},
		{"held", ctx, record(slog.LevelDebug)},
	} {
		b.Run(bb.name+"/slogx", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = h.Handle(bb.ctx, bb.r)
			}
		})
	}
}

// BenchmarkRequest is what a request costs that goes well: 20 debug records, one info record.
func BenchmarkRequest(b *testing.B) {
	sink := null{slog.LevelDebug}
	for _, bb := range []struct {
		name  string
		h     slog.Handler
		level slog.Level
		open  bool
	}{
		{"debug off", sink, slog.LevelInfo, false},
		{"debug on", sink, slog.LevelDebug, false},
		{"debug on, written as JSON", jsonlog.NewHandler(io.Discard, nil), slog.LevelDebug, false},
		{"tail without a buffer", tail.NewHandler(sink, nil), slog.LevelInfo, false},
		{"tail held and discarded", tail.NewHandler(sink, nil), slog.LevelInfo, true},
	} {
		b.Run(bb.name+"/slogx", func(b *testing.B) {
			log := slog.New(level.NewHandler(bb.h, level.NewController(bb.level)))
			b.ReportAllocs()
			for b.Loop() {
				ctx, buf := b.Context(), (*tail.Buffer)(nil)
				if bb.open {
					ctx, buf = tail.NewContext(ctx)
				}
				for i := range 20 {
					log.LogAttrs(ctx, slog.LevelDebug, "looked up", slog.String("user", "u-1"), slog.Int("rows", i), slog.Duration("took", time.Millisecond))
				}
				log.LogAttrs(ctx, slog.LevelInfo, "served")
				buf.Discard()
			}
		})
	}
}
