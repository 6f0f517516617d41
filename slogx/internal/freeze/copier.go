package freeze

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// Bounds of a deep copy. What exceeds them is rendered instead.
const (
	maxDepth = 32
	maxNodes = 10_000
	maxBytes = 1 << 20
)

// Why a value was not copied.
var (
	errShared  = errors.New("it would share memory with the original, or print otherwise")
	errCycle   = errors.New("it contains itself")
	errTooMuch = errors.New("it is too large")
)

// copier makes deep copies of the same types.
type copier struct {
	bytes, nodes int // what is left of the bounds
	path         []ref
}

// ref is a reference on the way to the value that is being copied.
type ref struct {
	ptr uintptr
	len int
	t   reflect.Type
}

// top copies the value of an attribute.
func (c *copier) top(a any) (any, bool) {
	switch a := a.(type) { // without reflection, what is most frequent
	case []byte:
		c.bytes -= len(a)
		return slices.Clone(a), true
	case []string:
		for _, s := range a {
			c.bytes -= len(s) + 16
		}
		return slices.Clone(a), true
	}
	v, err := c.copy(reflect.ValueOf(a), 0)
	if err != nil {
		return nil, false
	}
	return v.Interface(), true
}

// copy returns a copy of v, or why there is none.
func (c *copier) copy(v reflect.Value, depth int) (reflect.Value, error) {
	c.nodes--
	c.bytes -= int(v.Type().Size())
	if c.nodes < 0 || c.bytes < 0 || depth > maxDepth {
		return v, errTooMuch
	}
	if v.Kind() == reflect.String {
		c.bytes -= v.Len()
	}
	if v.Kind() != reflect.Struct && planOf(v.Type()).immutable {
		return v, nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		return c.pointer(v, depth)
	case reflect.Slice:
		return c.slice(v, depth)
	case reflect.Array:
		cp := reflect.New(v.Type()).Elem()
		return cp, c.elements(cp, v, depth)
	case reflect.Map:
		return c.maps(v, depth)
	case reflect.Struct:
		return c.structs(v, depth)
	case reflect.Interface:
		return c.iface(v, depth)
	default:
		return v, nil
	}
}

// enter notes that a reference is followed.
func (c *copier) enter(v reflect.Value) error {
	r := ref{ptr: v.Pointer(), t: v.Type()}
	if v.Kind() == reflect.Slice {
		r.len = v.Len()
	}
	if slices.Contains(c.path, r) {
		return errCycle
	}
	c.path = append(c.path, r)
	return nil
}

func (c *copier) leave() { c.path = c.path[:len(c.path)-1] }

func (c *copier) pointer(v reflect.Value, depth int) (reflect.Value, error) {
	if v.IsNil() || planOf(v.Type()).immutable {
		return v, nil
	}
	switch v.Elem().Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.Struct:
		if depth > 0 && !printedByMethod(v.Type()) {
			return v, errShared // fmt prints its address
		}
	default:
		return v, errShared
	}
	if err := c.enter(v); err != nil {
		return v, err
	}
	defer c.leave()
	elem, err := c.copy(v.Elem(), depth+1)
	if err != nil {
		return v, err
	}
	cp := reflect.New(v.Type().Elem())
	cp.Elem().Set(elem)
	return cp.Convert(v.Type()), nil
}

var (
	errorType     = reflect.TypeFor[error]()
	stringerType  = reflect.TypeFor[fmt.Stringer]()
	formatterType = reflect.TypeFor[fmt.Formatter]()
)

// printedByMethod reports whether fmt prints values of type t by a method of theirs.
func printedByMethod(t reflect.Type) bool {
	return t.Implements(errorType) || t.Implements(stringerType) || t.Implements(formatterType)
}

func (c *copier) slice(v reflect.Value, depth int) (reflect.Value, error) {
	if v.IsNil() {
		return v, nil
	}
	cp := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	if elem := v.Type().Elem(); elem.Kind() != reflect.String && planOf(elem).immutable {
		if c.bytes -= v.Len() * int(elem.Size()); c.bytes < 0 && depth > 0 {
			return v, errTooMuch
		}
		reflect.Copy(cp, v)
		return cp, nil
	}
	if err := c.enter(v); err != nil {
		return v, err
	}
	defer c.leave()
	return cp, c.elements(cp, v, depth)
}

// elements copies the elements of an array or slice.
func (c *copier) elements(dst, src reflect.Value, depth int) error {
	for i := range src.Len() {
		e, err := c.copy(src.Index(i), depth+1)
		if err != nil {
			return err
		}
		dst.Index(i).Set(e)
	}
	return nil
}

func (c *copier) maps(v reflect.Value, depth int) (reflect.Value, error) {
	if v.IsNil() {
		return v, nil
	}
	if err := c.enter(v); err != nil {
		return v, err
	}
	defer c.leave()
	cp := reflect.MakeMapWithSize(v.Type(), min(v.Len(), maxNodes))
	for it := v.MapRange(); it.Next(); {
		k := it.Key()
		if key := k; key.Kind() == reflect.Interface {
			key = key.Elem()
			if !key.IsValid() || !planOf(key.Type()).immutable {
				return v, errShared
			}
		} else if !planOf(k.Type()).immutable {
			return v, errShared
		}
		if k.Kind() == reflect.String {
			c.bytes -= k.Len()
		}
		e, err := c.copy(it.Value(), depth+1)
		if err != nil {
			return v, err
		}
		cp.SetMapIndex(k, e)
	}
	return cp, nil
}

func (c *copier) structs(v reflect.Value, depth int) (reflect.Value, error) {
	t := v.Type()
	for i := range t.NumField() { // a string is immutable, but not free
		if t.Field(i).Type.Kind() == reflect.String {
			c.bytes -= v.Field(i).Len()
		}
	}
	if planOf(t).immutable {
		return v, nil
	}
	if planOf(t).hidden {
		return v, errShared
	}
	cp := reflect.New(t).Elem()
	cp.Set(v)
	for i := range t.NumField() {
		if planOf(t.Field(i).Type).immutable {
			continue
		}
		e, err := c.copy(v.Field(i), depth+1)
		if err != nil {
			return v, err
		}
		cp.Field(i).Set(e)
	}
	return cp, nil
}

// iface copies what an interface holds. What cannot be copied is rendered, if the interface may hold that.
func (c *copier) iface(v reflect.Value, depth int) (reflect.Value, error) {
	if v.IsNil() {
		return v, nil
	}
	if err, ok := reflect.TypeAssert[error](v.Elem()); ok && immutableError(err, 0) {
		return v, nil
	}
	path := len(c.path)
	e, err := c.copy(v.Elem(), depth+1)
	if err == nil || errors.Is(err, errTooMuch) {
		return e, err
	}
	c.path = c.path[:path]
	if errors.Is(err, errCycle) {
		if v.NumMethod() > 0 {
			return v, err
		}
		return reflect.ValueOf(cycleMark), nil
	}
	r, ok := renderElement(v.Elem().Interface())
	if !ok || !reflect.TypeOf(r).AssignableTo(v.Type()) {
		return v, err
	}
	return reflect.ValueOf(r), nil
}
