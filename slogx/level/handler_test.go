package level_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// jsonTo writes everything to w; without the time, so that lines compare.
func jsonTo(w io.Writer) slog.Handler {
	return slog.NewJSONHandler(w, &slog.HandlerOptions{
		Level: slog.Level(-100),
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})
}

func named(l *slog.Logger, name string) *slog.Logger { return slog.New(level.Named(l.Handler(), name)) }

// levelOf is a Leveler that follows what a handler is enabled for.
type levelOf struct{ slog.Handler }

func (h levelOf) Level() slog.Level {
	l := slog.Level(-100)
	for !h.Enabled(context.Background(), l) {
		l++
	}
	return l
}

func TestHandlerConforms(t *testing.T) {
	for name, wrap := range map[string]func(slog.Handler) slog.Handler{
		// A gate does not ask the next handler, so the suite's level has to be the Controller's.
		"gate": func(next slog.Handler) slog.Handler {
			return level.NewHandler(next, level.NewController(levelOf{next}))
		},
		"names only": level.Wrap(nil),
		"named": func(next slog.Handler) slog.Handler {
			c := level.NewController(levelOf{next})
			if err := c.Set("other", slog.LevelError, 0); err != nil {
				t.Error(err)
			}
			return level.NewHandler(next, c).WithName("db")
		},
	} {
		t.Run(name, func(t *testing.T) { slogxtest.Run(t, wrap) })
	}
}

