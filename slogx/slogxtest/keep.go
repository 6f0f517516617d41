package slogxtest

import (
	"log/slog"
	"reflect"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// maxDepth bounds groups that LogValuers make one within the other, and containers. Ready-made groups
// are kept at any depth.
const maxDepth = 100

// keep appends a to attrs in a form that is safe to keep: resolved, and independent of the caller's
// maps, slices and pointers.
func keep(attrs []slog.Attr, a slog.Attr) []slog.Attr { return keepAt(attrs, a, 0) }

// keepAt is keep for an attribute around which valuers LogValuers made groups.
func keepAt(attrs []slog.Attr, a slog.Attr, valuers int) []slog.Attr {
	if a.Equal(slog.Attr{}) {
		return attrs
	}
	if a.Value.Kind() == slog.KindLogValuer {
		valuers++
		a.Value = attr.Resolve(a.Value)
	}
	switch a.Value.Kind() {
	case slog.KindAny:
		a.Value = slog.AnyValue(copyAny(a.Value.Any()))
	case slog.KindGroup:
		if valuers > maxDepth {
			a.Value = slog.StringValue("!ERROR: LogValue methods return groups within groups without end")
			break
		}
		into := []slog.Attr{}
		if a.Key == "" {
			into = attrs
		}
		for _, in := range a.Value.Group() {
			into = keepAt(into, in, valuers)
		}
		if a.Key == "" {
			return into
		}
		if len(into) == 0 {
			return attrs
		}
		a.Value = slog.GroupValue(into...)
	}
	return append(attrs, a)
}

// copyAny returns a copy of v that shares no map, slice or pointer with it. Pointers to types with
// methods, channels, functions and the unexported fields of structs are shared: they belong to their
// type. A cycle is cut by a zero value. Unlike the values that package freeze makes, a copy is always of
// v's own type: tests look at it.
func copyAny(v any) (copied any) {
	if v == nil {
		return nil
	}
	defer func() {
		if recover() != nil { // what reflect refuses stays as it is
			copied = v
		}
	}()
	rv := reflect.ValueOf(v)
	dst := reflect.New(rv.Type()).Elem()
	copyValue(dst, rv, make(map[visit]bool), 0)
	return dst.Interface()
}

// visit is a map, slice or pointer that is being copied.
type visit struct {
	typ reflect.Type
	ptr uintptr
	len int
}

func copyValue(dst, src reflect.Value, open map[visit]bool, depth int) {
	if depth > maxDepth {
		return
	}
	switch src.Kind() {
	case reflect.Map, reflect.Slice, reflect.Pointer:
		if src.IsNil() || src.Kind() == reflect.Pointer && src.Type().NumMethod() > 0 {
			dst.Set(src)
			return
		}
		v := visit{typ: src.Type(), ptr: src.Pointer()}
		if src.Kind() == reflect.Slice {
			v.len = src.Len()
		}
		if open[v] {
			return
		}
		open[v] = true
		copyReference(dst, src, open, depth)
		delete(open, v)
	case reflect.Interface:
		if src.IsNil() {
			return
		}
		in := reflect.New(src.Elem().Type()).Elem()
		copyValue(in, src.Elem(), open, depth+1)
		dst.Set(in)
	case reflect.Array:
		for i := range src.Len() {
			copyValue(dst.Index(i), src.Index(i), open, depth+1)
		}
	case reflect.Struct:
		dst.Set(src)
		for i := range src.NumField() {
			if src.Type().Field(i).IsExported() {
				dst.Field(i).SetZero()
				copyValue(dst.Field(i), src.Field(i), open, depth+1)
			}
		}
	default:
		dst.Set(src)
	}
}

// copyReference copies what a map, slice or pointer that is not nil refers to.
func copyReference(dst, src reflect.Value, open map[visit]bool, depth int) {
	switch src.Kind() {
	case reflect.Map:
		dst.Set(reflect.MakeMapWithSize(src.Type(), src.Len()))
		for it := src.MapRange(); it.Next(); {
			val := reflect.New(src.Type().Elem()).Elem()
			copyValue(val, it.Value(), open, depth+1)
			dst.SetMapIndex(it.Key(), val)
		}
	case reflect.Slice:
		dst.Set(reflect.MakeSlice(src.Type(), src.Len(), src.Len()))
		for i := range src.Len() {
			copyValue(dst.Index(i), src.Index(i), open, depth+1)
		}
	case reflect.Pointer:
		dst.Set(reflect.New(src.Type().Elem()))
		copyValue(dst.Elem(), src.Elem(), open, depth+1)
	}
}
