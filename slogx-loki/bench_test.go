package slogxloki

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
)

// swallow is a Transport that takes everything.
var swallow = roundTripper(func(r *http.Request) (*http.Response, error) {
	_ = r.Body.Close()
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
})

func benchmark(b *testing.B, opts Options, attrs ...slog.Attr) {
	opts.URL, opts.Transport, opts.Service = "http://loki.example", swallow, "bench"
	h, err := NewHandler(&opts)
	if err != nil {
		b.Fatal(err)
	}
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "request served", 0)
	r.AddAttrs(attrs...)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		r.Time = r.Time.Add(1)
		if err := h.Handle(ctx, r); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	if err := h.Shutdown(ctx); err != nil {
		b.Fatal(err)
	}
	if st := h.Stats(); st.DroppedTotal() > 0 && opts.SpoolDir != "" {
		b.Errorf("%+v", st)
	}
}

var five = []slog.Attr{
	slog.String("method", "GET"), slog.String("path", "/users/42"), slog.Int("status", 200),
	slog.Duration("took", 1500*time.Microsecond), slog.String("trace_id", strings.Repeat("0af7651916cd43dd", 2)),
}

func BenchmarkHandle(b *testing.B) {
	b.Run("Memory", func(b *testing.B) { benchmark(b, Options{}, five...) })
	b.Run("MemoryNoMetadata", func(b *testing.B) { benchmark(b, Options{NoMetadata: true}, five...) })
	for _, sync := range []Sync{SyncNone, SyncInterval, SyncAlways} {
		b.Run("Spool-"+string(sync), func(b *testing.B) {
			benchmark(b, Options{SpoolDir: b.TempDir(), SpoolSync: sync}, five...)
		})
	}
}

func BenchmarkHandleParallel(b *testing.B) {
	for _, dir := range []string{"", b.TempDir()} {
		b.Run(map[bool]string{true: "Memory", false: "Spool"}[dir == ""], func(b *testing.B) {
			h, err := NewHandler(&Options{URL: "http://loki.example", Transport: swallow, SpoolDir: dir})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				r := slog.NewRecord(time.Now(), slog.LevelInfo, "request served", 0)
				r.AddAttrs(five...)
				for pb.Next() {
					r.Time = r.Time.Add(1)
					_ = h.Handle(context.Background(), r)
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
			if err := h.Shutdown(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	var items []push.Item
	size := 0
	for i := range 4000 {
		line := append(make([]byte, push.LineRoom), fmt.Sprintf(`{"time":"2026-01-02T03:04:05.%09dZ","level":"INFO","msg":"request served","method":"GET","path":"/users/%d","status":200}`, i*1000, i)...)
		items = append(items, push.Item{Time: int64(i), Fields: push.PutLineHeader(line)})
		size += len(line)
	}
	var e push.Encoder
	b.SetBytes(int64(size))
	for b.Loop() {
		e.Encode([]string{`{level="info", service_name="bench"}`}, items)
	}
}
