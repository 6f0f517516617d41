package slogxredact

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// rendered is how a value prints that was looked at: as JSON, and as the text that [log/slog.TextHandler]
// shows.
type rendered struct {
	json []byte
	text string
}

// MarshalJSON implements [json.Marshaler].
func (r *rendered) MarshalJSON() ([]byte, error) { return r.json, nil }

// MarshalText implements [encoding.TextMarshaler].
func (r *rendered) MarshalText() ([]byte, error) { return []byte(r.text), nil }

func (r *rendered) String() string { return r.text }

// Format writes the text, whatever the verb.
func (r *rendered) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, r.text) }

// rendering is a value that is being rendered.
type rendering struct {
	rendered

	noJSON bool // it has none: json is the text that log/slog shows instead
	failed bool // one of its methods panicked
	done   bool // text is there
}

// render renders the JSON of a.
func render(a any) (r rendering) {
	defer func() {
		if recover() != nil {
			r = rendering{failed: true}
		}
	}()
	_, marshals := a.(json.Marshaler)
	if t, ok := a.(encoding.TextMarshaler); ok && !marshals {
		r.text, r.done = marshalText(t), true
		r.json = quote(r.text)
		return r
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a); err != nil {
		r.json, r.noJSON = quote("!ERROR:"+err.Error()), true
		return r
	}
	r.json = bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	return r
}

// renderText renders the text of a.
func (r *rendering) renderText(a any) {
	if r.done {
		return
	}
	defer func() {
		if recover() != nil {
			r.failed = true
		}
	}()
	if t, ok := a.(encoding.TextMarshaler); ok {
		r.text = marshalText(t)
		return
	}
	var ok bool
	r.text, ok = sprint(a)
	r.failed = !ok
}

// sprint prints a as log/slog does. It returns false if a method panicked, of which fmt would show what with.
func sprint(a any) (text string, ok bool) {
	text = fmt.Sprintf("%+v", a)
	return text, !strings.Contains(text, "(PANIC=")
}

// marshalText is what log/slog shows of t.
func marshalText(t encoding.TextMarshaler) string {
	b, err := t.MarshalText()
	if err != nil {
		return "!ERROR:" + err.Error()
	}
	return string(b)
}

// quote returns s as JSON.
func quote(s string) []byte { return appendQuoted(nil, s) }

// appendQuoted appends s as a JSON string.
func appendQuoted(dst []byte, s string) []byte {
	b := bytes.NewBuffer(dst)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return append(dst, `""`...) // never: a string has JSON, and a Buffer takes it
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
