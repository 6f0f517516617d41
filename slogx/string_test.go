package slogx_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestTableOfVariables(t *testing.T) {
	var out output
	if err := slogx.WriteEnv(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "env.golden", out.String())
	if err := slogx.WriteEnv(writer(func([]byte) (int, error) { return 0, errDown })); !errors.Is(err, errDown) {
		t.Errorf("to a broken writer: %v", err)
	}
}

func TestPipelineShowsItself(t *testing.T) {
	pass := func(next slog.Handler) slog.Handler { return next }
	var shown strings.Builder
	var dir string
	for _, tt := range []struct {
		name string
		env  env
		opts []slogx.Option
	}{
		{"default", env{"SLOGX_FORMAT": "json"}, nil},
		{"development", env{"SLOGX_PRESET": "development"}, nil},
		{"production", env{"SLOGX_PRESET": "production", "SLOGX_USE": "-redact", "SLOGX_SINKS": "stdout,file", "SLOGX_FILE_PATH": "app.log", "SLOGX_SCHEMA": "otel"}, nil},
		{"sampling and tail", env{"SLOGX_FORMAT": "json", "SLOGX_SAMPLE_FIRST": "10", "SLOGX_SAMPLE_THEREAFTER": "100", "SLOGX_SAMPLE_FOLD": "10s", "SLOGX_TAIL_LEVEL": "debug"}, []slogx.Option{
			slogx.WithSink("all", slog.DiscardHandler), slogx.WithSink("errors", slog.DiscardHandler, slogx.NoTail()),
		}},
		{"everything", env{"SLOGX_LEVEL": "warn", "SLOGX_LEVELS": "http=error,db=debug", "SLOGX_ENRICH": "host", "SLOGX_SERVICE": "orders"}, []slogx.Option{
			slogx.WithAttrs(slog.Int("zone", 1)),
			slogx.WithHandler(slogx.StageObserve, pass), slogx.WithHandler(slogx.StageSample, pass), slogx.WithHandler(slogx.StageSample, pass),
			slogx.WithHandler(slogx.StageEnrich, pass), slogx.WithHandler(slogx.StageRedact, pass), slogx.WithHandler(slogx.StageTail, pass),
			slogx.WithEnricher(func(_ context.Context, attrs []slog.Attr) []slog.Attr { return attrs }),
			slogx.WithSink("errors", jsonlog.NewHandler(&output{}, nil), slogx.MinLevel(slog.LevelError), slogx.Filter(func(context.Context, slog.Record) bool { return true }), slogx.Queue(&async.Options{Overflow: async.DropOldest})),
			slogx.WithSink("rest", slog.DiscardHandler, slogx.MaxLevel(slog.LevelWarn)),
			slogx.WithFallback("errors", "stderr"), slogx.WithFormat(slogx.FormatText),
		}},
	} {
		if tt.env["SLOGX_FILE_PATH"] != "" {
			dir = t.TempDir()
			tt.env["SLOGX_FILE_PATH"] = filepath.Join(dir, "app.log")
		}
		fmt.Fprintf(&shown, "# %s\n%v\n\n", tt.name, build(t, tt.env, tt.opts...))
	}
	golden(t, "pipelines.golden", strings.ReplaceAll(shown.String(), dir+string(filepath.Separator), ""))
}
