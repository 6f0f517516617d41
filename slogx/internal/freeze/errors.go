package freeze

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// Bounds of a tree of errors. What lies beyond is kept as it is.
const (
	maxErrorDepth = 32
	maxErrorNodes = 256
)

// frozenError is an error with its texts as they were. errors.Is and errors.As look at the original.
type frozenError struct {
	orig error
	text string // of Error
	plus string // as log/slog.TextHandler prints it
	next error
}

func (e *frozenError) Error() string        { return e.text }
func (e *frozenError) Unwrap() error        { return e.next }
func (e *frozenError) Is(target error) bool { return errors.Is(e.orig, target) }
func (e *frozenError) As(target any) bool   { return errors.As(e.orig, target) }

// MarshalText returns what [log/slog.TextHandler] would have written.
func (e *frozenError) MarshalText() ([]byte, error) { return []byte(e.plus), nil }

// Format prints the text, or what %+v printed.
func (e *frozenError) Format(s fmt.State, verb rune) {
	switch {
	case verb == 'v' && s.Flag('+'):
		_, _ = io.WriteString(s, e.plus)
	case verb == 'q':
		_, _ = fmt.Fprintf(s, "%q", e.text)
	default:
		_, _ = io.WriteString(s, e.text)
	}
}

// joinedError is an error that wraps several.
type joinedError struct {
	*frozenError

	all []error
}

func (e *joinedError) Unwrap() []error { return e.all }

// jsonError is an error that is a [json.Marshaler], too.
type jsonError struct {
	*frozenError

	json []byte
}

func (e *jsonError) MarshalJSON() ([]byte, error) { return e.json, nil }

// jsonJoinedError is both.
type jsonJoinedError struct {
	*joinedError

	json []byte
}

func (e *jsonJoinedError) MarshalJSON() ([]byte, error) { return e.json, nil }

// errorFreezer freezes a tree of errors.
type errorFreezer struct{ size, nodes int }

func (f *errorFreezer) freeze(err error, depth int) error {
	f.nodes++
	if depth > maxErrorDepth || f.nodes > maxErrorNodes || immutableError(err, depth) {
		return err
	}
	e := &frozenError{orig: err, text: call(err, err.Error)}
	e.plus = e.text
	switch t := err.(type) { //nolint:errorlint // the error itself, not one that it wraps
	case encoding.TextMarshaler:
		e.plus = toText(t, "")
	case fmt.Formatter:
		e.plus = call(err, func() string { return fmt.Sprintf("%+v", err) })
	}
	f.size += len(e.text) + len(e.plus) + attrSize
	all, joined := f.children(err, e, depth)
	_, marshals := err.(json.Marshaler)
	var js []byte
	if marshals {
		var ok bool
		if js, ok = toJSON(err); !ok {
			js = quote(string(js))
		}
		f.size += len(js)
	}
	switch {
	case joined && marshals:
		return &jsonJoinedError{&joinedError{e, all}, js}
	case joined:
		return &joinedError{e, all}
	case marshals:
		return &jsonError{e, js}
	default:
		return e
	}
}

// children freezes what err wraps.
func (f *errorFreezer) children(err error, e *frozenError, depth int) (all []error, joined bool) {
	defer func() {
		if recover() != nil { // its Unwrap panics: it wraps nothing that anybody could look at
			e.next, all = nil, nil
		}
	}()
	switch u := err.(type) { //nolint:errorlint // the error itself, not one that it wraps
	case interface{ Unwrap() error }:
		if next := u.Unwrap(); next != nil {
			e.next = f.freeze(next, depth+1)
		}
	case interface{ Unwrap() []error }:
		joined = true
		for _, c := range u.Unwrap() {
			if c != nil {
				all = append(all, f.freeze(c, depth+1))
			}
		}
	}
	return all, joined
}

// call returns what f, a method of v, returns.
func call(v any, f func() string) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = attr.Panic(v, p)
		}
	}()
	return f()
}
