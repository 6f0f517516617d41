package jsonlog

import (
	"encoding/json"
	"reflect"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// maxErrorDepth is the depth at which containers are no longer looked into, and left to encoding/json as
// they are, which also knows what to do about those that contain themselves.
const maxErrorDepth = 100

var (
	errorType     = reflect.TypeFor[error]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
)

// showErrors returns a copy of a slice, array or map in which errors are replaced by their texts:
// encoding/json shows most as {}. It reports false, and copies nothing, if there are none. It looks into
// containers whose elements are errors or interfaces, and into those that they hold.
func showErrors(v any) (any, bool) {
	var s errorShower
	shown, changed := s.show(reflect.ValueOf(v), 0)
	return shown, changed && !s.tooDeep
}

// errorShower is one run of showErrors. tooDeep ends it: without that, a container that contains itself
// twice would be walked on all ways.
type errorShower struct{ tooDeep bool }

func (s *errorShower) show(v reflect.Value, depth int) (any, bool) {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || !v.CanInterface() {
		return nil, false
	}
	if err, ok := reflect.TypeAssert[error](v); ok && depth > 0 && !v.Type().Implements(marshalerType) {
		return errorText(err), true
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		if mayHoldErrors(v.Type()) {
			return s.elems(v, depth+1)
		}
	case reflect.Map:
		if mayHoldErrors(v.Type()) {
			return s.mapValues(v, depth+1)
		}
	default:
	}
	return nil, false
}

// mayHoldErrors reports whether encoding/json would go through the elements of t, and they can be errors.
func mayHoldErrors(t reflect.Type) bool {
	if t.Implements(marshalerType) {
		return false
	}
	e := t.Elem()
	for e.Kind() == reflect.Slice || e.Kind() == reflect.Array || e.Kind() == reflect.Map {
		if e.Implements(errorType) {
			return true
		}
		e = e.Elem()
	}
	return e.Kind() == reflect.Interface || e.Implements(errorType)
}

func (s *errorShower) elems(v reflect.Value, depth int) (any, bool) {
	s.tooDeep = s.tooDeep || depth > maxErrorDepth
	var out []any
	for i := 0; i < v.Len() && !s.tooDeep; i++ {
		shown, changed := s.show(v.Index(i), depth)
		if !changed {
			continue
		}
		if out == nil {
			out = make([]any, v.Len())
			for j := range out {
				out[j] = v.Index(j).Interface()
			}
		}
		out[i] = shown
	}
	return out, out != nil
}

func (s *errorShower) mapValues(v reflect.Value, depth int) (any, bool) {
	s.tooDeep = s.tooDeep || depth > maxErrorDepth
	var out reflect.Value
	for it := v.MapRange(); !s.tooDeep && it.Next(); {
		shown, changed := s.show(it.Value(), depth)
		if !changed {
			continue
		}
		if !out.IsValid() {
			out = reflect.MakeMapWithSize(reflect.MapOf(v.Type().Key(), reflect.TypeFor[any]()), v.Len())
			for all := v.MapRange(); all.Next(); {
				out.SetMapIndex(all.Key(), all.Value())
			}
		}
		out.SetMapIndex(it.Key(), reflect.ValueOf(shown))
	}
	if !out.IsValid() {
		return nil, false
	}
	return out.Interface(), true
}

func errorText(err error) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = attr.Panic(err, p)
		}
	}()
	return err.Error()
}
