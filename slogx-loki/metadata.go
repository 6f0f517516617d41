package slogxloki

import (
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
)

// What Loki takes.
const (
	maxMetadata      = 128      // entries
	maxMetadataBytes = 64 << 10 // of an entry of the log
)

// maxDepth is how deep groups are followed.
const maxDepth = 20

// metadata is structured metadata, encoded.
type metadata struct {
	bytes []byte
	n     int
}

func (m *metadata) set(from metadata) {
	m.bytes, m.n = append(m.bytes[:0], from.bytes...), from.n
}

func (m *metadata) clone() metadata { return metadata{slices.Clip(slices.Clone(m.bytes)), m.n} }

// take adds an attribute, or as many as a group has. Where there is no room for all, or a name is taken, it
// adds none and returns false. The attribute it returns is the same, resolved.
func (m *metadata) take(prefix string, a slog.Attr) (slog.Attr, bool) {
	a.Value = resolve(a.Value)
	before := *m
	if !m.add(prefix, a, 0) {
		m.n, m.bytes = before.n, m.bytes[:len(before.bytes)]
		return a, false
	}
	return a, true
}

func (m *metadata) add(prefix string, a slog.Attr, depth int) bool {
	name := a.Key
	switch {
	case prefix != "" && name != "":
		name = prefix + "_" + name
	case prefix != "":
		name = prefix
	}
	if a.Value.Kind() != slog.KindGroup {
		if a.Equal(slog.Attr{}) {
			return true
		}
		name = labelName(name)
		if m.n >= maxMetadata || push.HasMetadata(m.bytes, name) {
			return false
		}
		m.bytes = push.AppendMetadata(m.bytes, name, valid(text(a.Value)))
		m.n++
		return len(m.bytes) <= maxMetadataBytes
	}
	if depth == maxDepth {
		return false
	}
	for _, member := range a.Value.Group() {
		member.Value = resolve(member.Value)
		if !m.add(name, member, depth+1) {
			return false
		}
	}
	return true
}

func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// text returns a value as a string.
func text(v slog.Value) (s string) {
	switch v.Kind() {
	case slog.KindTime:
		return v.Time().Format(time.RFC3339Nano)
	case slog.KindAny:
		return textOf(v.Any())
	default:
		return v.String()
	}
}

// textOf returns a value of no kind of slog's own. Its methods may panic.
func textOf(v any) (s string) {
	defer func() {
		if p := recover(); p != nil {
			s = panicText(v, p)
		}
	}()
	switch v := v.(type) {
	case nil:
		return "null"
	case error:
		return v.Error()
	case encoding.TextMarshaler:
		b, err := v.MarshalText()
		if err != nil {
			return "!ERROR:" + err.Error()
		}
		return string(b)
	case []byte:
		return string(v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "!ERROR:" + err.Error()
	}
	if json.Unmarshal(b, &s) == nil {
		return s
	}
	return string(b)
}

// resolve is [slog.Value.Resolve] with a shorter text for panics.
func resolve(v slog.Value) (rv slog.Value) {
	if v.Kind() != slog.KindLogValuer {
		return v
	}
	cur := v.Any()
	defer func() {
		if p := recover(); p != nil {
			rv = slog.StringValue(panicText(cur, p))
		}
	}()
	for range 100 { // as slog
		if v.Kind() != slog.KindLogValuer {
			return v
		}
		cur = v.Any()
		v = v.LogValuer().LogValue()
	}
	return slog.StringValue(fmt.Sprintf("LogValue called too many times on Value of type %T", cur))
}

func panicText(v, p any) string {
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
		return "<nil>"
	}
	return fmt.Sprintf("!PANIC: %v", p)
}
