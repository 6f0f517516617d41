package jsonlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// attrsLine returns the attributes of a line of ours, after the message.
func attrsLine(t *testing.T, opts jsonlog.Options, attrs ...slog.Attr) string {
	t.Helper()
	got := line(t, opts, nil, nil, record(slog.LevelInfo, "m", attrs...))
	rest, ok := strings.CutPrefix(got, `{"time":"2026-03-14T12:00:00.5Z","level":"INFO","msg":"m"`)
	if !ok {
		t.Fatalf("got %s", got)
	}
	return strings.TrimSuffix(rest, "}")
}

type bomb struct{}

func (bomb) Error() string { panic("in Error") }

type marshalBomb struct{}

func (marshalBomb) MarshalJSON() ([]byte, error) { panic("in MarshalJSON") }

type textBomb struct{}

func (textBomb) MarshalText() ([]byte, error) { panic("in MarshalText") }

type logBomb struct{}

func (logBomb) LogValue() slog.Value { panic("in LogValue") }

func TestPanicsCostTheirValue(t *testing.T) {
	before, after := slog.Int("before", 1), slog.Int("after", 2)
	for _, c := range []struct {
		value any
		want  string
	}{
		{bomb{}, `"!PANIC: in Error"`},
		{marshalBomb{}, `"!PANIC: in MarshalJSON"`},
		{textBomb{}, `"!PANIC: in MarshalText"`},
		{map[string]any{"b": textBomb{}}, `"!PANIC: in MarshalText"`},
		{logBomb{}, `"!PANIC: in LogValue"`},
		{[]error{errors.New("ok"), bomb{}}, `["ok","!PANIC: in Error"]`},
		{(*bomb)(nil), `"<nil>"`},
	} {
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
			got := attrsLine(t, jsonlog.Options{ReplaceAttr: replace}, before, slog.Any("v", c.value), slog.Group("g", slog.Any("v", c.value)), after)
			if want := `,"before":1,"v":` + c.want + `,"g":{"v":` + c.want + `},"after":2`; got != want {
				t.Errorf("%T:\n got %s\nwant %s", c.value, got, want)
			}
		}
	}
}

func TestReplaceAttrThatPanics(t *testing.T) {
	opts := jsonlog.Options{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "bad" || a.Key == slog.MessageKey {
			panic("no " + a.Key)
		}
		return a
	}}
	got := line(t, opts, nil, nil, record(slog.LevelInfo, "m", slog.Int("bad", 1), slog.Group("g", slog.Int("bad", 1), slog.Int("good", 2))))
	const want = `{"time":"2026-03-14T12:00:00.5Z","level":"INFO","msg":"!PANIC: no msg","bad":"!PANIC: no bad","g":{"bad":"!PANIC: no bad","good":2}}`
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestErrorsInContainersShowTheirText(t *testing.T) {
	err := errors.New("no \"way\"")
	deep := any(err)
	for range 50 {
		deep = []any{deep}
	}
	for _, c := range []struct {
		value any
		want  string
	}{
		{[]error{err, nil}, `["no \"way\"",null]`},
		{[]any{1, err, "s", nil, []any{err}}, `[1,"no \"way\"","s",null,["no \"way\""]]`},
		{[2]error{err, err}, `["no \"way\"","no \"way\""]`},
		{[][]error{{err}, nil}, `[["no \"way\""],null]`},
		{map[string]error{"b": err, "a": nil}, `{"a":null,"b":"no \"way\""}`},
		{map[int]any{2: err, 1: "x"}, `{"1":"x","2":"no \"way\""}`},
		{map[string]any{"m": map[string]any{"e": err}}, `{"m":{"e":"no \"way\""}}`},
		{[]error{jsonError{"own"}}, `[{"error":"own"}]`},
		{[]error{(*pointerError)(nil)}, `["<nil>"]`},
		{struct{ Err error }{err}, `{"Err":{}}`},
		{deep, strings.Repeat("[", 50) + `"no \"way\""` + strings.Repeat("]", 50)},
	} {
		if got := attrsLine(t, jsonlog.Options{}, slog.Any("v", c.value)); got != `,"v":`+c.want {
			t.Errorf("%#v:\n got %s\nwant %s", c.value, got, c.want)
		}
	}
}

func TestYearsThatRFC3339HasNot(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)).In(time.UTC), time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0),
	} {
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
			r := slog.NewRecord(at, slog.LevelInfo, "m", 0)
			r.AddAttrs(slog.Time("t", at), slog.Any("in", []any{1}))
			got := line(t, jsonlog.Options{ReplaceAttr: replace}, nil, nil, r)
			const yearError = `"!ERROR:time.Time year outside of range [0,9999]"`
			if want := `{"time":` + yearError + `,"level":"INFO","msg":"m","t":` + yearError + `,"in":[1]}`; got != want {
				t.Errorf("%v:\n got %s\nwant %s", at, got, want)
			}
		}
	}
}

// endless is a LogValuer whose group contains itself.
type endless struct{}

func (endless) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("a", endless{}), slog.Int("n", 1))
}

