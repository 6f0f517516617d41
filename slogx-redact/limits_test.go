package slogxredact

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// node is a list without end, or as long as one likes.
type node struct {
	Next  *node
	Value string
}

func chainOf(n int) *node {
	var list *node
	for range n {
		list = &node{list, plain}
	}
	return list
}

func groupsOf(n int, inner slog.Attr) slog.Attr {
	for range n {
		inner = slog.Attr{Key: "g", Value: slog.GroupValue(inner)}
	}
	return inner
}

// endless are values that contain themselves.
func endless() map[string]any {
	m := map[string]any{"v": plain}
	m["m"] = m
	l := []any{plain, nil}
	l[1] = l
	p := &node{Value: plain}
	p.Next = p
	return map[string]any{"map": m, "slice": l, "pointer": p}
}

type again struct{}

func (a again) LogValue() slog.Value { return slog.AnyValue(a) }

type deeper struct{}

func (deeper) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("d", deeper{}))
}

func TestValuesBeyondABoundAreMaskedWhole(t *testing.T) {
	long := strings.Repeat("a", 200) + plain
	for _, tt := range []struct {
		name string
		opts Options
		attr slog.Attr
	}{
		{"groups too deep", Options{}, groupsOf(100, slog.String("k", plain))},
		{"maps too deep", Options{MaxDepth: 5}, slog.Any("m", map[string]any{"a": map[string]any{"a": map[string]any{"a": map[string]any{"a": plain}}}})},
		{"pointers too deep", Options{}, slog.Any("p", chainOf(100))},
		{"JSON too deep", Options{}, slog.Any("r", json.RawMessage(strings.Repeat(`[`, 100)+`"`+plain+`"`+strings.Repeat(`]`, 100)))},
		{"JSON text too deep", Options{}, slog.String("r", strings.Repeat(`{"a":`, 100)+`"`+plain+`"`+strings.Repeat(`}`, 100))},
		{"JSON far too deep", Options{}, slog.String("r", strings.Repeat(`[`, 9_000)+`"`+plain+`"`+strings.Repeat(`]`, 9_000))},
		{"map in itself", Options{}, slog.Any("m", endless()["map"])},
		{"slice in itself", Options{}, slog.Any("l", endless()["slice"])},
		{"pointer to itself", Options{}, slog.Any("p", endless()["pointer"])},
		{"LogValuer of itself in a group", Options{}, slog.Any("v", deeper{})},
		{"too many attributes", Options{MaxNodes: 3}, slog.Group("g", "a", 1, "b", 2, "c", 3, "d", plain)},
		{"too many elements", Options{MaxNodes: 100}, slog.Any("l", append(make([]string, 100), plain))},
		{"too many members", Options{MaxNodes: 10}, slog.Any("r", json.RawMessage(`{"a":[1,2,3,4,5,6,7,8,9,10,"`+plain+`"]}`))},
		{"text too long", Options{MaxBytes: 100}, slog.String("s", long)},
		{"bytes too long", Options{MaxBytes: 100}, slog.Any("b", []byte(long))},
		{"error too long", Options{MaxBytes: 100}, slog.Any("e", errors.New(long))},
		{"texts too long together", Options{MaxBytes: 100}, slog.Any("l", []string{strings.Repeat("a", 60), strings.Repeat("b", 60), plain})},
		{"errors too deep", Options{}, slog.Any("e", wrapped(100, errors.New(plain)))},
		{"too many errors", Options{}, slog.Any("e", errors.Join(append(make([]error, 0), manyErrors(300)...)...))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, s := range sinks {
				h := Wrap(&tt.opts)
				out := output(t, h, s, func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Int("before", 1), tt.attr)) })
				if strings.Contains(out, plain) || !strings.Contains(out, masked) || !strings.Contains(out, "before") {
					t.Errorf("%s: %.300s", s.name, out)
				}
			}
			h := NewHandler(discard{slog.DiscardHandler}, &tt.opts)
			_ = h.Handle(ctx, record(tt.attr))
			if h.Stats()["limit"] == 0 {
				t.Errorf("the bound is not counted: %v", h.Stats())
			}
		})
	}
}

