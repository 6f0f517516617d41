package console_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/console"
)

func BenchmarkHandle(b *testing.B) {
	five := []slog.Attr{
		slog.String("method", "GET"), slog.String("path", "/orders/7"), slog.Int("status", 200),
		slog.Duration("took", 1250*time.Microsecond), slog.String("agent", "curl 8.1"),
	}
	mixed := slices.Concat(five, []slog.Attr{slog.Time("at", at), slog.Float64("ratio", 0.75), slog.Bool("ok", true),
		slog.Any("err", errors.New("not found")), slog.Group("user", slog.Int("id", 7), slog.String("role", "admin"))})
	with := func(h slog.Handler) slog.Handler {
		return h.WithAttrs(five).WithGroup("g").WithAttrs(five)
	}
	for _, c := range []struct {
		name   string
		attrs  []slog.Attr
		derive func(slog.Handler) slog.Handler
	}{
		{"0attrs", nil, nil},
		{"5attrs", five, nil},
		{"10mixed", mixed, nil},
		{"with10+3", five[:3], with},
	} {
		for _, peer := range []struct {
			name string
			h    slog.Handler
		}{
			{"console", console.NewHandler(io.Discard, nil)},
			{"console-color", console.NewHandler(io.Discard, &console.Options{Color: console.Always})},
			{"slog.TextHandler", slog.NewTextHandler(io.Discard, nil)},
		} {
			b.Run(c.name+"/"+peer.name, func(b *testing.B) {
				h := peer.h
				if c.derive != nil {
					h = c.derive(h)
				}
				r := slog.NewRecord(at, slog.LevelInfo, "request served", 0)
				r.AddAttrs(c.attrs...)
				ctx := context.Background()
				b.ReportAllocs()
				for b.Loop() {
					if err := h.Handle(ctx, r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
