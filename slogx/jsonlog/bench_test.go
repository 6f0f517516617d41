package jsonlog_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// The peer of these benchmarks is slog.JSONHandler; docs/benchmarks has the others. They call Handle, so
// that what slog.Logger costs is not in them.
func BenchmarkHandle(b *testing.B) {
	ours := jsonlog.NewHandler(io.Discard, nil)
	peer := slog.NewJSONHandler(io.Discard, nil)
	for _, c := range []struct {
		name  string
		attrs []slog.Attr
		with  []slog.Attr
	}{
		{name: "none"},
		{name: "five", attrs: five},
		{name: "mixed", attrs: mixed},
		{name: "with", attrs: five[:3], with: mixed},
	} {
		r := slog.NewRecord(time.Now(), slog.LevelInfo, "request served", 0)
		r.AddAttrs(c.attrs...)
		for name, h := range map[string]slog.Handler{"slogx": ours.WithAttrs(c.with), "slog": peer.WithAttrs(c.with)} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = h.Handle(context.Background(), r)
				}
			})
		}
	}
}

var five = []slog.Attr{
	slog.String("method", "GET"),
	slog.String("path", "/api/v1/orders/4711"),
	slog.Int("status", 200),
	slog.Duration("elapsed", 1234567*time.Nanosecond),
	slog.Bool("cached", true),
}

var mixed = []slog.Attr{
	slog.String("customer", "Żaneta \"Z\" Müller"),
	slog.Int("items", -3),
	slog.Float64("total", 1234.5),
	slog.Time("placed", time.Date(2026, time.March, 14, 15, 9, 26, 535897932, time.UTC)),
	slog.Any("error", errors.New("connection refused")),
	slog.Any("tags", []string{"gift", "express"}),
	slog.Group("address", slog.String("city", "Kraków"), slog.Int("zip", 30001)),
}

func BenchmarkHandleTop(b *testing.B) {
	top := []slog.Attr{
		slog.String("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
		slog.String("span_id", "00f067aa0ba902b7"),
		slog.String("request_id", "7f3a"),
	}
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "request served", 0)
	r.AddAttrs(five...)
	for _, s := range []jsonlog.Schema{jsonlog.SchemaSlog, jsonlog.SchemaOTel, jsonlog.SchemaECS, jsonlog.SchemaGCP} {
		h := jsonlog.NewHandler(io.Discard, &jsonlog.Options{Schema: s}).WithGroup("a").WithGroup("b").(chain.Handler)
		b.Run(string(s), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = h.HandleTop(context.Background(), top, r)
			}
		})
	}
}
