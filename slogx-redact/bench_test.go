package slogxredact

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// five is a clean record with five attributes of the usual kinds.
func five() slog.Record {
	r := slog.NewRecord(time.Unix(1700000000, 0), slog.LevelInfo, "request served", 0)
	r.AddAttrs(
		slog.String("method", "GET"), slog.String("path", "/api/v1/orders/42"), slog.Int("status", 200),
		slog.Duration("elapsed", 1500*time.Microsecond), slog.Bool("cached", true),
	)
	return r
}

type order struct {
	ID   int      `json:"id"`
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

// line267 is a clean message of 267 bytes.
var line267 = strings.Repeat("the order 8841 of shop eu-west was packed in 3 boxes and left the hall; ", 4)[:267]

// discard is a handler behind this one that does nothing.
type discard struct{ slog.Handler }

func (discard) HandleTop(context.Context, []slog.Attr, slog.Record) error { return nil }

func (d discard) WithAttrs([]slog.Attr) slog.Handler { return d }
func (d discard) WithGroup(string) slog.Handler      { return d }

func BenchmarkHandle(b *testing.B) {
	all := &Options{Presets: []Preset{PresetCredentials, PresetPCI, PresetPII}}
	message := slog.NewRecord(time.Unix(1700000000, 0), slog.LevelInfo, line267, 0)
	dirty := five()
	dirty.AddAttrs(slog.String("password", plain))
	for _, bb := range []struct {
		name string
		opts *Options
		r    slog.Record
	}{
		{"five/default", nil, five()},
		{"five/all", all, five()},
		{"strings/default", nil, record(
			slog.String("method", "GET"), slog.String("path", "/api/v1/orders/42"), slog.String("host", "shop.example.com"),
			slog.String("region", "eu-west-1"), slog.String("user", "ann lee"),
		)},
		{"ids/default", nil, record(
			slog.String("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), slog.String("span_id", "00f067aa0ba902b7"),
			slog.String("request_id", "0192f4c1-7f3a-7b8e-9c1d-2e3f4a5b6c7d"), slog.String("order", "A-8841-22"), slog.Int("n", 7),
		)},
		{"group/default", nil, record(slog.Group("http", "method", "GET", "path", "/api/v1/orders/42", "status", 200), slog.Bool("ok", true))},
		{"five/paths", &Options{Paths: []string{"user.*.ssn", "**.badge"}}, five()},
		{"message267/default", nil, message},
		{"message267/all", all, message},
		{"dirty/default", nil, dirty},
		{"error/default", nil, record(slog.Any("err", fmt.Errorf("read order: %w", errBoom)))},
		{"struct/default", nil, record(slog.Any("order", order{ID: 7, Name: "a box", Tags: []string{"a", "b"}}))},
		{"map/default", nil, record(slog.Any("m", map[string]any{"id": 7, "name": "a box"}))},
		{"json/default", nil, record(slog.String("body", `{"id":7,"name":"a box","tags":["a","b"]}`))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			h := NewHandler(discard{slog.DiscardHandler}, bb.opts)
			b.ReportAllocs()
			for b.Loop() {
				_ = h.Handle(ctx, bb.r)
			}
		})
	}
}
