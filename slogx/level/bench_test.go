package level_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/level"
)

func BenchmarkEnabled(b *testing.B) {
	ctx := context.Background()
	plain := level.NewController(new(slog.LevelVar))
	overridden := level.NewController(new(slog.LevelVar))
	if err := overridden.Set("db", slog.LevelDebug, 0); err != nil {
		b.Fatal(err)
	}
	for _, bm := range []struct {
		name string
		h    slog.Handler
	}{
		{"LevelVar", slog.NewJSONHandler(b.Output(), &slog.HandlerOptions{Level: new(slog.LevelVar)})}, // the floor
		{"NoOverride", level.NewHandler(&nullSink{}, plain).WithName("db.pool")},
		{"Override", level.NewHandler(&nullSink{}, overridden).WithName("db.pool")},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bm.h.Enabled(ctx, slog.LevelInfo)
			}
		})
	}
}

func BenchmarkHandle(b *testing.B) {
	ctx := context.Background()
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	h := level.NewHandler(&nullSink{}, level.NewController(nil))
	for _, bm := range []struct {
		name string
		h    slog.Handler
	}{{"NoName", h}, {"Name", h.WithName("db")}} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := bm.h.Handle(ctx, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