func TestNameStandsAtTheTopLevelUnderGroups(t *testing.T) {
	var buf bytes.Buffer
	log := slog.New(level.NewHandler(jsonTo(&buf), level.NewController(nil)))
	log = named(log.With("a", 1).WithGroup("g").With("b", 2), "db")
	named(log.WithGroup("h"), "pool").Info("m", "k", 3)
	want := `{"level":"INFO","msg":"m","a":1,"logger":"db.pool","g":{"b":2,"h":{"k":3}}}` + "\n"
	if diff := cmp.Diff(want, buf.String()); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestNamedWrapsHandlersThatAreNotGates(t *testing.T) {
	var buf bytes.Buffer
	h := slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: slog.LevelWarn})
	if got := level.Named(h, ""); got != slog.Handler(h) {
		t.Error("an empty name does not return the handler itself")
	}
	log := named(named(slog.New(h), "a").WithGroup("g"), "b")
	log.Info("dropped: the handler's own level decides")
	log.Warn("m", "k", 1)
	var got map[string]any
	if err := json.Unmarshal(buf.Bytes(), &got); err != nil {
		t.Fatalf("%v in %q", err, buf.String())
	}
	delete(got, slog.TimeKey)
	want := map[string]any{"level": "WARN", "msg": "m", "logger": "a.b", "g": map[string]any{"k": 1.0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestNothingAskedForReturnsTheReceiver(t *testing.T) {
	h := level.NewHandler(slog.DiscardHandler, level.NewController(nil))
	for name, got := range map[string]slog.Handler{
		"WithName":  h.WithName(""),
		"WithGroup": h.WithGroup(""),
		"WithAttrs": h.WithAttrs(nil),
	} {
		if got != slog.Handler(h) {
			t.Errorf("%s with nothing does not return the receiver", name)
		}
	}
}

func TestOddNamesFromCodeAreKeptAsText(t *testing.T) {
	var buf bytes.Buffer
	c := level.NewController(nil)
	log := named(named(slog.New(level.NewHandler(jsonTo(&buf), c)), "my service"), "a=b,\n.")
	log.Info("m")
	want := `{"level":"INFO","msg":"m","logger":"my service.a=b,\n."}` + "\n"
	if diff := cmp.Diff(want, buf.String()); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestRecordBelowTheLevelIsPassedOnByHandle(t *testing.T) {
	var buf bytes.Buffer
	h := level.NewHandler(jsonTo(&buf), level.NewController(slog.LevelError))
	if err := h.Handle(context.Background(), slog.NewRecord(time.Time{}, slog.LevelDebug, "m", 0)); err != nil {
		t.Fatal(err)
	}
	if buf.Len() == 0 {
		t.Error("Handle dropped a record")
	}
}

// See lmittmann/tint#21: a level that was copied at construction stays what it was.
func TestEveryDerivedLoggerSeesALevelChangeAtOnce(t *testing.T) {
	var lv slog.LevelVar
	c := level.NewController(&lv)
	root := slog.New(level.NewHandler(slog.DiscardHandler, c))
	db := named(root, "db")
	loggers := map[string]*slog.Logger{
		"root":            root,
		"root with":       root.With("a", 1),
		"root group":      root.WithGroup("g"),
		"db":              db,
		"db with":         db.With("a", 1),
		"db group":        db.WithGroup("g").With("b", 2),
		"db.pool":         named(db.WithGroup("g"), "pool"),
		"http":            named(root, "http"),
		"named then With": named(root.With("a", 1), "db").WithGroup("g"),
	}
	isDB := func(name string) bool { return name[0] == 'd' || name[0] == 'n' }
	check := func(step string, enabled func(name string, l slog.Level) bool) {
		t.Helper()
		for name, log := range loggers {
			for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelError} {
				if got := log.Enabled(context.Background(), l); got != enabled(name, l) {
					t.Errorf("%s: %s enabled at %s: %v", step, name, l, got)
				}
			}
		}
	}
	check("at the start", func(_ string, l slog.Level) bool { return l >= slog.LevelInfo })
	lv.Set(slog.LevelDebug)
	check("root variable at DEBUG", func(string, slog.Level) bool { return true })
	lv.Set(slog.LevelError)
	check("root variable at ERROR", func(_ string, l slog.Level) bool { return l >= slog.LevelError })
	set(t, c, "db", slog.LevelDebug, 0)
	check("db at DEBUG", func(name string, l slog.Level) bool { return isDB(name) || l >= slog.LevelError })
	lv.Set(slog.LevelInfo)
	check("root variable under names", func(name string, l slog.Level) bool { return isDB(name) || l >= slog.LevelInfo })
	set(t, c, "", slog.LevelError, 0)
	check("root override", func(name string, l slog.Level) bool { return isDB(name) || l >= slog.LevelError })
	c.Reset("db")
	check("db reset", func(_ string, l slog.Level) bool { return l >= slog.LevelError })
	c.Reset("")
	check("root reset", func(_ string, l slog.Level) bool { return l >= slog.LevelInfo })
}

func TestLevelsChangeWhileLoggersRun(t *testing.T) {
	var lv slog.LevelVar
	c := level.NewController(&lv)
	log := named(slog.New(level.NewHandler(slog.DiscardHandler, c)), "db")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 500 {
				l := named(log.With("i", i), "pool")
				l.Info("m")
				l.WithGroup("g").Debug("m")
				log.Info("m")
			}
		})
	}
	for i := range 500 {
		lv.Set(slog.Level(i % 8))
		set(t, c, "db", slog.Level(i%8), time.Duration(i%3)*time.Hour)
		if i%5 == 0 {
			c.Reset("db")
		}
		// Nobody else changes levels: what was set is in force when Set returns.
		set(t, c, "db.pool", slog.LevelError, 0)
		if named(log, "pool").Enabled(context.Background(), slog.LevelInfo) {
			t.Fatal("a new logger does not see the level that was just set")
		}
		c.Reset("db.pool")
	}
	wg.Wait()
	c.Reset("db")
}

// nullSink is a chain.Handler that allocates nothing itself.
type nullSink struct{ top int }

func (s *nullSink) Enabled(context.Context, slog.Level) bool  { return true }
func (s *nullSink) Handle(context.Context, slog.Record) error { return nil }
func (s *nullSink) WithAttrs([]slog.Attr) slog.Handler        { return s }
func (s *nullSink) WithGroup(string) slog.Handler             { return s }
func (s *nullSink) HandleTop(_ context.Context, top []slog.Attr, _ slog.Record) error {
	s.top = len(top)
	return nil
}

func TestWrapUnwraps(t *testing.T) {
	sink := &nullSink{}
	found := false
	chain.Walk(level.Wrap(level.NewController(nil))(sink), func(h slog.Handler) bool {
		found = found || h == slog.Handler(sink)
		return true
	})
	if !found {
		t.Error("the next handler is not reached through Unwrap")
	}
}
