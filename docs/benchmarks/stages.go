package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx"
	slogxredact "github.com/slogx-go/slogx/slogx-redact" // the preset production uses it where it is linked
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// A stack is a part of the production pipeline: all stages from the logger to the one it is named for,
// assembled as slogx.Build does it. What a stage costs is what its stack takes longer than the one before.
type stack struct {
	stage, does string
	open        func(path string) (h slog.Handler, closeStack func() error, err error)
	log         func(context.Context, *slog.Logger)
}

// stages has the stages in the order in which a record meets them, and then what the whole is measured
// against.
var stages = []stack{
	{"logger", "slog.Logger itself: the time, the caller, the record", inMemory(floor{}), logFive},
	{"gate", "levels by name", inMemory(gate(floor{})), logFive},
	{"sample", "a rule that counts records by level, logger and message, and keeps these", inMemory(gate(sampled(floor{}))), logFive},
	{"enrich", "two attributes and the trace from the context", inMemory(gate(sampled(enriched(floor{})))), logFive},
	{"redact", "keys and texts of a clean record, for credentials", inMemory(gate(sampled(enriched(redacted(floor{}))))), logFive},
	{"fan-out", "one sink, isolated and counted", inMemory(pipeline(floor{})), logFive},
	{"encoder", "JSON, to io.Discard", inMemory(pipeline(jsonlog.NewHandler(io.Discard, nil))), logFive},
	{"queue", "a copy into memory, written to io.Discard", openQueued, logFive},
	{"file", "what the caller feels of the writing to a file", onFile(func(f *os.File) (slog.Handler, func() error) {
		return queued(f)
	}), logFive},
	{"", "**slogx.Build**, PresetProduction, to a file that can rotate", openProduction, logFive},
	{"", "**slog.JSONHandler**, no context, no trace, to a file", onFile(openSlog), logFive},
	{"", "slog.JSONHandler, the record that the pipeline writes", onFile(openSlog), logFiveEnriched},
}

// Where in stages those are that the summary compares.
const (
	productionStack = 9
	slogStack       = 10
	slogSameStack   = 11
)

func gate(next slog.Handler) slog.Handler {
	return level.NewHandler(next, level.NewController(slog.LevelInfo))
}

func sampled(next slog.Handler) slog.Handler {
	return sample.NewHandler(next, &sample.Options{Rules: []sample.Rule{{First: 1 << 30, Interval: time.Hour}}})
}

func redacted(next slog.Handler) slog.Handler { return slogxredact.NewHandler(next, nil) }

func enriched(next slog.Handler) slog.Handler {
	return enrich.NewHandler(next, enrich.ContextAttrs(), enrich.Trace())
}

func pipeline(sink slog.Handler) slog.Handler {
	return gate(sampled(enriched(redacted(fanout.NewHandler(fanout.Sink{Name: "file", Handler: sink})))))
}

func inMemory(h slog.Handler) func(string) (slog.Handler, func() error, error) {
	return func(string) (slog.Handler, func() error, error) { return h, func() error { return nil }, nil }
}

func openQueued(string) (slog.Handler, func() error, error) {
	h, closeQueue := queued(io.Discard)
	return h, closeQueue, nil
}

func queued(w io.Writer) (slog.Handler, func() error) {
	q := async.NewWriter(w, nil)
	return pipeline(jsonlog.NewHandler(q, nil)), func() error { return q.Shutdown(context.Background()) }
}

func openProduction(path string) (slog.Handler, func() error, error) {
	p, err := slogx.Build(
		slogx.WithPreset(slogx.PresetProduction),
		slogx.WithLookuper(slogx.MapLookuper(map[string]string{
			"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": path, "SLOGX_SAMPLE_FIRST": "1000000000", "SLOGX_SAMPLE_INTERVAL": "1h",
		})),
	)
	if err != nil {
		return nil, nil, fmt.Errorf("build the pipeline: %w", err)
	}
	return p.Handler(), func() error { return p.Shutdown(context.Background()) }, nil
}

