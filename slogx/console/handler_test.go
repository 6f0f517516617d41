package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/console"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

var at = time.Date(2026, 3, 4, 15, 4, 5, 6_700_000, time.UTC)

func env(kv ...string) func(string) (string, bool) {
	return func(key string) (string, bool) {
		for i := 0; i < len(kv); i += 2 {
			if kv[i] == key {
				return kv[i+1], true
			}
		}
		return "", false
	}
}

// timeless leaves out the time.
func timeless(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// line returns what a handler writes for one record without a time.
func line(opts *console.Options, derive func(slog.Handler) slog.Handler, level slog.Level, msg string, attrs ...slog.Attr) string {
	var buf bytes.Buffer
	var h slog.Handler = console.NewHandler(&buf, opts)
	if derive != nil {
		h = derive(h)
	}
	r := slog.NewRecord(time.Time{}, level, msg, 0)
	r.AddAttrs(attrs...)
	if err := h.Handle(context.Background(), r); err != nil {
		return err.Error()
	}
	return buf.String()
}

func TestConformance(t *testing.T) {
	slogxtest.RunSink(t, func(w io.Writer) slog.Handler { return console.NewHandler(w, nil) }, parse)
}

func TestLine(t *testing.T) {
	var buf bytes.Buffer
	h := console.NewHandler(&buf, &console.Options{AddSource: true})
	pc, _, no, _ := runtime.Caller(0)
	r := slog.NewRecord(at, slog.LevelWarn+1, "order placed", pc)
	r.AddAttrs(slog.String("id", "A 7"), slog.Group("g", slog.Duration("took", 1250*time.Millisecond), slog.Time("at", at)))
	err := h.WithAttrs([]slog.Attr{slog.String("logger", "shop.orders"), slog.Int("n", 1)}).Handle(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("15:04:05.006 WARN+1  console/handler_test.go:%d [shop.orders] order placed n=1 id=\"A 7\" g.took=1.25s g.at=2026-03-04T15:04:05.006Z\n", no)
	if diff := cmp.Diff(want, buf.String()); diff != "" {
		t.Error(diff)
	}
}

type secret struct{ Token string }

func (secret) LogValue() slog.Value { return slog.StringValue("hidden") }

type panics struct{}

func (panics) Error() string { panic("no\x1b[2Jtext") }

type node struct {
	Name string
	Next *node
}

type hidden struct{ password string }

type named string

func TestValues(t *testing.T) {
	cycle := &node{Name: "a"}
	cycle.Next = cycle
	self := map[string]any{}
	self["self"] = self
	u, err := url.Parse("http://example.com/?a=1")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"text", "plain/text:1", `plain/text:1`},
		{"text with spaces", `a "b" c=1`, `"a \"b\" c=1"`},
		{"backslash", `C:\dir`, `C:\dir`},
		{"empty text", "", `""`},
		{"umlaut", "Grüße", `Grüße`},
		{"named string", named("a b"), `"a b"`},
		{"integer", -7, `-7`},
		{"unsigned", uint64(math.MaxUint64), `18446744073709551615`},
		{"float", 1e6, `1000000`},
		{"tiny float", 1e-9, `1e-09`},
		{"NaN", math.NaN(), `NaN`},
		{"infinite", math.Inf(-1), `-Inf`},
		{"bool", true, `true`},
		{"nil", nil, `<nil>`},
		{"nil time", (*time.Time)(nil), `<nil>`},
		{"nil regexp", (*regexp.Regexp)(nil), `<nil>`},
		{"nil error", (*url.Error)(nil), `<nil>`},
		{"time behind a pointer", &at, `2026-03-04T15:04:05.006Z`},
		{"duration", 1250 * time.Millisecond, `1.25s`},
		{"error", errors.New("not found"), `"not found"`},
		{"panicking error", panics{}, `"!PANIC: no\x1b[2Jtext"`},
		{"URL", u, `"http://example.com/?a=1"`},
		{"bytes that are text", []byte("abc"), `abc`},
		{"bytes that are none", []byte{0, 255}, `0x00ff`},
		{"struct", struct {
			ID   int
			Name string
			Skip string `json:"-"`
			At   time.Time
		}{7, "x y", "s", at}, `{ID:7 Name:"x y" At:2026-03-04T15:04:05.006Z}`},
		{"pointer", &node{Name: "n"}, `&{Name:n Next:<nil>}`},
		{"nothing exported", hidden{"pw"}, `<console_test.hidden>`},
		{"slice", []any{1, "a", "b c", "d]", nil, errors.New("e f")}, `[1 a "b c" "d]" <nil> "e f"]`},
		{"map", map[string]int{"b": 2, "a": 1}, `{a:1 b:2}`},
		{"LogValuer in a slice", []secret{{"pw"}}, `[hidden]`},
		{"panic in a slice", []any{1, panics{}, 3}, `[1 "!PANIC: no\x1b[2Jtext" 3]`},
		{"pointer cycle", cycle, `&{Name:a Next:<cycle>}`},
		{"map cycle", self, `{self:<cycle>}`},
		{"func", func() {}, `<func()>`},
		{"level", slog.LevelInfo, `INFO`},
		{"source", &slog.Source{File: "/a/b/c.go", Line: 3}, `b/c.go:3`},
		{"source on Windows", &slog.Source{File: `C:\a\b\c.go`, Line: 3}, `b/c.go:3`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := line(nil, nil, slog.LevelInfo, "m", slog.Any("k", tt.value), slog.Int("z", 1))
			if diff := cmp.Diff("INFO    m k="+tt.want+" z=1\n", got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompositeValuesAreBounded(t *testing.T) {
	deep := any("leaf")
	for range 10_000 {
		deep = []any{deep}
	}
	wide := make([]int, 1_000_000)
	big := map[int]string{}
	for i := range 5000 {
		big[i] = strings.Repeat("x", 1000)
	}
	for name, v := range map[string]any{"deep": deep, "wide": wide, "big": big, "long": []string{strings.Repeat("ä", 1<<20)}} {
		got := line(nil, nil, slog.LevelInfo, "m", slog.Any("k", v), slog.Int("z", 1))
		if len(got) > 40<<10 || !strings.Contains(got, "…") || !strings.HasSuffix(got, " z=1\n") {
			t.Errorf("%s: %d bytes: %.100q", name, len(got), got)
		}
	}
}

func TestGroupsAndAttributesOfTheLogger(t *testing.T) {
	derive := func(h slog.Handler) slog.Handler {
		return h.WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g").
			WithAttrs([]slog.Attr{slog.Int("b", 2), {}}).WithGroup("h h").WithAttrs([]slog.Attr{slog.Group("empty")})
	}
	got := line(nil, derive, slog.LevelInfo, "m", slog.Int("c", 3), slog.Group("i", slog.Int("d", 4), slog.Group("no")), slog.Group("", slog.Int("e", 5)))
	want := `INFO    m a=1 g.b=2 "g.h h.c"=3 "g.h h.i.d"=4 "g.h h.e"=5` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	h := console.NewHandler(io.Discard, nil)
	if h.WithGroup("") != slog.Handler(h) || h.WithAttrs(nil) != slog.Handler(h) {
		t.Error("WithGroup of no name or WithAttrs of nothing made a new handler")
	}
}

func TestTopLevelAttributesComeLast(t *testing.T) {
	var buf bytes.Buffer
	h := chain.Adapt(console.NewHandler(&buf, nil).WithAttrs([]slog.Attr{slog.Int("a", 1)}).
		WithGroup("g").WithAttrs([]slog.Attr{slog.Int("b", 2)}).WithGroup("h"))
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.Int("c", 3), slog.String("logger", "of the group"))
	top := []slog.Attr{slog.String("trace_id", "t1"), slog.String("logger", "db")}
	for range 2 {
		if err := h.HandleTop(context.Background(), top, r); err != nil {
			t.Fatal(err)
		}
	}
	want := "INFO    [db] m a=1 g.b=2 g.h.c=3 g.h.logger=\"of the group\" trace_id=t1\n"
	if diff := cmp.Diff(want+want, buf.String()); diff != "" {
		t.Error(diff)
	}
}

func TestSiblingsDoNotShareMemory(t *testing.T) {
	for n := range 65 {
		var buf bytes.Buffer
		base := slog.New(console.NewHandler(&buf, &console.Options{ReplaceAttr: timeless})).With("pad", strings.Repeat("p", n))
		first := base.With("who", "AAA").WithGroup("g1").With("x", "1\n2")
		_ = base.With("who", "BBB").WithGroup("g2").With("x", "3\n4")
		first.Info("m", "k", 1)
		if got := buf.String(); !strings.Contains(got, " who=AAA g1.k=1\n") || strings.Contains(got, "BBB") || !strings.Contains(got, "  2\n") {
			t.Fatalf("pad %d: %q", n, got)
		}
	}
}

func TestSeveralLinesAreIndented(t *testing.T) {
	tree := fmt.Errorf("save: %w", errors.Join(errors.New("disk full"), fmt.Errorf("retry: %w and %w", errors.New("one"), errors.New("two\nlines"))))
	got := line(nil, nil, slog.LevelError, "boom",
		slog.Any("err", tree),
		slog.Group("exception", slog.String("stacktrace", "main.main()\n\tmain.go:7\n")),
		slog.Any("pair", fmt.Errorf("%w, %w", errors.New("a"), errors.New("b"))),
		slog.String("one", "line\n"),
		slog.String("bad", "x\ny\x1b[2J"),
		slog.Int("n", 1))
	want := `ERROR   boom pair="a, b" one="line\n" bad="x\ny\x1b[2J" n=1
    │ err:
    │   save
    │   - disk full
    │   - retry: one and two
    │     lines
    │     - one
    │     - two
    │       lines
    │ exception.stacktrace:
    │   main.main()
    │       main.go:7
    │ pair:
    │   - a
    │   - b
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = line(&console.Options{SingleLine: true}, nil, slog.LevelInfo, "m", slog.String("s", "a\nb"), slog.Any("err", tree))
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, `s="a\nb" err="save: disk full\nretry`) {
		t.Errorf("SingleLine: %q", got)
	}
}

type endless struct{}

func (endless) Error() string   { return "endless" }
func (endless) Unwrap() []error { return []error{endless{}, endless{}} }

func TestEndlessErrorTreeIsCut(t *testing.T) {
	got := line(nil, nil, slog.LevelInfo, "m", slog.Any("err", endless{}))
	if n := strings.Count(got, "\n"); n < 50 || n > 250 || !strings.Contains(got, "…") {
		t.Errorf("%d lines", n)
	}
}

func TestNothingForgesALineOrReachesTheTerminal(t *testing.T) {
	for _, evil := range []string{
		"a\nb\x1b[31mX", "x\x0ay\x1b[2J", "n\nl", "\r", "\x7f", "\u0085", "\u009b31m", "\u2028", "\u2029", "\u202e", "\u2066", "\xff", "\x00", "\a\b",
	} {
		for _, color := range []console.Color{console.Never, console.Always} {
			opts := &console.Options{Color: color, TimeFormat: "MST"}
			var buf bytes.Buffer
			r := slog.NewRecord(at.In(time.FixedZone(evil, 0)), slog.LevelInfo, evil, 0)
			r.AddAttrs(slog.String(evil, evil+"\x1b"), slog.Group(evil, slog.Any("k", []any{evil, map[string]string{evil: evil}})),
				slog.Any("s", &slog.Source{File: evil, Line: 1}), slog.Any("err", errors.Join(errors.New(evil), errors.New(evil+"\x1b"))))
			h := console.NewHandler(&buf, opts).WithAttrs([]slog.Attr{slog.String("logger", evil)}).WithGroup(evil)
			if err := h.Handle(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			out := buf.Bytes()
			if color == console.Always {
				out = regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAll(out, nil)
			}
			checkSafe(t, out)
		}
	}
	got := line(nil, nil, slog.LevelInfo, "a\nb\x1b[31mX", slog.String("v", "x\x0ay\x1b[2J"), slog.Int("n\nl", 1))
	if diff := cmp.Diff(`INFO    "a\nb\x1b[31mX" v="x\ny\x1b[2J" "n\nl"=1`+"\n", got); diff != "" {
		t.Error(diff)
	}
}

// checkSafe fails if out has anything that a terminal could obey, but for newlines.
func checkSafe(t *testing.T, out []byte) {
	t.Helper()
	for i, r := range string(out) {
		switch {
		case r == '\n':
		case r < ' ', r >= 0x7f && r <= 0x9f, r == '\u2028', r == '\u2029', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069',
			r == '\u061c', r == '\u200e', r == '\u200f':
			t.Fatalf("%U at %d of %q", r, i, out)
		case r == '\ufffd' && !bytes.HasPrefix(out[i:], []byte("\ufffd")):
			t.Fatalf("invalid UTF-8 at %d of %q", i, out)
		}
	}
}

func TestColor(t *testing.T) {
	tests := []struct {
		name  string
		color console.Color
		env   []string
		want  bool
	}{
		{"no terminal", console.Auto, nil, false},
		{"forced", console.Auto, []string{"FORCE_COLOR", "1", "TERM", "dumb"}, true},
		{"forced by nothing", console.Auto, []string{"FORCE_COLOR", ""}, false},
		{"forced by 0", console.Auto, []string{"FORCE_COLOR", "0"}, false},
		{"NO_COLOR wins", console.Auto, []string{"FORCE_COLOR", "1", "NO_COLOR", "1"}, false},
		{"empty NO_COLOR", console.Auto, []string{"FORCE_COLOR", "1", "NO_COLOR", ""}, true},
		{"always", console.Always, []string{"NO_COLOR", "1"}, true},
		{"never", console.Never, []string{"FORCE_COLOR", "1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := line(&console.Options{Color: tt.color, Lookup: env(tt.env...)}, nil, slog.LevelInfo, "m")
			if strings.Contains(got, "\x1b[") != tt.want {
				t.Errorf("%q", got)
			}
		})
	}
	got := line(&console.Options{Color: console.Always}, nil, slog.LevelError, "m", slog.Any("err", errors.New("bad")), slog.Int("n", 1))
	want := "\x1b[1;31mERROR\x1b[0m   \x1b[1mm\x1b[0m \x1b[2merr=\x1b[0m\x1b[31mbad\x1b[0m \x1b[2mn=\x1b[0m1\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var c console.Color
	if err := c.UnmarshalText([]byte("Always")); err != nil || c != console.Always {
		t.Errorf("UnmarshalText: %v, %v", c, err)
	}
	if err := c.UnmarshalText([]byte("blue")); err == nil {
		t.Error("blue is a setting")
	}
}

func TestLevelsAsSlogPrintsThem(t *testing.T) {
	for l := slog.Level(-20); l < 20; l++ {
		got := line(&console.Options{Level: slog.Level(-100)}, nil, l, "m")
		if want := fmt.Sprintf("%-7s m\n", l.String()); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	lv := new(slog.LevelVar)
	child := console.NewHandler(io.Discard, &console.Options{Level: lv}).WithGroup("g")
	lv.Set(slog.LevelDebug)
	if !child.Enabled(context.Background(), slog.LevelDebug) {
		t.Error("a level that changed is not seen")
	}
}

func TestReplacedBuiltins(t *testing.T) {
	replace := func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.LevelKey:
			return slog.String("severity", "NOTICE")
		case slog.MessageKey:
			return slog.Any("message", errors.New("a\nb"))
		case "drop":
			return slog.Attr{}
		case "boom":
			panic("no")
		}
		return a
	}
	got := line(&console.Options{ReplaceAttr: replace}, nil, slog.LevelInfo, "m", slog.Int("drop", 1), slog.Int("boom", 1),
		slog.Group("g", slog.Int("drop", 1)), slog.Int("n", 1))
	if diff := cmp.Diff("NOTICE  \"a\\nb\" boom=\"!PANIC: no\" n=1\n", got); diff != "" {
		t.Error(diff)
	}
}

type ouroboros struct{ twice bool }

func (o ouroboros) LogValue() slog.Value {
	if o.twice {
		return slog.GroupValue(slog.Any("a", o), slog.Any("b", o))
	}
	return slog.GroupValue(slog.Any("a", o))
}

func TestLargeAndEndlessRecords(t *testing.T) {
	many := make([]slog.Attr, 100_000)
	for i := range many {
		many[i] = slog.Int("k", i)
	}
	nested := slog.Int("leaf", 1)
	for range 10_000 {
		nested = slog.Group("g", nested)
	}
	loop := make([]slog.Attr, 1)
	loop[0] = slog.Attr{Key: "l", Value: slog.GroupValue(loop...)}
	huge := strings.Repeat("é", 5<<20)
	for name, attrs := range map[string][]slog.Attr{
		"many": many, "nested": {nested}, "huge": {slog.String("s", huge)}, "loop": loop,
		"endless": {slog.Any("e", ouroboros{})}, "endless twice": {slog.Any("e", ouroboros{true})},
	} {
		got := line(nil, nil, slog.LevelInfo, "m", append(attrs, slog.Int("z", 1))...)
		want := map[string]string{"many": " k=99999 ", "nested": ".g.leaf=1 ", "huge": " s=" + huge + " ", "loop": "too deep", "endless": "too deep", "endless twice": "too deep"}[name]
		if !strings.HasSuffix(got, " z=1\n") || !strings.Contains(got, want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: %d bytes: %.100q", name, len(got), got)
		}
	}
}
