package filter

import (
	"log/slog"
	"testing"
	"time"
)

var benchOptions = &Options{Deny: []Rule{
	{Loggers: []string{"http"}, Messages: []string{"GET *"}},
	{Attrs: []string{"url.path=/health*"}},
}}

func benchRecord() slog.Record {
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "served", 0)
	r.AddAttrs(slog.String("url.path", "/orders"), slog.Int("n", 1))
	return r
}

func BenchmarkHandle(b *testing.B) {
	h, r := NewHandler(slog.DiscardHandler, benchOptions), benchRecord()
	b.Run("two rules/slogx", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = h.Handle(b.Context(), r)
		}
	})
}
