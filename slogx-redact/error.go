package slogxredact

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"strings"
)

// Bounds of a tree of errors. One that is larger is masked whole.
const (
	maxErrorDepth = 32
	maxErrorNodes = 256
)

// redactedError stands for an error in whose tree there is something to mask. It keeps the original where
// only Is can ask it: neither errors.As nor Unwrap nor fmt get there.
type redactedError struct {
	text string // of Error
	plus string // as log/slog.TextHandler prints it
	json []byte // nil: the text
	is   func(error) bool
	next error
}

func (e *redactedError) Error() string        { return e.text }
func (e *redactedError) Unwrap() error        { return e.next }
func (e *redactedError) Is(target error) bool { return e.is(target) }

// MarshalText returns what [log/slog.TextHandler] would have written, redacted.
func (e *redactedError) MarshalText() ([]byte, error) { return []byte(e.plus), nil }

// MarshalJSON returns what [log/slog.JSONHandler] would have written, redacted.
func (e *redactedError) MarshalJSON() ([]byte, error) {
	if e.json != nil {
		return e.json, nil
	}
	return quote(e.text), nil
}

// Format prints the text, or what %+v printed, redacted.
func (e *redactedError) Format(s fmt.State, verb rune) {
	switch {
	case verb == 'v' && s.Flag('+'):
		_, _ = io.WriteString(s, e.plus)
	case verb == 'q':
		_, _ = fmt.Fprintf(s, "%q", e.text)
	default:
		_, _ = io.WriteString(s, e.text)
	}
}

// joinedError is a redactedError that wraps several.
type joinedError struct {
	redactedError

	all []error
}

func (e *joinedError) Unwrap() []error { return e.all }

// error looks at a tree of errors. If all is clean, the error goes on as it is.
func (w *walker) error(v slog.Value, err error) (slog.Value, verdict) {
	nodes, bytes := w.nodes, w.bytes
	if w.cleanErrors(err) {
		return v, clean
	}
	w.nodes, w.bytes = nodes, bytes
	t := errorTree{w: w}
	secrets, ok := w.errorSecrets(err)
	t.failed = !ok
	outer := w.secrets
	w.secrets = longestFirst(secrets) // whichever error has them, others may show them in their own words
	node := t.look(err, 0)
	w.secrets = outer
	switch {
	case t.over:
		w.hit(ruleLimit)
		return slog.AnyValue(t.masked(err, w.r.mask)), changed
	case t.failed:
		w.hit(rulePanic)
		return slog.AnyValue(t.masked(err, panicMark+w.r.mask)), changed
	case !node.dirty:
		return v, clean
	}
	return slog.AnyValue(node.redacted), changed
}

// cleanErrors reports whether a tree of errors is of the usual kind, and clean. It makes no tree of its own.
func (w *walker) cleanErrors(err error) (clean bool) {
	quiet := w.quiet
	w.quiet++
	defer func() {
		w.quiet = quiet
		if recover() != nil {
			clean = false
		}
	}()
	left := maxErrorNodes
	return w.cleanError(err, 0, &left)
}

func (w *walker) cleanError(err error, depth int, left *int) bool {
	if *left--; *left < 0 || depth > maxErrorDepth {
		return false
	}
	if isNil(err) {
		return true
	}
	if w.secretType(err) {
		return false
	}
	switch err.(type) { //nolint:errorlint // the error itself, not one that it wraps
	case encoding.TextMarshaler, fmt.Formatter, json.Marshaler:
		return false
	}
	if _, dirty := w.text(err.Error()); dirty || len(w.secretsIn(err)) > 0 {
		return false
	}
	switch u := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() error }:
		next := u.Unwrap()
		return next == nil || w.cleanError(next, depth+1, left)
	case interface{ Unwrap() []error }:
		for _, next := range u.Unwrap() {
			if next != nil && !w.cleanError(next, depth+1, left) {
				return false
			}
		}
	}
	return true
}

// errorTree is a tree of errors that is looked at.
type errorTree struct {
	w      *walker
	nodes  int
	over   bool // larger than the bounds
	failed bool // a method panicked
}

// errorNode is an error with what stands for it.
type errorNode struct {
	text     string // as it was
	dirty    bool
	redacted error
}

// masked is an error of which nothing is shown.
func (t *errorTree) masked(err error, text string) error {
	return &redactedError{text: text, plus: text, is: isOf(err)}
}

// isOf answers Is from the original.
func isOf(err error) func(error) bool {
	return func(target error) (is bool) {
		defer func() {
			if recover() != nil {
				is = false
			}
		}()
		return errors.Is(err, target)
	}
}

