package slogxredact

import (
	"context"
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
		{"five/paths", &Options{Paths: []string{"user.*.ssn", "**.badge"}}, five()},
		{"message267/default", nil, message},
		{"message267/all", all, message},
		{"dirty/default", nil, dirty},
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
