package console

import (
	"log/slog"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// What is shown of one composite value. More is cut, and marked by an ellipsis.
const (
	maxDumpDepth = 8
	maxDumpNodes = 1000
	maxDumpBytes = 16 << 10
)

const ellipsis = "…"

// dumper shows structs, maps, slices and pointers: {id:7 name:"x y"}, [1 2], &{id:7}. Texts inside are
// quoted wherever they could be taken for structure.
type dumper struct {
	buf   []byte
	start int // where the value begins in buf
	depth int
	nodes int
	path  []visit // pointers, maps and slices that are being shown
}

type visit struct {
	ptr uintptr
	typ reflect.Type
	n   int
}

// appendDump appends v, which has no text of its own.
func appendDump(dst []byte, v any) []byte {
	d := &dumper{buf: dst, start: len(dst)}
	d.plain(reflect.ValueOf(v))
	return d.buf
}

// value appends v, through its own methods if it has any.
func (d *dumper) value(v reflect.Value) {
	if !v.IsValid() {
		d.raw("<nil>")
		return
	}
	if d.nodes++; d.full() {
		d.raw(ellipsis)
		return
	}
	if v.CanInterface() {
		x := v.Interface()
		if lv, ok := x.(slog.LogValuer); ok {
			d.logValue(attr.Resolve(slog.AnyValue(lv)))
			return
		}
		if text, ok := callText(x); ok {
			d.text(text)
			return
		}
	}
	d.plain(v)
}

func (d *dumper) full() bool { return d.nodes > maxDumpNodes || len(d.buf)-d.start > maxDumpBytes }

func (d *dumper) raw(s string) { d.buf = append(d.buf, s...) }

func (d *dumper) text(s string) {
	if room := max(maxDumpBytes-(len(d.buf)-d.start), 0); len(s) > room {
		for room > 0 && !utf8.RuneStart(s[room]) {
			room--
		}
		s = s[:room] + ellipsis
	}
	if t := examine(s); t&(needsQuotes|hasBracket) != 0 || s == "" {
		if t&^hasBracket == 0 && s != "" && !strings.ContainsAny(s, "()[]{},") && s[0] != ':' {
			d.raw(s) // such as a time, a URL or <nil>
			return
		}
		d.buf = appendQuoted(d.buf, s, t&^hasEqual)
		return
	}
	d.raw(s)
}

// logValue appends what a LogValue method returned.
func (d *dumper) logValue(v slog.Value) {
	switch v.Kind() {
	case slog.KindGroup:
		d.inside('{', '}', func() {
			for i, a := range v.Group() {
				if !d.element(i) {
					return
				}
				d.text(a.Key)
				d.raw(":")
				d.logValue(attr.Resolve(a.Value))
			}
		})
	case slog.KindAny:
		d.value(reflect.ValueOf(v.Any()))
	case slog.KindString:
		d.text(v.String())
	default:
		d.buf = appendScalar(d.buf, v)
	}
}

// inside appends the elements of a composite value between brackets.
func (d *dumper) inside(opening, closing byte, elements func()) {
	d.buf = append(d.buf, opening)
	if d.depth++; d.depth > maxDumpDepth {
		d.raw(ellipsis)
	} else {
		elements()
	}
	d.depth--
	d.buf = append(d.buf, closing)
}

// element begins the ith element, or ends the elements with an ellipsis and returns false.
func (d *dumper) element(i int) bool {
	if i > 0 {
		d.raw(" ")
	}
	d.nodes++
	if d.full() {
		d.raw(ellipsis)
		return false
	}
	return true
}

// plain appends v by its kind.
func (d *dumper) plain(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		d.buf = strconv.AppendBool(d.buf, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.buf = strconv.AppendInt(d.buf, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		d.buf = strconv.AppendUint(d.buf, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		d.buf = strconv.AppendFloat(d.buf, v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		d.raw(strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()))
	case reflect.String:
		d.text(v.String())
	case reflect.Interface:
		d.value(v.Elem())
	case reflect.Pointer:
		d.pointer(v)
	case reflect.Struct:
		d.structure(v)
	case reflect.Map:
		d.guarded(v, func() { d.mapping(v) })
	case reflect.Slice:
		d.guarded(v, func() { d.list(v) })
	case reflect.Array:
		d.list(v)
	default: // channels, funcs and unsafe pointers tell nothing but their type
		d.typeName(v.Type())
	}
}

func (d *dumper) typeName(t reflect.Type) {
	name := t.String()
	if examine(name)&(needsQuotes) != 0 {
		name = t.Kind().String()
	}
	d.raw("<" + name + ">")
}

// guarded appends a value that can contain itself.
func (d *dumper) guarded(v reflect.Value, show func()) {
	if v.IsNil() {
		d.raw("<nil>")
		return
	}
	here := visit{ptr: v.Pointer(), typ: v.Type()}
	if v.Kind() == reflect.Slice {
		here.n = v.Len()
	}
	if slices.Contains(d.path, here) {
		d.raw("<cycle>")
		return
	}
	d.path = append(d.path, here)
	show()
	d.path = d.path[:len(d.path)-1]
}

func (d *dumper) pointer(v reflect.Value) {
	d.guarded(v, func() {
		if d.depth++; d.depth > maxDumpDepth {
			d.raw(ellipsis)
		} else {
			d.raw("&")
			d.value(v.Elem())
		}
		d.depth--
	})
}

// structure appends the exported fields of a struct, but for those that encoding/json would not show
// either.
func (d *dumper) structure(v reflect.Value) {
	t := v.Type()
	start, shown := len(d.buf), 0
	d.inside('{', '}', func() {
		for i := range t.NumField() {
			f := t.Field(i)
			promotes := f.Anonymous && f.Type.Kind() == reflect.Struct
			if (!f.IsExported() && !promotes) || f.Tag.Get("json") == "-" {
				continue
			}
			if !d.element(shown) {
				return
			}
			shown++
			d.raw(f.Name)
			d.raw(":")
			d.value(v.Field(i))
		}
	})
	if shown == 0 && t.NumField() > 0 && d.depth < maxDumpDepth {
		d.buf = d.buf[:start]
		d.typeName(t)
	}
}

func (d *dumper) list(v reflect.Value) {
	d.inside('[', ']', func() {
		for i := range v.Len() {
			if !d.element(i) {
				return
			}
			d.value(v.Index(i))
		}
	})
}

// mapping appends a map, sorted by the texts of its keys. Of a large one it shows any keys.
func (d *dumper) mapping(v reflect.Value) {
	type entry struct {
		key   string
		value reflect.Value
	}
	entries := make([]entry, 0, min(v.Len(), maxDumpNodes))
	for iter := v.MapRange(); iter.Next() && len(entries) < maxDumpNodes; {
		k := &dumper{depth: maxDumpDepth - 1} // a key is shown in brief
		k.value(iter.Key())
		entries = append(entries, entry{string(k.buf), iter.Value()})
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	d.inside('{', '}', func() {
		for i, e := range entries {
			if !d.element(i) {
				return
			}
			d.raw(e.key)
			d.raw(":")
			d.value(e.value)
		}
		if v.Len() > len(entries) {
			d.raw(" " + ellipsis)
		}
	})
}
