package jsonlog

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strconv"
	"strings"
	"sync"

	"github.com/slogx-go/slogx/slogx/internal/attr"
	"github.com/slogx-go/slogx/slogx/internal/output"
)

// appendAttr appends a, behind a comma unless an object was just opened. It reports whether log/slog
// would count a as something that keeps its group from being elided.
func appendAttr(buf []byte, a slog.Attr, in nesting) ([]byte, bool) {
	switch kind := a.Value.Kind(); kind {
	case slog.KindString:
		return appendString(appendKey(buf, a.Key), a.Value.String()), true
	case slog.KindInt64:
		return appendInt(appendKey(buf, a.Key), a.Value.Int64()), true
	case slog.KindDuration:
		return appendInt(appendKey(buf, a.Key), int64(a.Value.Duration())), true
	case slog.KindBool:
		buf = appendKey(buf, a.Key)
		if a.Value.Bool() {
			return append(buf, "true"...), true
		}
		return append(buf, "false"...), true
	case slog.KindLogValuer:
		a, in = resolve(a, in)
		return appendAttr(buf, a, in)
	case slog.KindGroup:
		return appendGroup(buf, a.Key, a.Value.Group(), in)
	case slog.KindAny:
		v := a.Value.Any()
		if v == nil && a.Key == "" {
			return buf, false // the zero Attr
		}
		if src, ok := v.(*slog.Source); ok {
			return appendSourceAttr(buf, a.Key, src)
		}
		return appendAny(appendKey(buf, a.Key), v), true
	default:
		return appendPlainValue(appendKey(buf, a.Key), kind, a.Value), true
	}
}

// appendGroup appends a group, or nothing if all its attributes are elided. An empty key inlines them.
func appendGroup(buf []byte, key string, attrs []slog.Attr, in nesting) ([]byte, bool) {
	if len(attrs) == 0 {
		return buf, true // as log/slog has it: elided, and yet it keeps its group
	}
	in, ok := in.inGroup()
	if !ok {
		return appendString(appendKey(buf, key), groupsError), true
	}
	start := len(buf)
	if key != "" {
		buf = append(appendKey(buf, key), '{')
	}
	some := false
	for _, a := range attrs {
		buf, ok = appendAttr(buf, a, in)
		some = some || ok
	}
	if !some {
		return buf[:start], false
	}
	if key != "" {
		buf = append(buf, '}')
	}
	return buf, true
}

// appendValue appends a resolved value that is no group.
func appendValue(buf []byte, v slog.Value) []byte {
	switch kind := v.Kind(); kind {
	case slog.KindString:
		return appendString(buf, v.String())
	case slog.KindAny:
		return appendAny(buf, v.Any())
	default:
		return appendPlainValue(buf, kind, v)
	}
}

// appendPlainValue appends a value of a kind that is neither a string nor a pointer to something.
func appendPlainValue(buf []byte, kind slog.Kind, v slog.Value) []byte {
	switch kind {
	case slog.KindInt64:
		return appendInt(buf, v.Int64())
	case slog.KindUint64:
		return appendUint(buf, v.Uint64())
	case slog.KindFloat64:
		return appendFloat(buf, v.Float64())
	case slog.KindBool:
		return strconv.AppendBool(buf, v.Bool())
	case slog.KindDuration:
		return appendInt(buf, int64(v.Duration()))
	case slog.KindTime:
		return appendTime(buf, v.Time())
	default:
		return appendString(buf, "!ERROR:bad kind: "+kind.String())
	}
}

// appendAny appends a value of no kind of slog's own. Its methods may panic.
func appendAny(buf []byte, v any) (out []byte) {
	start := len(buf)
	defer func() {
		if p := recover(); p != nil {
			out = appendString(buf[:start], attr.Panic(v, p))
		}
	}()
	switch v := v.(type) {
	case nil:
		return append(buf, "null"...)
	case slog.Level:
		return append(output.AppendLevel(append(buf, '"'), v), '"')
	case []string:
		if out, ok := appendStrings(buf, v); ok {
			return out
		}
	case json.Marshaler:
	case error:
		return appendString(buf, v.Error())
	default:
		if shown, changed := showErrors(v); changed {
			return appendMarshal(buf, shown)
		}
	}
	return appendMarshal(buf, v)
}

// appendStrings appends what encoding/json does, unless that has escapes that are not ours.
func appendStrings(buf []byte, list []string) ([]byte, bool) {
	if list == nil {
		return append(buf, "null"...), true
	}
	buf = append(buf, '[')
	for i, s := range list {
		if i > 0 {
			buf = append(buf, ',')
		}
		start := len(buf)
		buf = appendString(buf, s)
		if escaped := len(buf) > start+len(s)+len(`""`); escaped && strings.ContainsAny(s, "\b\f") {
			return nil, false
		}
	}
	return append(buf, ']'), true
}

// marshaler is a json.Encoder, which unlike json.Marshal can leave HTML alone, with its buffer.
type marshaler struct {
	buf  bytes.Buffer
	json *json.Encoder
}

var marshalers = sync.Pool{New: func() any {
	m := new(marshaler)
	m.json = json.NewEncoder(&m.buf)
	m.json.SetEscapeHTML(false)
	return m
}}

// Marshalers whose buffer grew beyond this many bytes are left to the garbage collector.
const maxPooledMarshaler = 16 << 10

func appendMarshal(buf []byte, v any) []byte {
	m := marshalers.Get().(*marshaler)
	if err := m.json.Encode(v); err != nil { // if it panics, m is not pooled again
		return appendString(buf, "!ERROR:"+err.Error())
	}
	buf = append(buf, bytes.TrimSuffix(m.buf.Bytes(), []byte{'\n'})...)
	if m.buf.Cap() <= maxPooledMarshaler {
		m.buf.Reset()
		marshalers.Put(m)
	}
	return buf
}
