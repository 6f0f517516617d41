package slogxtest

import (
	"fmt"
	"log/slog"
	"strings"
)

// Expectation is what a record should be like. Its text says what it expects, and a failing assertion
// what a record lacks. The zero Expectation is met by every record.
type Expectation struct {
	text string
	miss func(Record) string // what is not as expected, "" if all is; nil expects nothing
}

// Match reports whether r is as expected. With it, an Expectation can be waited for:
//
//	r, err := rec.Wait(ctx, slogxtest.Message("listening").Match)
func (e Expectation) Match(r Record) bool { return e.misses(r) == "" }

// String returns what e expects.
func (e Expectation) String() string {
	if e.text == "" {
		return "any record"
	}
	return e.text
}

func (e Expectation) misses(r Record) string {
	if e.miss == nil {
		return ""
	}
	return e.miss(r)
}

// Message expects a record with this message.
func Message(msg string) Expectation {
	return Expectation{fmt.Sprintf("message %q", msg), func(r Record) string {
		if r.Message == msg {
			return ""
		}
		return fmt.Sprintf("message is %q", r.Message)
	}}
}

// MessageContains expects a record whose message contains part.
func MessageContains(part string) Expectation {
	return Expectation{fmt.Sprintf("message with %q", part), func(r Record) string {
		if strings.Contains(r.Message, part) {
			return ""
		}
		return fmt.Sprintf("message is %q", r.Message)
	}}
}

// Level expects a record of this level.
func Level(l slog.Level) Expectation {
	return Expectation{fmt.Sprintf("level %v", l), func(r Record) string {
		if r.Level == l {
			return ""
		}
		return fmt.Sprintf("level is %v", r.Level)
	}}
}

// AtLeast expects a record of this level or a higher one.
func AtLeast(l slog.Level) Expectation {
	return Expectation{fmt.Sprintf("level %v or above", l), func(r Record) string {
		if r.Level >= l {
			return ""
		}
		return fmt.Sprintf("level is %v", r.Level)
	}}
}

// Attr expects a record with this value at path, as [Record.Attr] finds it. Values are compared as
// [Recorder.Assert] does: numbers may be of any type that [slog.AnyValue] makes the same of, errors are
// equal if one is the other or has its text, and a group is a map[string]any.
func Attr(path string, want any) Expectation {
	return Expectation{fmt.Sprintf("%s=%v", path, want), func(r Record) string {
		got, ok := r.Attr(path)
		switch {
		case !ok:
			return path + " is missing"
		case diff(normalValue(want), anyOf(got)) == "":
			return ""
		case fmt.Sprint(want) == got.String():
			return fmt.Sprintf("%s is %[2]T(%[2]v), not %[3]T(%[3]v)", path, got.Any(), want)
		default:
			return fmt.Sprintf("%s is %v", path, got)
		}
	}}
}

// HasAttr expects a record with an attribute or a group at path, whatever its value is.
func HasAttr(path string) Expectation {
	return Expectation{path + " present", func(r Record) string {
		if _, ok := r.Attr(path); ok {
			return ""
		}
		return path + " is missing"
	}}
}

// Not expects a record that does not meet e.
func Not(e Expectation) Expectation {
	return Expectation{"not (" + e.String() + ")", func(r Record) string {
		if !e.Match(r) {
			return ""
		}
		return "it is: " + e.String()
	}}
}

// All expects a record that meets each of es.
func All(es ...Expectation) Expectation {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.String()
	}
	return Expectation{strings.Join(texts, ", "), func(r Record) string {
		var missed []string
		for _, e := range es {
			if miss := e.misses(r); miss != "" {
				missed = append(missed, miss)
			}
		}
		return strings.Join(missed, "; ")
	}}
}

// Func expects a record for which f returns true. The text says what that is.
func Func(text string, f func(Record) bool) Expectation {
	return Expectation{text, func(r Record) string {
		if f(r) {
			return ""
		}
		return "not: " + text
	}}
}

// anyOf returns what v holds, groups as maps.
func anyOf(v slog.Value) any {
	if v.Kind() != slog.KindGroup {
		return v.Any()
	}
	m := make(map[string]any)
	fill(m, v.Group())
	return normalize(m)
}
