package slogxredact

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// valueError is an error by value, with a secret in a field and in its text.
type valueError struct{ Password string }

func (e valueError) Error() string { return "bad login " + e.Password }

// holdingError shows an error that it does not unwrap.
type holdingError struct{ Err error }

func (e holdingError) Error() string { return "held: " + e.Err.Error() }

type failed struct{ Err error }

// logged are values that say themselves how they are logged. Of encoders, package console asks them wherever they
// stand.
type (
	loggedGroup struct{ N int }
	loggedForm  struct{ N int }
	loggedChain struct{ N int }
	loggedLoop  struct{ N int }
	loggedPanic struct{ N int }
)

func (loggedGroup) LogValue() slog.Value { return slog.GroupValue(slog.String("password", plain)) }
func (loggedForm) LogValue() slog.Value  { return slog.StringValue("see " + jwt) }
func (loggedChain) LogValue() slog.Value {
	return slog.AnyValue(map[string]any{"a": []any{loggedGroup{1}}})
}
func (l loggedLoop) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("a", []any{loggedLoop{l.N + 1}, loggedLoop{l.N + 1}}))
}
func (loggedPanic) LogValue() slog.Value { panic(plain) }

// inContainers are values with a secret that shows only where a method within a container is asked.
func inContainers() map[string]any {
	wrapped := fmt.Errorf("log in: %w", valueError{plain})
	joined := errors.Join(errBoom, fmt.Errorf("again: %w", valueError{plain}))
	formed := fmt.Errorf("log in: %w", errors.New("bad "+jwt))
	return map[string]any{
		"wrapped in a slice":        []error{errBoom, wrapped},
		"joined in a slice":         []error{joined},
		"wrapped in a slice of any": []any{wrapped, 1},
		"wrapped in a map":          map[string]any{"e": wrapped},
		"joined in a map of errors": map[int]error{1: joined},
		"wrapped in a field":        failed{wrapped},
		"joined in a pointer":       &failed{joined},
		"pointers in a slice":       []*failed{{wrapped}},
		"form in pointers":          []*failed{{formed}},
		"stringer in pointers":      []*pair{{A: stringerOf(jwt)}},
		"pointers in a map":         map[string]*failed{"x": {joined}},
		"deep":                      map[string]any{"a": []any{&failed{fmt.Errorf("x: %w", joined)}}},
		"held, not wrapped":         []error{holdingError{wrapped}},
		"sibling shows it":          errors.Join(fmt.Errorf("got %v", valueError{plain}), valueError{plain}),
		"LogValuer in a slice":      []loggedGroup{{1}},
		"LogValuer in a map":        map[string]any{"x": loggedForm{1}},
		"LogValuer in a field":      pair{A: loggedForm{1}},
		"LogValuer behind pointers": []*loggedGroup{{1}},
		"LogValuer of LogValuers":   []any{loggedChain{1}},
		"LogValuer that panics":     []any{loggedPanic{1}},
		"LogValuer without end":     []any{loggedLoop{1}, plainStruct{B: jwt}},
		"slog.Value":                []any{slog.AnyValue(credentialsOf{plain})},
		"slog.Value of a group":     []slog.Value{slog.GroupValue(slog.String("token", plain))},
		"slog.Attr":                 []slog.Attr{slog.String("token", plain)},
	}
}

type credentialsOf struct{ Password string }

func TestWhatMethodsWithinContainersShowIsLookedAt(t *testing.T) {
	for name, v := range inContainers() {
		for _, s := range sinks {
			out := output(t, Wrap(nil), s, func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("v", v))) })
			if strings.Contains(out, plain) || strings.Contains(out, jwt) {
				t.Errorf("%s, %s: %.500s", name, s.name, out)
			}
		}
	}
}
