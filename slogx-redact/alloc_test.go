//go:build !race

package slogxredact

import (
	"fmt"
	"log/slog"
	"testing"
	"time"
)

func TestCleanRecordsAllocateNothing(t *testing.T) {
	all := &Options{Presets: []Preset{PresetCredentials, PresetPCI, PresetPII}}
	numbers := slog.NewRecord(time.Unix(1700000000, 0), slog.LevelInfo, "file sent", 0)
	numbers.AddAttrs(slog.Int64("bytes", 73_400_320), slog.Uint64("offset", 1<<40), slog.Float64("ratio", 0.25), slog.Any("level", slog.LevelWarn))
	long := slog.NewRecord(time.Unix(1700000000, 0), slog.LevelInfo, "request served", 0)
	long.AddAttrs(slog.Int("http.response.status_code", 200), slog.String("deployment.environment.name", "production"))
	failed := record(slog.Any("err", fmt.Errorf("read order: %w", errBoom)), slog.Group("g", "a", 1, "b", "x"), slog.String("json", `{"a":[1,"x"]}`))
	for _, tt := range []struct {
		name string
		opts *Options
		r    slog.Record
	}{
		{"five attributes", nil, five()},
		{"five attributes, three presets", all, five()},
		{"message of 267 bytes", nil, slog.NewRecord(time.Time{}, slog.LevelInfo, line267, 0)},
		{"message of 267 bytes, three presets", all, slog.NewRecord(time.Time{}, slog.LevelInfo, line267, 0)},
		{"numbers", all, numbers},
		{"error, group, JSON", nil, failed},
		{"long names", all, long},
		{"paths", &Options{Paths: []string{"user.*.ssn", "**.badge"}}, five()},
	} {
		h := NewHandler(discard{slog.DiscardHandler}, tt.opts)
		grouped := NewHandler(discard{slog.DiscardHandler}, tt.opts).WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g").(*Handler)
		top := []slog.Attr{slog.String("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")}
		if n := testing.AllocsPerRun(300, func() { _ = h.Handle(ctx, tt.r) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", tt.name, n)
		}
		if n := testing.AllocsPerRun(300, func() { _ = grouped.HandleTop(ctx, top, tt.r) }); n != 0 {
			t.Errorf("%s, with attributes at the top: %v allocations, want 0", tt.name, n)
		}
	}
}
