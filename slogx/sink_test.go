package slogx_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestWhichSinksAPipelineHas(t *testing.T) {
	discard := slogx.WithSink("own", slog.DiscardHandler)
	var out output
	for _, tt := range []struct {
		name string
		env  env
		opts []slogx.Option
		want []string
	}{
		{"default", nil, nil, []string{"stdout"}},
		{"own", nil, []slogx.Option{discard}, []string{"own"}},
		{"own and environment", env{"SLOGX_SINKS": "stderr"}, []slogx.Option{discard}, []string{"stderr", "own"}},
		{"own and named", env{"SLOGX_SINKS": "stderr"}, []slogx.Option{discard, slogx.WithSinks("stdout")}, []string{"stdout", "own"}},
		{"named none", env{"SLOGX_SINKS": "stderr"}, []slogx.Option{slogx.WithSinks()}, []string{"stdout"}},
		{"named none and own", env{"SLOGX_SINKS": "stderr"}, []slogx.Option{slogx.WithSinks(), discard}, []string{"own"}},
		{"output", env{"SLOGX_SINKS": "stderr"}, []slogx.Option{slogx.WithOutput(&out)}, []string{"stderr", "stdout"}},
		{"list", env{"SLOGX_SINKS": " stdout, ,stderr,"}, nil, []string{"stdout", "stderr"}},
	} {
		got := build(t, tt.env, tt.opts...).Stats().Sinks
		want := map[string]chain.Stats{}
		for _, name := range tt.want {
			want[name] = chain.Stats{}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestLevelsAndFilterOfASink(t *testing.T) {
	low, high, odd := slogxtest.NewRecorder(t), slogxtest.NewRecorder(t), slogxtest.NewRecorder(t)
	var from slog.LevelVar
	log := build(t, nil,
		slogx.WithLevel(slog.LevelDebug),
		slogx.WithSink("low", low, slogx.MinLevel(&from), slogx.MaxLevel(slog.LevelInfo)),
		slogx.WithSink("high", high, slogx.MinLevel(slog.LevelWarn)),
		slogx.WithSink("odd", odd, slogx.Filter(func(_ context.Context, r slog.Record) bool { return strings.Contains(r.Message, "odd") })),
	).Logger()
	log.Debug("debug, odd")
	log.Info("info")
	log.Warn("warn, odd")
	from.Set(slog.LevelDebug)
	log.Debug("debug, later")
	for name, tt := range map[string]struct {
		rec  *slogxtest.Recorder
		want []string
	}{
		"low":  {low, []string{"info", "debug, later"}},
		"high": {high, []string{"warn, odd"}},
		"odd":  {odd, []string{"debug, odd", "warn, odd"}},
	} {
		var got []string
		for _, r := range tt.rec.Records() {
			got = append(got, r.Message)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("sink %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestQueueOfASink(t *testing.T) {
	enter, leave := make(chan struct{}), make(chan struct{})
	s := newSink(func(string) error {
		enter <- struct{}{}
		<-leave
		return nil
	})
	p := build(t, env{"SLOGX_QUEUE_SIZE": "8", "SLOGX_OVERFLOW": "drop_newest"},
		slogx.WithSink("s", s, slogx.Queue(nil)), slogx.WithErrorHandler(quiet))
	p.Logger().Info("first")
	<-enter // it is with the sink, which hangs
	for range 20 {
		p.Logger().Info("m")
	}
	got := p.Stats().Sinks["s"]
	want := chain.Stats{Accepted: 21, Queued: 7, Dropped: map[string]uint64{chain.ReasonQueueFull: 14}} // an eighth is for WARN
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("books (-want +got):\n%s", diff)
	}
	go func() {
		for range enter {
		}
	}()
	close(leave)
	shutdown(t, p)
	close(enter)
}

func TestSinkOptionOfAQueueWinsOverTheEnvironment(t *testing.T) {
	p := build(t, env{"SLOGX_OVERFLOW": "drop_newest"},
		slogx.WithSink("a", slog.DiscardHandler, slogx.Queue(&async.Options{Overflow: async.Sample})),
		slogx.WithSink("b", slog.DiscardHandler, slogx.Queue(nil)))
	if s := p.String(); !strings.Contains(s, "records (sample)") || !strings.Contains(s, "records (drop_newest)") {
		t.Error(s)
	}
}

func TestRegisteredSink(t *testing.T) {
	slogx.IsolateRegistry(t)
	rec := slogxtest.NewRecorder(t)
	var conf slogx.SinkConfig
	slogx.RegisterSink("kafka", func(_ context.Context, c slogx.SinkConfig) (slog.Handler, error) {
		conf = c
		return rec, nil
	})
	slogx.RegisterSink("failing", func(context.Context, slogx.SinkConfig) (slog.Handler, error) { return nil, errors.New("no broker") })
	slogx.RegisterSink("panicking", func(context.Context, slogx.SinkConfig) (slog.Handler, error) { panic("boom") })
	slogx.RegisterSink("empty", func(context.Context, slogx.SinkConfig) (slog.Handler, error) { return nil, nil }) //nolint:nilnil // the mistake
	if stderr := standardError(t, func() { slogx.RegisterSink("", nil) }); !strings.Contains(stderr, "want a name and a func") {
		t.Errorf("standard error: %s", stderr)
	}

	p := build(t, env{
		"SLOGX_SINKS": "kafka", "SLOGX_SCHEMA": "otel", "SLOGX_SOURCE": "1",
		"SLOGX_SERVICE": "orders", "SLOGX_VERSION": "1.2.3", "SLOGX_ENVIRONMENT": "staging", "KAFKA": " b1 ", "EMPTY": " ",
	})
	p.Logger().Info("m")
	if len(rec.Records()) != 1 {
		t.Error("the sink got nothing")
	}
	got := []any{conf.Name, conf.Format, conf.Schema, conf.Source, conf.Service, conf.Version, conf.Environment}
	want := []any{"kafka", slogx.FormatAuto, jsonlog.SchemaOTel, true, "orders", "1.2.3", "staging"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SinkConfig (-want +got):\n%s", diff)
	}
	if v, ok := conf.Lookuper.Lookup("KAFKA"); v != "b1" || !ok {
		t.Errorf("a variable is %q, %t", v, ok)
	}
	if _, ok := conf.Lookuper.Lookup("EMPTY"); ok {
		t.Error("a variable that is empty is set")
	}
	if conf.Level.Level() > slog.LevelDebug-100 || conf.OnError == nil {
		t.Errorf("level %v, OnError nil: %t", conf.Level.Level(), conf.OnError == nil)
	}
	for name, want := range map[string]string{"failing": "no broker", "panicking": "panic: boom", "empty": "it returned nothing"} {
		checkWrong(t, env{"SLOGX_SINKS": name}, `open sink "`+name+`" (SLOGX_SINKS=`, want)
	}
}

func TestFileSink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logs", "app.log")
	p := build(t, env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": path})
	p.Logger().Info("m", "k", 1)
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o600 {
			t.Errorf("the file has mode %v", info.Mode())
		}
	}
	want := []map[string]any{{"level": "INFO", "msg": "m", "k": 1.0}}
	if diff := cmp.Diff(want, readFile(t, path)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	_, err := slogx.Build(environment(env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": path}))
	if err == nil || !strings.Contains(err.Error(), path) || len(leaves(err)) != 1 {
		t.Errorf("a second pipeline on the file: %v", err)
	}
}

func TestFileSettingsReachTheFile(t *testing.T) {
	dir := t.TempDir()
	p := build(t, env{
		"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": filepath.Join(dir, "app.log"),
		"SLOGX_FILE_MAX_SIZE": "1KiB", "SLOGX_FILE_MAX_BACKUPS": "2", "SLOGX_FILE_COMPRESS": "true",
	})
	for range 200 { // some 10 KiB
		p.Logger().Info("a line of some length")
	}
	shutdown(t, p)
	files, err := filepath.Glob(filepath.Join(dir, "app*.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 {
		t.Errorf("compressed backups: %v, want 2", files)
	}
	info, err := os.Stat(filepath.Join(dir, "app.log"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 1024 {
		t.Errorf("the file has %d bytes, want at most 1024", info.Size())
	}
}

func TestFileThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	checkWrong(t, env{"SLOGX_SINKS": "file", "SLOGX_FILE_PATH": dir}, "SLOGX_FILE_PATH="+`"`+dir+`"`, "it is a directory")
}

func TestAfterShutdownOfAFile(t *testing.T) {
	for name, vars := range map[string]env{"synchronous": {}, "queue": {"SLOGX_ASYNC": "true"}} {
		path := filepath.Join(t.TempDir(), "app.log")
		vars["SLOGX_SINKS"], vars["SLOGX_FILE_PATH"] = "file", path
		p := build(t, vars, slogx.WithErrorHandler(quiet))
		p.Logger().Info("m")
		shutdown(t, p)
		p.Logger().Error("late")
		p.Logger().With("a", 1).Info("late")
		shutdown(t, p)
		if st := p.Stats().Sinks["file"]; st.Accepted != 3 || st.Delivered != 1 || st.DroppedTotal() != 2 {
			t.Errorf("%s: books: %+v", name, st)
		}
		if st := p.Stats().Sinks["file"]; st.Dropped[chain.ReasonClosed] != 2 {
			t.Errorf("%s: books: %+v, want 2 records closed", name, st)
		}
		if err := p.Health(t.Context())["file"]; !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s: health: %v", name, err)
		}
		if n := len(readFile(t, path)); n != 1 {
			t.Errorf("%s: %d records in the file", name, n)
		}
	}
}

func TestSinksThatCannotBeOpenedAreOnStandardErrorOnce(t *testing.T) {
	for _, sinks := range []string{"kafka,syslog", "stderr,kafka,syslog", "kafka,stderr"} {
		shown := standardError(t, func() {
			log := slogx.New(environment(env{"SLOGX_SINKS": sinks, "SLOGX_FORMAT": "json", "SLOGX_ASYNC": "true"}))
			log.Info("once")
			if err := slogx.Shutdown(t.Context(), log); err != nil {
				t.Error(err)
			}
		})
		if n := strings.Count(shown, `"msg":"once"`); n != 1 {
			t.Errorf("%s: the record is there %d times:\n%s", sinks, n, shown)
		}
		if !strings.Contains(shown, "kafka") {
			t.Errorf("%s: no error names the sink:\n%s", sinks, shown)
		}
	}
}