func TestJSONOfTooManyValuesIsOneMask(t *testing.T) {
	long := `{"a":[` + strings.Repeat(`{"x":1},`, 100) + `1]}`
	want := `{"text":"REDACTED","raw":"REDACTED","bytes":"REDACTED"}`
	if got := shown(t, &Options{MaxNodes: 30}, slog.String("text", long), slog.Any("raw", json.RawMessage(long)), slog.Any("bytes", []byte(long))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func wrapped(n int, err error) error {
	for range n {
		err = fmt.Errorf("w: %w", err)
	}
	return err
}

func manyErrors(n int) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = errors.New(plain)
	}
	return errs
}

func TestWhatIsWithinTheBoundsIsShown(t *testing.T) {
	for _, attr := range []slog.Attr{
		groupsOf(60, slog.String("k", plain)),
		slog.String("s", strings.Repeat("a ", 1<<18)+plain),
		slog.Any("l", append(make([]string, 10_000), plain)),
		slog.Any("e", wrapped(30, errors.New(plain))),
	} {
		if got := shown(t, nil, attr); !strings.Contains(got, plain) || strings.Contains(got, masked) {
			t.Errorf("%s: %.200s", attr.Key, got)
		}
	}
}

func TestALogValuerWithoutEndEnds(t *testing.T) {
	if got, want := shown(t, nil, slog.Any("v", again{})), `{"v":"LogValue called too many times on Value of type slogxredact.again"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The methods of these panic, with the secret in what they panic with.
type (
	panicLogValue     struct{}
	panicError        struct{}
	unwrapPanicsError struct{}
	panicString       struct{}
	panicJSON         struct{}
	panicText         struct{}
	panicFormat       struct{}
)

func (panicLogValue) LogValue() slog.Value                 { panic(plain) }
func (panicError) Error() string                           { panic(plain) }
func (unwrapPanicsError) Error() string                    { return plain }
func (unwrapPanicsError) Unwrap() error                    { panic(plain) }
func (panicString) String() string                         { panic(plain) }
func (panicJSON) MarshalJSON() ([]byte, error)             { panic(plain) }
func (panicText) MarshalText() ([]byte, error)             { panic(errors.New(plain)) }
func (panicFormat) Format(fmt.State, rune)                 { panic(plain) }
func (panicLogValue) GoString() string                     { panic(plain) }
func (*pointerPanicsError) Error() string                  { panic(plain) }
func (p *pointerPanicsError) MarshalJSON() ([]byte, error) { return []byte(p.s), nil }

type pointerPanicsError struct{ s string }

func TestValuesThatPanicAreMaskedWhole(t *testing.T) {
	values := map[string]any{
		"LogValue": panicLogValue{}, "Error": panicError{}, "Unwrap": unwrapPanicsError{}, "String": panicString{}, "MarshalJSON": panicJSON{},
		"MarshalText": panicText{}, "wrapped": fmt.Errorf("w: %w", unwrapPanicsError{}), "joined": errors.Join(errBoom, unwrapPanicsError{}),
		"Format": panicFormat{}, "pointer": &pointerPanicsError{plain},
		"in a slice": []any{1, panicJSON{}}, "in a map": map[string]any{"a": panicText{}}, "in a struct": struct{ A any }{panicError{}},
	}
	for name, v := range values {
		for _, s := range sinks {
			out := output(t, Wrap(nil), s, func(h slog.Handler) {
				_ = h.Handle(ctx, record(slog.Int("before", 1), slog.Any("v", v), slog.Int("after", 2)))
			})
			if strings.Contains(out, plain) || !strings.Contains(out, "!PANIC: "+masked) || !strings.Contains(out, "after") {
				t.Errorf("%s, %s: %s", name, s.name, out)
			}
		}
	}
}

func TestNilPointersWithMethodsShowAsInSlog(t *testing.T) {
	var err *pointerPanicsError
	var valuer *pointerValuer
	for _, a := range []slog.Attr{slog.Any("v", err), slog.Any("v", valuer)} {
		for _, s := range sinks {
			log := func(h slog.Handler) { _ = h.Handle(ctx, record(a)) }
			if got, want := output(t, Wrap(nil), s, log), output(t, bare, s, log); got != want && a.Value.Kind() != slog.KindLogValuer {
				t.Errorf("%s: got %s, want %s", s.name, got, want)
			}
		}
	}
	if got := shown(t, nil, slog.Any("v", valuer)); got != `{"v":"<nil>"}` {
		t.Error(got)
	}
}

type pointerValuer struct{ v string }

func (p *pointerValuer) LogValue() slog.Value { return slog.StringValue(p.v) }
