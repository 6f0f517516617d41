package jsonlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// FuzzSameAsJSONHandler makes handlers and records out of the input, and compares what slog.JSONHandler
// and our handler write. Where slog's is no JSON, ours must be.
func FuzzSameAsJSONHandler(f *testing.F) {
	f.Add([]byte("a record"))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25})
	f.Add(bytes.Repeat([]byte{255, 3, 17, 99}, 40))
	f.Add(bytes.Repeat([]byte{7, 8, 200, 40, 1, 0, 12}, 60))
	f.Fuzz(func(t *testing.T, data []byte) {
		g := &generator{data: data}
		opts := g.options()
		var want, got bytes.Buffer
		slogs := slog.Handler(slog.NewJSONHandler(&want, &opts))
		ours := slog.Handler(jsonlog.NewHandler(&got, &jsonlog.Options{AddSource: opts.AddSource, Level: opts.Level, ReplaceAttr: opts.ReplaceAttr}))
		// Top-level attributes are those that slog's handler gets before the first group opens.
		top, given := g.attrs(0), false
		for range g.n(5) {
			if g.n(2) == 0 {
				name := g.text()
				if name != "" && !given {
					slogs, given = slogs.WithAttrs(top), true
				}
				slogs, ours = slog.New(slogs).WithGroup(name).Handler(), ours.WithGroup(name)
				continue
			}
			attrs := g.attrs(0)
			slogs, ours = slogs.WithAttrs(attrs), ours.WithAttrs(attrs)
		}
		if !given {
			slogs = slogs.WithAttrs(top)
		}
		r := g.record()
		if err := errors.Join(slogs.Handle(context.Background(), r), ours.(chain.Handler).HandleTop(context.Background(), top, r)); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(got.Bytes()) || bytes.Count(got.Bytes(), []byte{'\n'}) != 1 {
			t.Fatalf("not one line of JSON: %q", got.Bytes())
		}
		if !json.Valid(want.Bytes()) {
			return
		}
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Errorf("not what slog.JSONHandler writes (-slog +ours):\n%s", diff)
		}
	})
}

// generator makes values out of the bytes of a fuzz input. Without bytes it makes the first of each kind.
type generator struct {
	data  []byte
	nodes int
}

func (g *generator) n(limit int) int {
	if len(g.data) == 0 {
		return 0
	}
	b := g.data[0]
	g.data = g.data[1:]
	return int(b) % limit
}

func (g *generator) uint64() (x uint64) {
	for range 8 {
		x = x<<8 | uint64(g.n(256))
	}
	return x
}

func (g *generator) options() slog.HandlerOptions {
	var opts slog.HandlerOptions
	opts.AddSource = g.n(3) == 1
	switch g.n(5) {
	case 1:
		opts.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr { return a }
	case 2:
		opts.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr {
			switch {
			case a.Key == "":
				return slog.Attr{}
			case len(a.Key)%3 == 0:
				return slog.Any("k", asked{a.Value})
			case len(a.Key)%3 == 1:
				a.Key += "!"
			}
			return a
		}
	case 3:
		// slog goes on with the groups of a group that it elided. Ours does not, so this looks at none.
		opts.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr {
			switch len(a.Key) % 4 {
			case 1:
				return slog.Attr{}
			case 2:
				return slog.Group(a.Key, slog.String("was", a.Value.Kind().String()), slog.Attr{})
			default:
				return a
			}
		}
	case 4:
		opts.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr {
			switch v := a.Value.Any().(type) {
			case slog.Level:
				return slog.Int(a.Key, int(v))
			case time.Time:
				return slog.Any(a.Key, v)
			case error:
				return slog.Any(a.Key, asked{slog.GroupValue(slog.String("text", "an error"))})
			default:
				return a
			}
		}
	}
	return opts
}

func (g *generator) record() slog.Record {
	times := []time.Time{
		{}, time.Unix(1e9, 123456789), time.Unix(1e9, 120).UTC(), time.Unix(1e9, 0), time.Now(),
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.FixedZone("x", 14*3600)),
		time.Date(0, 1, 1, 0, 0, 0, 1, time.UTC), time.Unix(int64(g.uint64()%1e11), int64(g.n(250)*4000000)).UTC(),
	}
	var pc uintptr
	if g.n(3) > 0 {
		var pcs [1]uintptr
		runtime.Callers(1, pcs[:])
		pc = pcs[0]
	}
	r := slog.NewRecord(times[g.n(len(times))], slog.Level(int8(g.n(256))), g.text(), pc)
	if g.n(3) > 0 {
		r.Level = slog.Level(4*g.n(4) - 4)
	}
	r.AddAttrs(g.attrs(0)...)
	return r
}

func (g *generator) attrs(depth int) []slog.Attr {
	attrs := make([]slog.Attr, g.n(9))
	for i := range attrs {
		attrs[i] = g.attr(depth)
	}
	return attrs
}

