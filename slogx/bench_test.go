package slogx_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

func mustBuild(b *testing.B, vars env, opts ...slogx.Option) slog.Handler {
	b.Helper()
	p, err := slogx.Build(append(opts, environment(vars))...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := p.Shutdown(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return p.Handler()
}

func five(ctx context.Context, log *slog.Logger) {
	log.LogAttrs(ctx, slog.LevelInfo, "request served",
		slog.String("method", "GET"), slog.String("path", "/api/v1/orders"), slog.Int("status", 200),
		slog.Duration("took", 1500*time.Microsecond), slog.Bool("cached", true))
}

func run(b *testing.B, name string, h slog.Handler) {
	b.Helper()
	log, ctx := slog.New(h), context.Background()
	b.Run("Serial/"+name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			five(ctx, log)
		}
	})
	b.Run("Parallel/"+name, func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				five(ctx, log)
			}
		})
	})
}

// What New adds to its encoder.
func BenchmarkDiscard(b *testing.B) {
	encoder := func() slog.Handler { return jsonlog.NewHandler(io.Discard, nil) }
	run(b, "pipeline", mustBuild(b, nil, slogx.WithOutput(io.Discard), slogx.WithFormat(slogx.FormatJSON)))
	run(b, "jsonlog", encoder())
	run(b, "slog", slog.NewJSONHandler(io.Discard, nil))
}

// What each stage adds: each line has the stages of the one before, and one more.
func BenchmarkStages(b *testing.B) {
	ctx := context.Background()
	var h slog.Handler = jsonlog.NewHandler(io.Discard, nil)
	stage := func(name string) {
		log := slog.New(h)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				five(ctx, log)
			}
		})
	}
	stage("1-encoder")
	h = fanout.NewHandler(fanout.Sink{Name: "stdout", Handler: h})
	stage("2-fanout")
	h = tail.NewHandler(h, nil)
	stage("3-tail")
	h = enrich.NewHandler(h, enrich.ContextAttrs(), enrich.Trace())
	stage("4-enrich")
	h = sample.NewHandler(h, &sample.Options{Rules: []sample.Rule{{First: 1 << 30}}})
	stage("5-sample")
	h = level.NewHandler(h, level.NewController(nil))
	stage("6-gate")
}

func BenchmarkFile(b *testing.B) {
	file := func(name string) *os.File {
		f, err := os.Create(filepath.Join(b.TempDir(), name))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := f.Close(); err != nil {
				b.Error(err)
			}
		})
		return f
	}
	run(b, "production", mustBuild(b, env{
		"SLOGX_PRESET": "production", "SLOGX_USE": "-redact", "SLOGX_SINKS": "file", "SLOGX_FILE_PATH": filepath.Join(b.TempDir(), "app.log"),
	}))
	run(b, "slog", slog.NewJSONHandler(file("slog.log"), nil))
}
