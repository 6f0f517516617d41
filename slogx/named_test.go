package slogx_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestNames(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	log := build(t, nil, slogx.WithSink("rec", rec)).Logger()
	slogx.Named(slogx.Named(log, "http"), "client").Info("nested")
	slogx.Named(log.WithGroup("g").With("a", 1), "db").Info("under a group", "b", 2)
	slogx.Named(log, "db").WithGroup("g").Info("over a group", "b", 2)
	rec.Assert(
		map[string]any{"msg": "nested", "logger": "http.client"},
		map[string]any{"msg": "under a group", "logger": "db", "g": map[string]any{"a": 1, "b": 2}},
		map[string]any{"msg": "over a group", "logger": "db", "g": map[string]any{"b": 2}},
	)
	if slogx.Named(log, "") != log {
		t.Error("the empty name made another logger")
	}
}

func TestNameOnAForeignHandler(t *testing.T) {
	var out output
	log := slog.New(slog.NewJSONHandler(&out, nil))
	slogx.Named(slogx.Named(log, "a"), "b").WithGroup("g").Info("m", "k", 1)
	want := []map[string]any{{"level": "INFO", "msg": "m", "logger": "a.b", "g": map[string]any{"k": 1.0}}}
	if diff := cmp.Diff(want, out.records(t)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestLevelsByName(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	log := build(t, env{"SLOGX_LEVELS": "db=debug,db.pool=error,http=warn"}, slogx.WithSink("rec", rec)).Logger()
	for _, tt := range []struct {
		name string
		want slog.Level
	}{
		{"", slog.LevelInfo},
		{"other", slog.LevelInfo},
		{"db", slog.LevelDebug},
		{"db.query", slog.LevelDebug},
		{"db.pool", slog.LevelError},
		{"db.pool.conn", slog.LevelError},
		{"dbx", slog.LevelInfo},
		{"http.client", slog.LevelWarn},
	} {
		for kind, l := range map[string]*slog.Logger{
			"plain": slogx.Named(log, tt.name), "under a group": slogx.Named(log.WithGroup("g"), tt.name), "over a group": slogx.Named(log, tt.name).WithGroup("g"),
		} {
			rec.Reset()
			for level := slog.LevelDebug; level <= slog.LevelError; level += 4 {
				l.Log(t.Context(), level, "m", "k", 1)
			}
			if got := rec.Records(); len(got) == 0 || got[0].Level != tt.want {
				t.Errorf("%s logger %q logged %v, want from %v", kind, tt.name, got, tt.want)
			}
		}
	}
}

func TestLevelGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		p := build(t, nil, slogx.WithSink("rec", rec))
		db := slogx.Named(p.Logger(), "db")
		if err := p.Levels().Set("db", slog.LevelDebug, 10*time.Minute); err != nil {
			t.Fatal(err)
		}
		for minute := range 12 {
			<-time.After(time.Minute - time.Millisecond)
			db.Debug(fmt.Sprint(minute))
		}
		if n := len(rec.Records()); n != 10 {
			t.Errorf("%d DEBUG records in 12 minutes, want 10", n)
		}
	})
}

func TestLevelVarIsLive(t *testing.T) {
	var level slog.LevelVar
	rec := slogxtest.NewRecorder(t)
	log := build(t, nil, slogx.WithLevel(&level), slogx.WithSink("rec", rec)).Logger()
	family := []*slog.Logger{log, log.With("a", 1), log.WithGroup("g"), slogx.Named(log, "db"), slogx.Named(log.WithGroup("g"), "db").With("a", 1)}
	for _, tt := range []struct {
		set  slog.Level
		want int
	}{{slog.LevelInfo, 1}, {slog.LevelDebug, 2}, {slog.LevelError, 0}} {
		level.Set(tt.set)
		for i, l := range family {
			rec.Reset()
			l.Debug("m")
			l.Info("m")
			if got := len(rec.Records()); got != tt.want {
				t.Errorf("level %v: logger %d logged %d records, want %d", tt.set, i, got, tt.want)
			}
		}
	}
}

func TestLevelChangesWhileOthersLog(t *testing.T) {
	var level slog.LevelVar
	s := newSink(nil)
	p := build(t, nil, slogx.WithLevel(&level), slogx.WithSink("s", s))
	var wg sync.WaitGroup
	for i := range 4 {
		l := slogx.Named(p.Logger(), fmt.Sprint("n", i%2))
		wg.Go(func() {
			for range 500 {
				l.With("a", 1).Debug("m")
				l.Error("always")
			}
		})
	}
	wg.Go(func() {
		for i := range 500 {
			level.Set(slog.Level(i%3*4 - 4))
			if err := p.Levels().Set("n1", slog.Level(i%3*4-4), time.Minute); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	p.Levels().Reset("n1")
	always := 0
	for _, m := range s.messages() {
		if m == "always" {
			always++
		}
	}
	if always != 2000 {
		t.Errorf("%d of 2000 ERROR records", always)
	}
}

func TestContextWithAttrs(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	log := build(t, nil, slogx.WithSink("rec", rec)).Logger()
	parent := slogx.ContextWithAttrs(context.Background(), slog.Int("a", 1))
	first := slogx.ContextWithAttrs(parent, slog.Int("b", 2))
	second := slogx.ContextWithAttrs(parent, slog.Int("c", 3))
	for _, ctx := range []context.Context{parent, first, second} {
		log.InfoContext(ctx, "m")
	}
	rec.Assert(map[string]any{"msg": "m", "a": 1}, map[string]any{"msg": "m", "a": 1, "b": 2}, map[string]any{"msg": "m", "a": 1, "c": 3})
}
