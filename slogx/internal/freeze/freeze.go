// Package freeze makes the values of a record safe to keep after the logging call: what the caller changes
// afterwards does not show in them, and nothing of the caller's runs to print them.
//
// Plain values stay as they are, as do values without pointers and the immutable types of the standard
// library. LogValuers are resolved, and groups copied. An error becomes one with its text as it was, which
// unwraps, and which errors.Is and errors.As see through. Maps, slices and pointers are copied deeply,
// within bounds. What cannot be copied, since it has unexported references, prints pointers as addresses
// or has methods of its own for printing, becomes a value that prints as it would have printed during the
// call: through encoding/json, fmt, and so through the handlers of log/slog.
//
// What differs from printing at once: a method that panics shows as "!PANIC: …" also where fmt would say
// %!v(PANIC=…); a cycle is cut with a mark, where it would end the program; and a struct with a lock and
// unexported references shows its JSON also as text, since walking what the lock guards would be a race. A
// group that a LogValuer makes is left out if it is empty (log/slog: golang/go#61067).
package freeze

import (
	"log/slog"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// Bounds of groups that LogValuers make: they may contain themselves.
const (
	maxGroupDepth = 100
	maxGroupAttrs = 10_000
)

// Marks in place of what is cut.
const (
	cycleMark = "!CYCLE"
	depthMark = "!ERROR:groups nested too deeply"
)

// attrSize is what an attribute takes in memory by itself, in bytes.
const attrSize = 40

// Record returns r with frozen values, and about how many bytes it keeps in memory. It allocates nothing
// if all values are plain.
func Record(r slog.Record) (slog.Record, int) {
	size, plain := len(r.Message), true
	r.Attrs(func(a slog.Attr) bool {
		n, ok := plainSize(a.Value)
		size += n + len(a.Key)
		plain = ok
		return ok
	})
	if plain {
		return r.Clone(), size
	}
	frozen := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	attrs, size := record(make([]slog.Attr, 0, r.NumAttrs()), r)
	frozen.AddAttrs(attrs...)
	return frozen, size + len(r.Message)
}

func record(attrs []slog.Attr, r slog.Record) ([]slog.Attr, int) {
	var f freezer
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, slog.Attr{Key: a.Key, Value: f.value(a.Value, 0)})
		f.size += attrSize + len(a.Key)
		return true
	})
	return attrs, f.size
}

// Attrs appends attrs to dst with frozen values, and returns about how many bytes they keep in memory.
func Attrs(dst, attrs []slog.Attr) ([]slog.Attr, int) {
	size := 0
	for _, a := range attrs {
		v, n := Value(a.Value)
		dst = append(dst, slog.Attr{Key: a.Key, Value: v})
		size += n + len(a.Key)
	}
	return dst, size
}

// Value returns v frozen, and about how many bytes it keeps in memory.
func Value(v slog.Value) (slog.Value, int) {
	if n, ok := plainSize(v); ok {
		return v, n
	}
	f := freezer{size: attrSize}
	v = f.value(v, 0)
	return v, f.size
}

// plainSize returns the size of a value that need not be frozen.
func plainSize(v slog.Value) (size int, ok bool) {
	switch v.Kind() {
	case slog.KindString:
		return attrSize + len(v.String()), true
	case slog.KindAny:
		n, ok := immutable(v.Any())
		return attrSize + n, ok
	case slog.KindGroup, slog.KindLogValuer:
		return 0, false
	default:
		return attrSize, true
	}
}

// freezer freezes the values of one record.
type freezer struct {
	size int // bytes, of what was frozen
	made int // attributes of groups that LogValuers made
}

// value freezes v. depth counts the LogValuers around it that made groups.
func (f *freezer) value(v slog.Value, depth int) slog.Value {
	if v.Kind() == slog.KindLogValuer {
		v = attr.Resolve(v)
		if v.Kind() == slog.KindGroup {
			depth++
			f.made += len(v.Group())
			if depth > maxGroupDepth || f.made > maxGroupAttrs {
				return slog.StringValue(depthMark)
			}
		}
	}
	switch v.Kind() {
	case slog.KindGroup:
		return f.group(v.Group(), depth)
	case slog.KindAny:
		a, n := freezeAny(v.Any())
		f.size += n
		return slog.AnyValue(a)
	case slog.KindString:
		f.size += len(v.String())
	default:
	}
	return v
}

func (f *freezer) group(attrs []slog.Attr, depth int) slog.Value {
	frozen := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		frozen[i] = slog.Attr{Key: a.Key, Value: f.value(a.Value, depth)}
		f.size += attrSize + len(a.Key)
	}
	return slog.GroupValue(frozen...)
}

// freezeAny freezes the value of an attribute.
func freezeAny(a any) (frozen any, size int) {
	if n, ok := immutable(a); ok {
		return a, n
	}
	defer func() { // a type that reflect or encoding/json cannot cope with
		if p := recover(); p != nil {
			frozen, size = attr.Panic(a, p), 32
		}
	}()
	if err, ok := a.(error); ok {
		var f errorFreezer
		e := f.freeze(err, 0)
		return e, f.size
	}
	c := copier{bytes: maxBytes, nodes: maxNodes}
	if !printsItself(a) {
		if frozen, ok := c.top(a); ok {
			return frozen, maxBytes - c.bytes
		}
	}
	r := render(a)
	return r, len(r.json) + len(r.text) + attrSize
}
