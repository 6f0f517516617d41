package slogx_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// Each line is a setting of the pipeline's description or of its level, made by the preset, the
// environment and an option in turn.
func TestOptionsWinOverTheEnvironmentAndThatOverThePreset(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	for _, tt := range []struct {
		name                       string
		preset                     string
		env                        env
		option                     slogx.Option
		byPreset, byEnv, byOptions string
	}{
		{"preset", "", env{"SLOGX_PRESET": "development"}, slogx.WithPreset(slogx.PresetProduction), "preset default", "preset development", "preset production"},
		{"level", "development", env{"SLOGX_LEVEL": "warn"}, slogx.WithLevel(slog.LevelError), "gate     DEBUG", "gate     WARN", "gate     ERROR"},
		{"levels", "", env{"SLOGX_LEVELS": "a=debug,b=warn"}, slogx.WithLevels(map[string]slog.Level{"a": slog.LevelError}), "INFO\n", "INFO, a=DEBUG, b=WARN\n", "INFO, a=ERROR, b=WARN\n"},
		{"format", "development", env{"SLOGX_FORMAT": "text"}, slogx.WithFormat(slogx.FormatJSON), "output, console", "output, text", "output, json"},
		{"schema", "production", env{"SLOGX_SCHEMA": "otel"}, slogx.WithSchema(jsonlog.SchemaECS), "output, json,", "output, json (otel)", "output, json (ecs)"},
		{"sinks", "", env{"SLOGX_SINKS": "stderr"}, slogx.WithSinks("file"), "sink     stdout", "sink     stderr", "sink     file"},
		{"async", "", env{"SLOGX_ASYNC": "true"}, slogx.WithAsync(&async.WriterOptions{Overflow: async.DropOldest}), "json", "json, queue of bytes (block)", "json, queue of bytes (drop_oldest)"},
		{"overflow", "production", env{"SLOGX_OVERFLOW": "sample"}, slogx.WithAsync(&async.WriterOptions{Overflow: async.DropNewest}), "(block)", "(sample)", "(drop_newest)"},
		{"queue kept", "production", env{"SLOGX_OVERFLOW": "sample"}, slogx.WithAsync(nil), "(block)", "(sample)", "(sample)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			vars := env{"SLOGX_USE": "-redact", "SLOGX_FILE_PATH": path}
			if tt.preset != "" {
				vars["SLOGX_PRESET"] = tt.preset
			}
			check := func(want string, opts ...slogx.Option) {
				t.Helper()
				p, err := slogx.Build(append(opts, environment(vars))...)
				if err != nil {
					t.Fatal(err)
				}
				if got := p.String() + "\n"; !strings.Contains(got, want) {
					t.Errorf("want %q in\n%s", want, got)
				}
				shutdown(t, p)
			}
			check(tt.byPreset)
			maps.Copy(vars, tt.env)
			check(tt.byEnv)
			check(tt.byOptions, tt.option)
		})
	}
}

func TestSourceByPresetEnvironmentAndOption(t *testing.T) {
	source := func(vars env, opts ...slogx.Option) bool {
		var out output
		p := build(t, vars, append(opts, slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON))...)
		p.Logger().Info("m")
		_, ok := out.records(t)[0][slog.SourceKey]
		return ok
	}
	got := []bool{
		source(nil), source(env{"SLOGX_PRESET": "development"}),
		source(env{"SLOGX_PRESET": "development", "SLOGX_SOURCE": "no"}),
		source(env{"SLOGX_SOURCE": "no"}, slogx.WithSource(true)),
	}
	if diff := cmp.Diff([]bool{false, true, false, true}, got); diff != "" {
		t.Errorf("source (-want +got):\n%s", diff)
	}
}

