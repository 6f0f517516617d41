package filter

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestConformance(t *testing.T) { slogxtest.Run(t, Wrap(nil)) }

func TestDeny(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule Rule
		log  func(*slog.Logger)
		drop bool
	}{
		{"any", Rule{}, func(l *slog.Logger) { l.Info("m") }, true},
		{"level", Rule{MaxLevel: slog.LevelInfo}, func(l *slog.Logger) { l.Info("m") }, true},
		{"other level", Rule{MaxLevel: slog.LevelInfo}, func(l *slog.Logger) { l.Warn("m") }, false},
		{"logger", Rule{Loggers: []string{"a", "db"}}, func(l *slog.Logger) { l.With("logger", "db.pool").WithGroup("g").Info("m") }, true},
		{"other logger", Rule{Loggers: []string{"db"}}, func(l *slog.Logger) { l.Info("m", "logger", "dbx") }, false},
		{"prefix", Rule{Messages: []string{"GET *"}}, func(l *slog.Logger) { l.Info("GET /") }, true},
		{"regexp", Rule{Messages: []string{"~^GET$"}}, func(l *slog.Logger) { l.Info("GET /") }, false},
		{"both", Rule{Messages: []string{"m"}, Attrs: []string{"a"}}, func(l *slog.Logger) { l.Info("m") }, false},
		{"key", Rule{Attrs: []string{"b", "a"}}, func(l *slog.Logger) { l.Info("m", "a", 1) }, true},
		{"value", Rule{Attrs: []string{"a=1"}}, func(l *slog.Logger) { l.Info("m", "a", 1) }, true},
		{"other value", Rule{Attrs: []string{"a=1"}}, func(l *slog.Logger) { l.Info("m", "a", 2) }, false},
		{"in a group", Rule{Attrs: []string{"g.h.a=1"}}, func(l *slog.Logger) { l.WithGroup("g").Info("m", slog.Group("h", "a", 1)) }, true},
		{"in With", Rule{Attrs: []string{"g.a=1"}}, func(l *slog.Logger) { l.WithGroup("g").With("a", 1).WithGroup("h").Info("m") }, true},
		{"beside the group", Rule{Attrs: []string{"a"}}, func(l *slog.Logger) { l.WithGroup("g").Info("m", "a", 1) }, false},
		{"dotted key", Rule{Attrs: []string{"http.route=/a*"}}, func(l *slog.Logger) { l.Info("m", "http.route", "/ab") }, true},
		{"inlined group", Rule{Attrs: []string{"a"}}, func(l *slog.Logger) { l.Info("m", slog.Group("", "a", 1)) }, true},
		{"a value that panics", Rule{Attrs: []string{"a=x"}}, func(l *slog.Logger) { l.Info("m", "a", bad{}) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, mode := range []Mode{PassUnnamed, DropUnnamed} { // the same rule denies, or allows
				rec := slogxtest.NewRecorder(t)
				opts := &Options{Mode: mode, Deny: []Rule{tt.rule}}
				want := tt.drop
				if mode == DropUnnamed {
					opts.Allow, opts.Deny = opts.Deny, nil
					want = !want
				}
				h := NewHandler(rec, opts)
				tt.log(slog.New(h))
				if got := h.Dropped() == 1; got != want || int(h.Dropped())+len(rec.Records()) != 1 {
					t.Errorf("mode %d: dropped %d, passed %d", mode, h.Dropped(), len(rec.Records()))
				}
			}
		})
	}
}

