package slogxredact

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
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
		"sibling shows it":          errors.Join(errors.New("got "+valueError{plain}.Error()), valueError{plain}),
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

type (
	envVar     struct{ Name, Value string }
	lowerPair  struct{ key, value string }
	anyPair    struct{ Key, Value any }
	namedText  string
	namedInt   int
	namedPlace struct{ Of string }
)

func (namedText) MarshalText() ([]byte, error)  { return []byte("password_of"), nil }
func (namedInt) String() string                 { return "token" }
func (namedPlace) MarshalText() ([]byte, error) { return []byte("api_key"), nil }

func TestTheNameOfAPairIsTheKeyOfItsValue(t *testing.T) {
	for name, v := range map[string]any{
		"struct":                []envVar{{"HOME", "/home/ann"}, {"DB_PASSWORD", plain}},
		"unexported":            lowerPair{"password", plain},
		"any":                   &anyPair{"token", []string{plain}},
		"database/sql":          sql.Named("password", plain),
		"map":                   []map[string]any{{"name": "DB_PASSWORD", "value": plain}},
		"map of texts":          map[string]string{"Key": "api_key", "Value": plain},
		"JSON":                  json.RawMessage(`[{"value":"` + plain + `", "x": {}, "name" : "DB_PASSWORD"}]`),
		"JSON of a list":        `{"key":"tokens_secret","value":{"stringValue":"` + plain + `"}}`,
		"array of two":          [][2]string{{"user", "ann"}, {"password", plain}},
		"key that prints":       map[namedText]string{"x": plain},
		"number that prints":    map[namedInt]string{1: plain},
		"struct that prints":    map[namedPlace]string{{"x"}: plain},
		"key in an interface":   map[any]string{namedInt(1): plain},
		"context":               context.WithValue(context.WithValue(ctx, "password", plain), "user", "ann"), //nolint:revive,staticcheck // it is what some do
		"pointer to an atomic":  atomicOf(credentialsOf{plain}),
		"password in an object": `{"name":"password","value":["` + plain + `"]}`,
	} {
		for _, s := range sinks {
			out := output(t, Wrap(nil), s, func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("v", v))) })
			if strings.Contains(out, plain) {
				t.Errorf("%s, %s: %.500s", name, s.name, out)
			}
		}
	}
	for name, v := range map[string]any{
		"context":      context.WithValue(ctx, "user", "ann"), //nolint:revive,staticcheck // it is what some do
		"metric":       []anyPair{{"auth.token.errors", 12}, {"password_checks", true}},
		"other name":   envVar{"HOME", "/home/ann"},
		"list of keys": []string{"password", "email"}, "list of any": []any{"password", "email"},
		"JSON":    json.RawMessage(`{"name":"ann","value":"x","d":{"value":"y"}}`),
		"numbers": json.RawMessage(`{"name":"auth.token.errors","value":12}`), "list": json.RawMessage(`["name","value"]`), "empty": json.RawMessage(`{"value":"x"}`),
	} {
		for _, s := range sinks {
			log := func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("v", v))) }
			if got, want := output(t, Wrap(nil), s, log), output(t, bare, s, log); got != want {
				t.Errorf("%s, %s:\n got %s\nwant %s", name, s.name, got, want)
			}
		}
	}
}

func atomicOf(a any) *atomic.Value {
	v := new(atomic.Value)
	v.Store(a)
	return v
}

// A method of *bytes.Buffer does not print a bytes.Buffer: fmt shows its fields.
func TestMethodsOfPointersDoNotPrintValues(t *testing.T) {
	text := bytes.NewBufferString("see " + jwt)
	seen := strings.Trim(fmt.Sprintf("%d", []byte(jwt)[:20]), "[]")
	for _, s := range sinks {
		out := output(t, Wrap(nil), s, func(h slog.Handler) { _ = h.Handle(ctx, record(slog.Any("v", pair{A: *text}))) })
		if strings.Contains(out, seen) {
			t.Errorf("%s: %.500s", s.name, out)
		}
	}
}