func TestValuesWithoutEnd(t *testing.T) {
	twice := []any{nil, nil, errors.New("x")}
	twice[0], twice[1] = twice, twice
	self := map[string]any{"e": errors.New("x")}
	self["self"], self["again"] = self, self
	type node struct{ Next *node }
	ring := &node{}
	ring.Next = ring
	for name, v := range map[string]any{"group": endless{}, "slice": twice, "map": self, "pointer": ring} {
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
			got := attrsLine(t, jsonlog.Options{ReplaceAttr: replace}, slog.Any("v", v), slog.Int("after", 1))
			if !strings.Contains(got, `"!ERROR:`) || !strings.HasSuffix(got, `,"after":1`) || len(got) > 10_000 {
				t.Errorf("%s: got %.200s", name, got)
			}
		}
	}
}

func TestDeepGroupsAreWritten(t *testing.T) {
	const depth = 10_000
	deep := slog.Int("n", 1)
	for range depth {
		deep = slog.Attr{Key: "g", Value: slog.GroupValue(deep)}
	}
	for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
		got := attrsLine(t, jsonlog.Options{ReplaceAttr: replace, Duplicates: jsonlog.KeepLast}, deep)
		want := "," + strings.Repeat(`"g":{`, depth) + `"n":1` + strings.Repeat("}", depth)
		if got != want {
			t.Errorf("got %d bytes, want %d", len(got), len(want))
		}
	}
}

// What log/slog's documentation and bug reports say, beside what the fuzz target compares.
func TestValuesAreAsSlogWritesThem(t *testing.T) {
	var at *time.Time
	var re *regexp.Regexp
	for _, c := range []struct {
		name  string
		attrs []slog.Attr
		want  string
	}{
		{"zero attribute", []slog.Attr{{}, slog.Int("k", 1)}, `,"k":1`},
		{"nil pointers", []slog.Attr{slog.Any("t", at), slog.Any("re", re), slog.Any("n", nil)}, `,"t":null,"re":null,"n":null`},
		{"numbers", []slog.Attr{
			slog.Float64("nan", math.NaN()), slog.Float64("inf", math.Inf(1)), slog.Int64("min", math.MinInt64), slog.Uint64("max", math.MaxUint64),
			slog.Float64("zero", math.Copysign(0, -1)), slog.Float64("e", 1e21), slog.Float64("small", 1e-7), slog.Int("none", 0),
		}, `,"nan":"!ERROR:json: unsupported value: NaN","inf":"!ERROR:json: unsupported value: +Inf","min":-9223372036854775808,` +
			`"max":18446744073709551615,"zero":-0,"e":1e+21,"small":1e-7,"none":0`},
		{"strings", []slog.Attr{slog.String("\x00", "\u2028\xff\x1b[31m"), slog.Any("list", []string{"\b\f", "<&>"}), slog.Any("none", []string(nil))},
			`,"\u0000":"\u2028\ufffd\u001b[31m","list":["\b\f","<&>"],"none":null`},
		{"levels", []slog.Attr{slog.Any("l", slog.LevelWarn+1), slog.Any("ls", []slog.Level{slog.LevelInfo})}, `,"l":"WARN+1","ls":["INFO"]`},
		{"empty groups", []slog.Attr{slog.Group("g"), slog.Group("", slog.Int("in", 1)), slog.Group("h", slog.Group("i"))}, `,"in":1`},
	} {
		var want bytes.Buffer
		h := slog.NewJSONHandler(&want, nil)
		if err := h.Handle(context.Background(), record(slog.LevelInfo, "m", c.attrs...)); err != nil {
			t.Fatal(err)
		}
		got := line(t, jsonlog.Options{}, nil, nil, record(slog.LevelInfo, "m", c.attrs...))
		if diff := cmp.Diff(strings.TrimSuffix(want.String(), "\n"), got); diff != "" {
			t.Errorf("%s (-slog +ours):\n%s", c.name, diff)
		}
		if got := attrsLine(t, jsonlog.Options{}, c.attrs...); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// slog emits invalid JSON behind a group that ReplaceAttr emptied; golang/go#62512 is about the group.
func TestGroupsThatReplaceAttrEmptied(t *testing.T) {
	opts := jsonlog.Options{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "a" || a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	for _, c := range []struct {
		name  string
		with  func(slog.Handler) slog.Handler
		attrs []slog.Attr
		want  string
	}{
		{"group", nil, []slog.Attr{slog.Group("g", slog.Int("a", 1)), slog.Int("b", 2)}, `,"b":2`},
		{"WithGroup", func(h slog.Handler) slog.Handler { return h.WithGroup("g") }, []slog.Attr{slog.Int("a", 1)}, ``},
		{"WithGroup and With", func(h slog.Handler) slog.Handler {
			return h.WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)})
		}, nil, ``},
		{"WithGroup, With and record", func(h slog.Handler) slog.Handler {
			return h.WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)})
		}, []slog.Attr{slog.Int("b", 2)}, `,"g":{"b":2}`},
		{"two groups", func(h slog.Handler) slog.Handler {
			return h.WithAttrs([]slog.Attr{slog.Int("k", 0)}).WithGroup("G").WithAttrs([]slog.Attr{slog.Int("c", 1)}).WithGroup("H")
		}, nil, `,"k":0,"G":{"c":1}`},
	} {
		got := line(t, opts, c.with, nil, record(slog.LevelInfo, "m", c.attrs...))
		if want := `{"level":"INFO","msg":"m"` + c.want + `}`; got != want || !json.Valid([]byte(got)) {
			t.Errorf("%s: got %s, want %s", c.name, got, want)
		}
	}
}