func TestALogValuerIsAskedOnce(t *testing.T) {
	rules := []Rule{{Attrs: []string{"user.id=1"}}, {Attrs: []string{"user.id=2"}}, {Attrs: []string{"user.name=x"}}, {Attrs: []string{"user"}, Loggers: []string{"none"}}, {Attrs: []string{"id=3", "id=4"}}}
	for _, tt := range []struct {
		name string
		log  func(l *slog.Logger, id, user, other slog.LogValuer)
		want [3]int // how often each is asked
	}{
		{"record", func(l *slog.Logger, id, user, other slog.LogValuer) {
			l.Info("m", "id", id, "user", user, "other", other)
		}, [3]int{1, 1, 0}},
		{"group", func(l *slog.Logger, _, user, other slog.LogValuer) {
			l.Info("m", slog.Group("", "user", user, "other", other))
		}, [3]int{0, 1, 0}},
		{"nested", func(l *slog.Logger, id, _, other slog.LogValuer) {
			l.Info("m", slog.Group("user", "id", id, "other", other))
		}, [3]int{1, 0, 0}},
		{"With", func(l *slog.Logger, id, user, other slog.LogValuer) {
			l = l.With("id", id, "user", user, "other", other)
			l.Info("m")
			l.Info("m")
		}, [3]int{1, 1, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got [3]int
			ask := func(i int, v slog.Value) slog.LogValuer {
				return valuer(func() slog.Value {
					got[i]++
					return v
				})
			}
			h := NewHandler(slog.DiscardHandler, &Options{Deny: rules})
			tt.log(slog.New(on{h}), ask(0, slog.IntValue(9)), ask(1, slog.GroupValue(slog.Int("id", 9), slog.String("name", "y"))), ask(2, slog.IntValue(9)))
			if got != tt.want || h.Dropped() != 0 {
				t.Errorf("asked %v times, want %v; %d dropped", got, tt.want, h.Dropped())
			}
		})
	}
}

type valuer func() slog.Value

func (v valuer) LogValue() slog.Value { return v() }

// on is enabled for all records.
type on struct{ slog.Handler }

func (on) Enabled(context.Context, slog.Level) bool { return true }

func (o on) WithAttrs(attrs []slog.Attr) slog.Handler { return on{o.Handler.WithAttrs(attrs)} }

func TestTheCallersGroupsAreNotChanged(t *testing.T) {
	inner := []slog.Attr{slog.Any("id", valuer(func() slog.Value { return slog.IntValue(1) }))}
	h := NewHandler(slog.DiscardHandler, &Options{Deny: []Rule{{Attrs: []string{"user.id=2"}}}})
	top := []slog.Attr{{Key: "user", Value: slog.GroupValue(inner...)}}
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	r.AddAttrs(top...)
	if err := h.HandleTop(t.Context(), top, r); err != nil {
		t.Fatal(err)
	}
	h.WithAttrs(top)
	if inner[0].Value.Kind() != slog.KindLogValuer || top[0].Value.Group()[0].Value.Kind() != slog.KindLogValuer {
		t.Error("a LogValuer of the caller's was replaced")
	}
}

func TestAGroupThatContainsItself(t *testing.T) {
	var self valuer
	self = func() slog.Value { return slog.GroupValue(slog.Any("", self)) }
	h := NewHandler(slog.DiscardHandler, &Options{Deny: []Rule{{Attrs: []string{"a.b=1"}}}})
	slog.New(on{h}).With("", self).Info("m", "", self)
	if h.Dropped() != 0 {
		t.Error("dropped")
	}
}

func TestConcurrentUse(t *testing.T) {
	const goroutines, each = 8, 1000
	rec := slogxtest.NewRecorder(t)
	h := NewHandler(rec, &Options{
		Deny: []Rule{{Attrs: []string{"g.i=1*", "user.id=7"}}, {Loggers: []string{"db"}, Messages: []string{"~^q"}}},
		Func: func(_ context.Context, r slog.Record) bool { return r.Level != slog.LevelWarn },
	})
	base := slog.New(h).With("logger", "db")
	user := valuer(func() slog.Value { return slog.GroupValue(slog.Int("id", 8)) })
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			l := base.With("user", user).WithGroup("g")
			for i := range each {
				switch i % 4 {
				case 0:
					l.Info("passes", "i", 2, "user", user)
				case 1:
					l.Info("m", "i", 10+i%10)
				case 2:
					l.Info("query")
				case 3:
					l.Warn("m")
				}
			}
		})
	}
	wg.Wait()
	passed := len(rec.Records())
	if dropped := int(h.Dropped()); passed != goroutines*each/4 || passed+dropped != goroutines*each {
		t.Errorf("%d passed, %d dropped of %d", passed, dropped, goroutines*each)
	}
}

