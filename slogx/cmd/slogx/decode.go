package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// entry is a line that was read: what the console shows in columns, and the rest in its order.
type entry struct {
	time    time.Time
	level   slog.Level
	source  slog.Source
	logger  string
	message string
	attrs   []slog.Attr

	hasLevel bool // by name, which says more than a number
	otel     bool // it has a body, as OpenTelemetry has it
}

// maxDepth bounds the nesting of what is taken for JSON. encoding/json has the same bound.
const maxDepth = 10_000

var errTooDeep = errors.New("nested too deep")

// decodeLine reads a JSON object. It reports false for any other line.
func decodeLine(line []byte) (*entry, bool) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '{' {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	v, err := decodeValue(dec, 0)
	if err != nil {
		return nil, false
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, false
	}
	e := new(entry)
	for _, a := range v.Group() {
		e.attrs = e.add(e.attrs, a.Key, a)
	}
	return e, true
}

// decodeValue reads a value. Objects become groups, which keep the order of their keys and those that
// come twice; numbers stay as they are written.
func decodeValue(dec *json.Decoder, depth int) (slog.Value, error) {
	if depth > maxDepth {
		return slog.Value{}, errTooDeep
	}
	tok, err := dec.Token()
	if err != nil {
		return slog.Value{}, err
	}
	switch tok {
	case json.Delim('{'):
		var attrs []slog.Attr
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return slog.Value{}, err
			}
			v, err := decodeValue(dec, depth+1)
			if err != nil {
				return slog.Value{}, err
			}
			attrs = append(attrs, slog.Attr{Key: fmt.Sprint(key), Value: v})
		}
		_, err := dec.Token()
		return slog.GroupValue(attrs...), err
	case json.Delim('['):
		elems := []any{}
		for dec.More() {
			v, err := decodeValue(dec, depth+1)
			if err != nil {
				return slog.Value{}, err
			}
			elems = append(elems, element{v})
		}
		_, err := dec.Token()
		return slog.AnyValue(elems), err
	default:
		return slog.AnyValue(tok), nil
	}
}

// element is a value in an array. As a LogValuer it may be a group there.
type element struct{ v slog.Value }

func (e element) LogValue() slog.Value { return e.v }

// add takes a, whose keys from the top are path, into its column. If it has none, a is appended to dst.
func (e *entry) add(dst []slog.Attr, path string, a slog.Attr) []slog.Attr {
	switch take, isColumn := columns[path]; {
	case isColumn && take(e, a.Value):
		return dst
	case a.Value.Kind() != slog.KindGroup || !nests[path]:
		return append(dst, a)
	case path == "attributes" && e.otel: // all attributes are there: no need to say so
		for _, b := range a.Value.Group() {
			dst = e.add(dst, b.Key, b)
		}
		return dst
	default:
		var rest []slog.Attr
		for _, b := range a.Value.Group() {
			rest = e.add(rest, path+"."+b.Key, b)
		}
		if len(rest) == 0 {
			return dst
		}
		return append(dst, slog.Attr{Key: a.Key, Value: slog.GroupValue(rest...)})
	}
}
