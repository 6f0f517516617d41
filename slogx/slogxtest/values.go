package slogxtest

import (
	"errors"
	"log/slog"
	"regexp"
	"sync/atomic"
	"time"
)

// valuer is a LogValuer made of a func.
type valuer func() slog.Value

func (v valuer) LogValue() slog.Value { return v() }

func constant(s string) valuer { return func() slog.Value { return slog.StringValue(s) } }

// panicky is a value all of whose methods panic. As an error it is an error of a caller's.
type panicky struct{}

func (panicky) LogValue() slog.Value { panic("in LogValue") }

type panickyError struct{ X int }

func (panickyError) Error() string { panic("in Error") }

type panickyStringer struct{ X int }

func (panickyStringer) String() string { panic("in String") }

type panickyJSON struct{ X int }

func (panickyJSON) MarshalJSON() ([]byte, error) { panic("in MarshalJSON") }

type panickyText struct{ X int }

func (panickyText) MarshalText() ([]byte, error) { panic("in MarshalText") }

// Nil pointers to types whose methods have value receivers, or read through the pointer.
var (
	nilTime   *time.Time
	nilRegexp *regexp.Regexp
	errNil    *valueError
	nilValuer *panicky
)

type valueError struct{ text string }

func (e valueError) Error() string { return e.text }

// endless is a LogValuer that returns itself: for ever, as far as a handler can tell. It ends before the
// stack does, so that a handler which asks on fails its test and not the program.
type endless struct {
	inGroup bool
	asked   *atomic.Int32
}

func newEndless(inGroup bool) endless { return endless{inGroup, new(atomic.Int32)} }

const (
	askedTooOften = 2000
	tooOften      = "asked without end"
)

// LogValue implements [slog.LogValuer].
func (e endless) LogValue() slog.Value {
	switch {
	case e.asked.Add(1) > askedTooOften:
		return slog.StringValue(tooOften)
	case e.inGroup:
		return slog.GroupValue(slog.Any("g", e))
	default:
		return slog.AnyValue(e)
	}
}

func cyclicMap() map[string]any {
	m := map[string]any{"x": 1}
	m["self"] = m
	return m
}

func cyclicSlice() []any {
	s := []any{1, nil}
	s[1] = s
	return s
}

type node struct {
	X    int
	Next *node
}

func cyclicPointer() *node {
	n := &node{X: 1}
	n.Next = &node{X: 2, Next: n}
	return n
}

var errSink = errors.New("the sink refuses")

// oddStrings is what comes from outside and must not forge a record, end one or move a cursor.
var oddStrings = []struct{ name, s string }{
	{"line-feed", "x\nlevel=ERROR msg=forged"},
	{"carriage-return", "x\rlevel=ERROR msg=forged\r\n"},
	{"json", "x\"}\n{\"level\":\"ERROR\",\"msg\":\"forged\"}"},
	{"escape", "\x1b[2J\x1b[31mred\x1b]0;title\a"},
	{"nul", "a\x00b"},
	{"delete", "a\x7f\x08b"},
	{"c1", "a\u0085b\u009b31m"},
	{"separators", "a\u2028b\u2029c"},
	{"bidi", "a\u202eb\u2066c"},
	{"invalid-utf8", "a\xff\xc0\xafb"},
	{"surrogate", "a\xed\xa0\x80b"},
	{"quotes", `a"b'c\d` + "`e"},
	{"equals", `a b="c" d=e`},
	{"spaces", "  a\tb  "},
	{"braces", "{}[],:"},
	{"empty", ""},
}

// The watched types note that they were asked, since an encoder need not ask them.
type (
	watchedStringer struct{ called *atomic.Bool }
	watchedJSON     struct{ called *atomic.Bool }
	watchedText     struct{ called *atomic.Bool }
)

func (w watchedStringer) String() string {
	w.called.Store(true)
	panic("in String")
}

func (w watchedJSON) MarshalJSON() ([]byte, error) {
	w.called.Store(true)
	panic("in MarshalJSON")
}

func (w watchedText) MarshalText() ([]byte, error) {
	w.called.Store(true)
	panic("in MarshalText")
}