func (g *generator) attr(depth int) slog.Attr {
	if g.nodes++; g.nodes > 200 {
		return slog.Int("n", g.nodes)
	}
	key := g.text()
	switch g.n(6) {
	case 0:
		return slog.String(key, g.text())
	case 1:
		return slog.Attr{Key: key, Value: g.plain()}
	case 2:
		return slog.Any(key, g.any())
	case 3:
		if depth < 6 {
			return slog.Attr{Key: key, Value: slog.GroupValue(g.attrs(depth + 1)...)}
		}
		return slog.Int(key, depth)
	case 4:
		return slog.Any(key, asked{g.attr(depth + 1).Value})
	default:
		return slog.Attr{}
	}
}

var texts = []string{
	"", "a", "key", "msg", "time", "level", "a longer text, all of it plain", "quo\"te", "back\\slash",
	"line\nbreak", "tab\tand\rreturn", "\x00\x01\x1b[31m", "\u2028\u2029", "ünï©ödé 世界", "\xff\xfe", "\xed\xa0\x80",
	"<html>&amp;</html>", "\x7f", "12345678", "1234567\"", "1234567890123456", "123456789012345\x1f", "abc\u00e9",
}

func (g *generator) text() string {
	if g.n(4) > 0 {
		return texts[g.n(len(texts))]
	}
	b := make([]byte, g.n(40))
	for i := range b {
		b[i] = byte(g.n(256))
	}
	return string(b)
}

func (g *generator) plain() slog.Value {
	switch g.n(8) {
	case 0:
		return slog.Int64Value(int64(g.uint64()))
	case 1:
		return slog.Uint64Value(g.uint64())
	case 2:
		return slog.Float64Value(math.Float64frombits(g.uint64()))
	case 3:
		floats := []float64{0, math.Copysign(0, -1), 1, 1e-6, 1e-7, 9.99e-7, 1e20, 1e21, 1e-10, 1e100, 1.5, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, 5e-324}
		return slog.Float64Value(floats[g.n(len(floats))])
	case 4:
		return slog.BoolValue(g.n(2) == 1)
	case 5:
		return slog.DurationValue(time.Duration(g.uint64()))
	case 6:
		return slog.TimeValue(time.Unix(int64(g.uint64()%2e11), int64(g.n(256))*3906250).UTC())
	default:
		return slog.TimeValue(time.Unix(int64(g.n(256))*1e7, int64(g.n(256))).Local())
	}
}

func (g *generator) any() any {
	var nilTime *time.Time
	var nilText *textMarshaler
	var nilErr *pointerError
	choices := []any{
		nil, nilTime, nilText, nilErr, errors.New(g.text()), fmt.Errorf("wrapped: %w", errors.New(g.text())),
		jsonError{g.text()}, &slog.Source{File: g.text(), Line: g.n(3)}, &slog.Source{}, (*slog.Source)(nil), slog.Level(g.n(256)),
		[]byte(g.text()), []string{g.text(), g.text()}, map[string]any{g.text(): g.n(3), g.text(): g.text()}, []any{1, g.text(), nil},
		struct {
			A string
			B *int `json:"b,omitempty"`
			c int
		}{A: g.text()}, json.RawMessage(`{"raw": [1, 2]}`), json.RawMessage(g.text()), json.Number("12"), textMarshaler(g.text()),
		make(chan int), func() {}, complex(1, 2), math.Inf(1), [2]float64{1, 2}, map[int]string{g.n(9): g.text()},
		reflect.ValueOf(3), time.UTC, time.Month(g.n(20)), asked{slog.StringValue(g.text())}, []slog.Attr{slog.Int("in", 1)},
		new(string), map[string]error{}, []error{nil}, []string(nil), []string{}, []int{g.n(9), -1}, []float64{0.5, 1e30},
		map[string][]string{g.text(): {g.text()}}, time.Unix(int64(g.n(256)), 5).UTC(), time.Duration(g.n(256)), int8(g.n(256)), float32(0.1),
		[]any{[]string{g.text()}, map[string]any{}, 1.5, true}, &[]string{g.text()}, namedStrings{g.text()}, errors.Join(errors.New(g.text()), nil), [][]any{{g.n(5)}}, struct{ Err error }{errors.New("in a struct")},
	}
	return choices[g.n(len(choices))]
}

type namedStrings []string

// asked is a LogValuer.
type asked struct{ v slog.Value }

func (a asked) LogValue() slog.Value { return a.v }

type textMarshaler string

func (m *textMarshaler) String() string              { return string(*m) }
func (m textMarshaler) MarshalText() ([]byte, error) { return []byte(m), nil }

type pointerError struct{ text string }

func (e *pointerError) Error() string { return e.text }

type jsonError struct{ text string }

func (e jsonError) Error() string { return e.text }
func (e jsonError) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"error": e.text})
}