// look looks at err and at all that it wraps.
func (t *errorTree) look(err error, depth int) (n errorNode) {
	t.nodes++
	if t.over = t.over || depth > maxErrorDepth || t.nodes > maxErrorNodes; t.over {
		return n
	}
	defer func() {
		if recover() != nil {
			t.failed = true
		}
	}()
	if isNil(err) {
		return errorNode{redacted: err}
	}
	w := t.w
	e := redactedError{text: err.Error(), is: isOf(err)}
	n.text, e.plus = e.text, e.text
	switch err := err.(type) { //nolint:errorlint // the error itself, not one that it wraps
	case encoding.TextMarshaler:
		e.plus = marshalText(err)
	case fmt.Formatter:
		var ok bool
		e.plus, ok = sprint(err)
		t.failed = t.failed || !ok
	}

	if depth > 0 {
		w.quiet++ // its text is in the one above
		defer func() { w.quiet-- }()
	}
	kids := t.children(err, depth)
	n.dirty = t.redact(&e, err, kids)
	n.redacted = wrap(e, err, kids)
	return n
}

// redact redacts the texts of e.
func (t *errorTree) redact(e *redactedError, err error, kids []errorNode) (dirty bool) {
	w := t.w
	if w.secretType(err) {
		w.hit(ruleType)
		e.text, e.plus = w.r.mask, w.r.mask
		if _, ok := err.(json.Marshaler); ok {
			e.json = quote(w.r.mask)
		}
		return true
	}
	same := e.plus == e.text
	for _, k := range kids {
		if k.dirty && k.text != "" {
			dirty = true
			e.text = strings.ReplaceAll(e.text, k.text, k.redacted.Error())
			e.plus = strings.ReplaceAll(e.plus, k.text, k.redacted.Error())
		}
		dirty = dirty || k.dirty
	}
	text, d := w.text(e.text)
	e.text, dirty = text, dirty || d
	if same {
		e.plus = e.text
	} else {
		plus, d := w.text(e.plus)
		e.plus, dirty = plus, dirty || d
	}
	if _, ok := err.(json.Marshaler); ok {
		r := render(err)
		t.failed = t.failed || r.failed
		if !r.failed {
			js, d := w.json(r.json, nil)
			e.json, dirty = js, dirty || d
		}
	}
	return dirty
}

// children looks at what err wraps.
func (t *errorTree) children(err error, depth int) (kids []errorNode) {
	for _, next := range unwrap(err) {
		kids = append(kids, t.look(next, depth+1))
	}
	return kids
}

// unwrap returns what err itself wraps.
func unwrap(err error) (all []error) {
	switch u := err.(type) { //nolint:errorlint // the error itself, not one that it wraps
	case interface{ Unwrap() error }:
		all = []error{u.Unwrap()}
	case interface{ Unwrap() []error }:
		all = slices.Clone(u.Unwrap())
	}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}

// wrap puts what stands for the children under e.
func wrap(e redactedError, err error, kids []errorNode) error {
	if _, several := err.(interface{ Unwrap() []error }); several {
		all := &joinedError{redactedError: e}
		for _, k := range kids {
			all.all = append(all.all, k.redacted)
		}
		return all
	}
	if len(kids) > 0 {
		e.next = kids[0].redacted
	}
	return &e
}

// errorSecrets returns the texts in a tree of errors that rules mask by their place: any text of the tree may show
// them. It returns false if the tree is larger than the bounds, or a method panics.
func (w *walker) errorSecrets(err error) (secrets []string, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	left := maxErrorNodes
	return w.addSecrets(nil, err, 0, &left)
}

func (w *walker) addSecrets(secrets []string, err error, depth int, left *int) (_ []string, ok bool) {
	if *left--; *left < 0 || depth > maxErrorDepth {
		return secrets, false
	}
	if isNil(err) {
		return secrets, true
	}
	secrets = append(secrets, w.secretsIn(err)...)
	for _, next := range unwrap(err) {
		if secrets, ok = w.addSecrets(secrets, next, depth+1, left); !ok {
			return secrets, false
		}
	}
	return secrets, true
}

// secretsIn returns the texts in the data of err that rules mask by their place: its text may show them.
func (w *walker) secretsIn(err error) []string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if isBare(t) || t.Kind() != reflect.Struct {
		return nil
	}
	d := &data{w: w, owned: 1}
	nodes, key := w.nodes, w.key
	w.quiet++
	d.walk(reflect.ValueOf(err))
	w.quiet--
	w.nodes, w.key = max(nodes-ownedNodes/2, w.nodes), key
	return d.secret
}

// errorTexts returns a container with the texts of the errors in it, which encoding/json shows as {}.
func errorTexts(v reflect.Value, depth int) any {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil
	}
	if err, ok := reflect.TypeAssert[error](v); ok && v.Type().Implements(errorType) && !v.Type().Implements(jsonMarshaler) {
		if isNil(err) {
			return nil
		}
		return err.Error()
	}
	if depth > maxErrorDepth || implements(v.Type(), jsonMarshaler) || implements(v.Type(), textMarshaler) {
		return v.Interface()
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = errorTexts(v.Index(i), depth+1)
		}
		return list
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String {
			break
		}
		m := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			m[it.Key().String()] = errorTexts(it.Value(), depth+1)
		}
		return m
	default:
	}
	return v.Interface()
}