type bad struct{}

func (bad) String() string { panic("boom") }

func TestTopAttributesAreSeenUnderGroups(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	h := NewHandler(rec, &Options{Deny: []Rule{{Attrs: []string{"tenant=x"}}, {Loggers: []string{"db"}}}})
	for _, a := range []slog.Attr{slog.String("tenant", "x"), slog.String("logger", "db"), slog.String("tenant", "y")} {
		if err := h.WithGroup("g").(*Handler).HandleTop(t.Context(), []slog.Attr{a}, slog.Record{}); err != nil {
			t.Fatal(err)
		}
	}
	if h.Dropped() != 2 || len(rec.Records()) != 1 {
		t.Errorf("dropped %d, passed %d", h.Dropped(), len(rec.Records()))
	}
}

func TestFunc(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	var reported error
	h := NewHandler(rec, &Options{
		OnError: func(err error) { reported = err },
		Func: func(_ context.Context, r slog.Record) bool {
			if r.Message == "panic" {
				panic("boom")
			}
			return r.Message != "drop"
		},
	})
	for _, msg := range []string{"panic", "drop", "pass"} {
		slog.New(h).Info(msg)
	}
	if h.Dropped() != 1 || len(rec.Records()) != 2 || reported == nil || !strings.Contains(reported.Error(), "boom") {
		t.Errorf("dropped %d, passed %d, reported %v", h.Dropped(), len(rec.Records()), reported)
	}
}

func TestFaultyOptions(t *testing.T) {
	for _, opts := range []*Options{
		{Mode: 7},
		{Mode: DropUnnamed, Allow: []Rule{{Messages: []string{"~("}}}},
		{Deny: []Rule{{Messages: []string{`a\`}}}},
		{Deny: []Rule{{Attrs: []string{"=x"}}}},
		{Deny: []Rule{{Attrs: []string{"a=~("}}}},
		{Deny: []Rule{{MinLevel: slog.LevelWarn, MaxLevel: slog.LevelInfo}}},
	} {
		if err := opts.Validate(); err == nil || !strings.HasPrefix(err.Error(), "set up filter: ") {
			t.Errorf("%+v: error %v", opts, err)
		}
		opts.OnError = func(error) {}
		rec := slogxtest.NewRecorder(t)
		slog.New(NewHandler(rec, opts)).Info("m")
		if len(rec.Records()) != 1 {
			t.Errorf("%+v: the record was dropped", opts)
		}
	}
	if err := (*Options)(nil).Validate(); err != nil {
		t.Error(err)
	}
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		glob, s string
		want    bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"a*", "abc", true},
		{"*c", "abcbc", true},
		{"a*b*c", "axxbxxc", true},
		{"a*b*c", "axxcxxb", false},
		{"?", "é", true},
		{"?", "", false},
		{`\*`, "*", true},
		{`\*`, "a", false},
	} {
		p, err := parsePattern(tt.glob)
		if err != nil || p.match(tt.s) != tt.want {
			t.Errorf("%q with %q: error %v, want %t", tt.glob, tt.s, err, tt.want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("a*b?", "axxbc")
	f.Add(`~^a\*`, "a*")
	escape := strings.NewReplacer(`*`, `\*`, `?`, `\?`, `\`, `\\`, `~`, `\~`)
	f.Fuzz(func(t *testing.T, glob, s string) {
		if p, err := parsePattern(glob); err == nil {
			p.match(s)
		}
		for _, literal := range []string{escape.Replace(s), "*" + escape.Replace(s), escape.Replace(s) + "*"} {
			if p, err := parsePattern(literal); err != nil || !p.match(s) {
				t.Errorf("pattern %q does not match %q: error %v", literal, s, err)
			}
		}
	})
}
