package filter

import (
	"context"
	"log/slog"
	"strings"
	"testing"

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