func openSlog(f *os.File) (slog.Handler, func() error) { return slog.NewJSONHandler(f, nil), nil }

// requestContext is the context of a request: with two attributes, and a trace.
func requestContext() context.Context {
	ctx := slogx.ContextWithAttrs(context.Background(), slog.String("tenant", "acme"), slog.String("request_id", "9f1c2d3e4b5a"))
	return tracectx.NewContext(ctx, tracectx.Trace{
		TraceID: [16]byte{0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36},
		SpanID:  [8]byte{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7},
		Flags:   1,
	})
}

// logFiveEnriched is what one writes without enrichers.
func logFiveEnriched(ctx context.Context, l *slog.Logger) {
	l.LogAttrs(ctx, slog.LevelInfo, "request served",
		slog.String("tenant", "acme"),
		slog.String("request_id", "9f1c2d3e4b5a"),
		slog.String("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
		slog.String("span_id", "00f067aa0ba902b7"),
		slog.String("trace_flags", "01"),
		slog.String("method", "GET"),
		slog.String("path", "/api/v1/orders/4711"),
		slog.Int("status", 200),
		slog.Duration("elapsed", 1234567*time.Nanosecond),
		slog.Bool("cached", true),
	)
}

func runStages(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("benchmarks stages", flag.ContinueOnError)
	flags.SetOutput(progress)
	rounds := flags.Int("rounds", 49, "how often each stack runs")
	length := flags.Duration("time", 20*time.Millisecond, "how long each run takes")
	dir := flags.String("dir", "", "where the files are written (default the temporary directory)")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("parse the command line: %w", err)
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: must be at least 1", *rounds)
	}
	if err := setBenchTime(*length); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(*dir, "benchmarks")
	if err != nil {
		return fmt.Errorf("make a folder for the log: %w", err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left lies in the temporary directory
	var failure error
	path := filepath.Join(folder, "log")
	f := measureAll(*rounds, len(stages), func(b *testing.B, i int) {
		if err := benchStack(b, stages[i], path); err != nil {
			failure = err
		}
	})
	if failure != nil {
		return failure
	}
	fmt.Fprintf(out, "%s, median of %d rounds of %v each.\n", machine(), *rounds, *length)
	writeStages(out, f)
	return nil
}

// benchStack logs with one stack as long as b wants. The file is removed afterwards.
func benchStack(b *testing.B, s stack, path string) error {
	defer os.Remove(path) //nolint:errcheck // not every stack makes one
	h, closeStack, err := s.open(path)
	if err != nil {
		return err
	}
	ctx, l := requestContext(), slog.New(h)
	for range 1000 { // so that pools and chunks are there
		s.log(ctx, l)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.log(ctx, l)
	}
	if err := closeStack(); err != nil {
		return fmt.Errorf("shut down %s: %w", s.does, err)
	}
	return nil
}

func writeStages(out io.Writer, f figures) {
	rows := make([][]string, 0, len(stages))
	for i, s := range stages {
		stage := "–"
		switch {
		case i == 0:
			stage = fmt.Sprintf("%.0f", f.time(0))
		case s.stage != "":
			stage = fmt.Sprintf("%.0f", f.perRound(func(round int) float64 { return f.ns[i][round] - f.ns[i-1][round] }))
		}
		rows = append(rows, []string{s.stage, s.does, stage, fmt.Sprintf("%.0f", f.time(i)), strconv.FormatInt(f.allocs[i], 10)})
	}
	writeTable(out, 2, []string{"stage", "what it does", "ns", "ns, with those before", "allocations"}, rows)
	fmt.Fprintf(out, "\nThe whole pipeline takes %.2f× the time of slog.JSONHandler, and %.2f× when that writes the same.\n",
		f.share(productionStack, slogStack), f.share(productionStack, slogSameStack))
}