func TestLaterOptionsWinAlsoWhenNested(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	p := build(t, nil,
		slogx.Option{},
		slogx.WithLevel(slog.LevelError),
		slogx.Options(slogx.WithLevel(slog.LevelWarn), slogx.Options(slogx.WithLevel(slog.LevelDebug)), slogx.Option{}),
		slogx.WithLevel(nil), // as if it were not there
		slogx.WithAttrs(slog.Int("a", 1)), slogx.WithAttrs(slog.Int("b", 2)),
		slogx.WithSink("rec", rec, slogx.SinkOption{}),
	)
	p.Logger().Debug("m")
	rec.Assert(map[string]any{"msg": "m", "a": 1, "b": 2})
}

func TestOptionsDoNotKeepWhatTheyWereGiven(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	attrs, levels := []slog.Attr{slog.Int("a", 1)}, map[string]slog.Level{"db": slog.LevelDebug}
	opt := slogx.Options(slogx.WithAttrs(attrs...), slogx.WithLevels(levels), slogx.WithSink("rec", rec))
	attrs[0], levels["db"] = slog.Int("changed", 1), slog.LevelError
	for range 2 { // an option may be used again
		slogx.Named(build(t, nil, opt).Logger(), "db").Debug("m")
	}
	rec.Assert(map[string]any{"msg": "m", "a": 1, "logger": "db"}, map[string]any{"msg": "m", "a": 1, "logger": "db"})
}

func TestWrongOptions(t *testing.T) {
	var nilLevel *slog.LevelVar
	discard := slog.DiscardHandler
	for _, tt := range []struct {
		name string
		opt  slogx.Option
		want string
	}{
		{"preset", slogx.WithPreset("prod"), `preset "prod": want default, development or production`},
		{"format", slogx.WithFormat("xml"), `format "xml": want auto, json, console or text`},
		{"schema", slogx.WithSchema("gelf"), `"gelf": want slog, otel, ecs or gcp`},
		{"level", slogx.WithLevel(nilLevel), "ask a *slog.LevelVar for its level"},
		{"levels", slogx.WithLevels(map[string]slog.Level{"a b": 0}), `"a b"`},
		{"output", slogx.WithOutput(nil), "WithOutput(nil): want a writer"},
		{"async", slogx.WithAsync(&async.WriterOptions{Capacity: -1}), "Capacity is -1"},
		{"enricher", slogx.WithEnricher(nil), "enricher 3 is nil"},
		{"stage", slogx.WithHandler(slogx.Stage(9), func(h slog.Handler) slog.Handler { return h }), "WithHandler(9, …)"},
		{"wrapper", slogx.WithHandler(slogx.StageTail, nil), "WithHandler(tail, nil): want a func"},
		{"start", slogx.WithStart(func(*slogx.Pipeline) error { return errors.New("not now") }), "start pipeline: not now"},
		{"start that panics", slogx.WithStart(func(*slogx.Pipeline) error { panic("boom") }), "start pipeline: panic: boom"},
		{"sink without handler", slogx.WithSink("x", nil), `sink "x": its handler is nil`},
		{"sink without name", slogx.WithSink("", discard), "want a name"},
		{"sink twice", slogx.Options(slogx.WithSink("x", discard), slogx.WithSink("x", discard)), "want a name that no other sink has"},
		{"sink unknown", slogx.WithSinks("loki"), `open sink "loki" (WithSinks)`},
		{"levels of a sink", slogx.WithSink("x", discard, slogx.MinLevel(slog.LevelError), slogx.MaxLevel(slog.LevelInfo)), "MinLevel ERROR is above MaxLevel INFO"},
		{"level of a sink", slogx.WithSink("x", discard, slogx.MinLevel(nilLevel)), `MinLevel of sink "x"`},
		{"queue of a sink", slogx.WithSink("x", discard, slogx.Queue(&async.Options{Overflow: "drop"})), `sink "x": set up queue: Overflow is "drop"`},
		{"fallback of nothing", slogx.WithFallback("file", "stderr"), `fallback "stderr" of sink "file"`},
		{"fallback to itself", slogx.WithFallback("stdout", "stdout"), "of another"},
		{"fallback unknown", slogx.WithFallback("stdout", "loki"), `open sink "loki" (WithFallback): no sink "loki": import`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := slogx.Build(environment(nil), tt.opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) || len(leaves(err)) != 1 {
				t.Errorf("Build: %v\nwant one error with %q", err, tt.want)
			}
			rec := slogxtest.NewRecorder(t)
			stderr := standardError(t, func() {
				log := slogx.New(environment(nil), tt.opt, slogx.WithSink("rec", rec))
				log.Info("goes on")
				_ = slogx.Shutdown(t.Context(), log)
			})
			found := len(rec.Records()) == 2 && rec.Records()[1].Message == "goes on"
			if !found || !strings.Contains(stderr, "slogx: ") {
				t.Errorf("New logged %v\nstandard error: %s", rec.Records(), stderr)
			}
		})
	}
}

