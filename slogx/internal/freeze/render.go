package freeze

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// rendered is what a value looked like during the call.
type rendered struct {
	json []byte
	text string
}

// MarshalJSON returns what encoding/json would have written, without escapes for HTML.
func (r *rendered) MarshalJSON() ([]byte, error) { return r.json, nil }

// MarshalText returns what [log/slog.TextHandler] would have written.
func (r *rendered) MarshalText() ([]byte, error) { return []byte(r.text), nil }

func (r *rendered) String() string { return r.text }

// Format prints the text, whatever the verb.
func (r *rendered) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, r.text) }

// renderedError is an element of a container that is an error.
type renderedError struct {
	rendered

	err error
	msg string
}

func (r *renderedError) Error() string { return r.msg }
func (r *renderedError) Unwrap() error { return r.err }

// render renders the value of an attribute.
func render(a any) *rendered {
	js, ok := toJSON(a)
	if !ok {
		js = quote(string(js))
	}
	return &rendered{json: js, text: toText(a, string(js))}
}

// renderElement renders an element of a container. It returns false if the whole container would not have
// been written.
func renderElement(a any) (any, bool) {
	js, ok := toJSON(a)
	if !ok {
		return nil, false
	}
	if !printable(reflect.ValueOf(a)) {
		return nil, false
	}
	text := fmt.Sprintf("%+v", []any{a}) // pointers print otherwise inside
	r := rendered{json: js, text: text[1 : len(text)-1]}
	if err, ok := a.(error); ok {
		return &renderedError{r, err, call(err, err.Error)}, true
	}
	return &r, true
}

// toJSON returns the JSON of a, or false and the text that [log/slog.JSONHandler] writes instead.
func toJSON(a any) (js []byte, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			js, ok = []byte(attr.Panic(a, p)), false
		}
	}()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a); err != nil {
		return []byte("!ERROR:" + err.Error()), false
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), true
}

// quote returns s as a JSON string.
func quote(s string) []byte {
	js, ok := toJSON(s)
	if !ok {
		return []byte(`""`)
	}
	return js
}

// toText returns what [log/slog.TextHandler] writes for a, before it quotes it. js stands in where fmt must
// not go.
func toText(a any, js string) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = attr.Panic(a, p)
		}
	}()
	switch a := a.(type) {
	case encoding.TextMarshaler:
		b, err := a.MarshalText()
		if err != nil {
			return "!ERROR:" + err.Error()
		}
		return string(b)
	case fmt.Formatter:
		return fmt.Sprintf("%+v", a)
	case error:
		return a.Error()
	case fmt.Stringer:
		return a.String()
	}
	if planOf(reflect.TypeOf(a)).guarded {
		return js
	}
	if !printable(reflect.ValueOf(a)) {
		return cycleMark
	}
	return fmt.Sprintf("%+v", a)
}

// maxWalk bounds how many values printable looks at.
const maxWalk = 1 << 20

// printable reports whether fmt comes to an end with v: it follows references without an eye on cycles.
func printable(v reflect.Value) bool {
	w := walker{nodes: maxWalk, path: make(map[ref]struct{})}
	return w.walk(v, 0)
}

type walker struct {
	nodes int
	path  map[ref]struct{}
}

func (w *walker) walk(v reflect.Value, depth int) bool {
	if w.nodes--; w.nodes < 0 || depth > 10_000 {
		return false
	}
	if !v.IsValid() || planOf(v.Type()).immutable {
		return true
	}
	switch v.Kind() {
	case reflect.Interface:
		return w.walk(v.Elem(), depth+1)
	case reflect.Pointer:
		return depth > 0 || w.follow(v, func() bool { return w.walk(v.Elem(), depth+1) })
	case reflect.Slice:
		return w.follow(v, func() bool { return w.elements(v, depth) })
	case reflect.Array:
		return w.elements(v, depth)
	case reflect.Map:
		return w.follow(v, func() bool {
			for it := v.MapRange(); it.Next(); {
				if !w.walk(it.Key(), depth+1) || !w.walk(it.Value(), depth+1) {
					return false
				}
			}
			return true
		})
	case reflect.Struct:
		for _, field := range v.Fields() {
			if !w.walk(field, depth+1) {
				return false
			}
		}
	default:
	}
	return true
}

func (w *walker) elements(v reflect.Value, depth int) bool {
	if planOf(v.Type().Elem()).immutable {
		return true
	}
	for i := range v.Len() {
		if !w.walk(v.Index(i), depth+1) {
			return false
		}
	}
	return true
}

// follow calls f unless v, a reference, is being followed already.
func (w *walker) follow(v reflect.Value, f func() bool) bool {
	if v.IsNil() {
		return true
	}
	r := ref{ptr: v.Pointer(), t: v.Type()}
	if v.Kind() == reflect.Slice {
		r.len = v.Len()
	}
	if _, ok := w.path[r]; ok && !(v.Kind() == reflect.Slice && r.len == 0) {
		return false
	}
	w.path[r] = struct{}{}
	ok := f()
	delete(w.path, r)
	return ok
}