func TestStartGetsThePipeline(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	var got *slogx.Pipeline
	p := build(t, nil, slogx.WithSink("rec", rec), slogx.WithStart(nil), slogx.WithStart(func(p *slogx.Pipeline) error {
		got = p
		p.Logger().Info("started")
		return p.Levels().Set("db", slog.LevelDebug, 0)
	}))
	slogx.Named(p.Logger(), "db").Debug("m")
	rec.Assert(map[string]any{"msg": "started"}, map[string]any{"msg": "m", "logger": "db"})
	if got != p {
		t.Error("it got another pipeline")
	}
}

// closer is a sink that tells when it is shut down.
type closer struct {
	slog.Handler
	shut *int
}

func (c closer) Shutdown(context.Context) error {
	*c.shut++
	return nil
}

// opaque is a wrapper that does not say what is behind it.
type opaque struct{ slog.Handler }

func (o opaque) WithAttrs(attrs []slog.Attr) slog.Handler { return opaque{o.Handler.WithAttrs(attrs)} }
func (o opaque) WithGroup(name string) slog.Handler       { return opaque{o.Handler.WithGroup(name)} }

func hide(next slog.Handler) slog.Handler { return opaque{next} }

func TestBuildThatFailsLeavesNothingOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	shut := 0
	vars := env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": path, "SLOGX_ASYNC": "true"}
	opts := []slogx.Option{environment(vars), slogx.WithSink("own", closer{slog.DiscardHandler, &shut}), slogx.WithHandler(slogx.StageObserve, hide)}
	_, err := slogx.Build(append(opts, slogx.WithStart(func(p *slogx.Pipeline) error {
		p.Logger().Info("before it failed")
		return errors.New("not now")
	}))...)
	if err == nil || !strings.Contains(err.Error(), "not now") || len(leaves(err)) != 1 {
		t.Errorf("Build: %v", err)
	}
	if shut != 1 {
		t.Errorf("the sink was shut down %d times", shut)
	}
	p, err := slogx.Build(opts...) // its lock is free
	if err != nil {
		t.Fatal(err)
	}
	shutdown(t, p)
	if got := readFile(t, path); len(got) != 1 {
		t.Errorf("the file has %v", got)
	}
}

func TestEnrichersOfOptionsComeLast(t *testing.T) {
	var out output
	tenant := func(_ context.Context, attrs []slog.Attr) []slog.Attr {
		return append(attrs, slog.String("tenant", "t1"))
	}
	p := build(t, nil, slogx.WithOutput(&out), slogx.WithEnricher(enrich.Enricher(tenant)), slogx.WithAttrs(slog.Int("fixed", 1)))
	ctx := slogx.ContextWithAttrs(t.Context(), slog.String("request_id", "r1"))
	p.Logger().InfoContext(ctx, "m")
	if want := `"msg":"m","fixed":1,"request_id":"r1","tenant":"t1"}` + "\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %s want %s", &out, want)
	}
}
