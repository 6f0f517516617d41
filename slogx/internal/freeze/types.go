package freeze

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"sync"
	"time"
)

// plan is what the package knows of a type.
type plan struct {
	immutable bool // nothing that is reached through a value of it can change
	size      int  // bytes

	// hidden: an unexported field has a reference, so that a copy would share it.
	hidden bool

	// guarded: it has a lock, and hidden references that the lock may guard.
	guarded bool
}

var plans sync.Map // reflect.Type → *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan) //nolint:forcetypeassert // nothing else is in it
	}
	p := &plan{immutable: isImmutable(t), size: int(t.Size())}
	st := t
	if t.Kind() == reflect.Pointer {
		st = t.Elem()
	}
	if st.Kind() == reflect.Struct {
		p.hidden = hidesReferences(st)
		p.guarded = p.hidden && hasLock(st)
	}
	plans.Store(t, p)
	return p
}

// known are types of the standard library that hold pointers and never change.
var known = map[reflect.Type]bool{
	reflect.TypeFor[time.Time]():      true,
	reflect.TypeFor[*time.Location](): true,
	reflect.TypeFor[netip.Addr]():     true,
	reflect.TypeFor[netip.AddrPort](): true,
	reflect.TypeFor[netip.Prefix]():   true,
}

func isImmutable(t reflect.Type) bool {
	if known[t] {
		return true
	}
	switch t.Kind() {
	case reflect.Array:
		return isImmutable(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if !isImmutable(f.Type) {
				return false
			}
		}
		return true
	case reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice:
		return false
	default: // a channel or a func is printed by its address, if at all
		return true
	}
}

func hidesReferences(t reflect.Type) bool {
	for f := range t.Fields() {
		if !f.IsExported() && !isImmutable(f.Type) {
			return true
		}
	}
	return false
}

func hasLock(t reflect.Type) bool {
	if pkg := t.PkgPath(); pkg == "sync" || pkg == "sync/atomic" {
		return true
	}
	if t.Kind() == reflect.Array {
		return hasLock(t.Elem())
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		if hasLock(f.Type) {
			return true
		}
	}
	return false
}

// immutable reports whether a may be kept as it is, and its size in bytes.
func immutable(a any) (size int, ok bool) {
	switch a := a.(type) {
	case nil:
		return 0, true
	case error:
		return 16, immutableError(a, 0)
	}
	p := planOf(reflect.TypeOf(a))
	return p.size, p.immutable
}

// The types of errors whose text is made of what they hold, which nobody can change.
var (
	textError  = reflect.TypeOf(errors.New(""))
	wrapError  = reflect.TypeOf(fmt.Errorf("%w", errors.New("")))
	wrapErrors = reflect.TypeOf(fmt.Errorf("%w%w", errors.New(""), errors.New("")))
	joinError  = reflect.TypeOf(errors.Join(errors.New("")))
)

// immutableError reports whether err and all that it wraps never change.
func immutableError(err error, depth int) bool {
	if err == nil || depth > maxErrorDepth {
		return err == nil
	}
	switch t := reflect.TypeOf(err); t {
	case textError:
		return true
	case wrapError:
		return immutableError(errors.Unwrap(err), depth+1)
	case wrapErrors, joinError:
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() { //nolint:forcetypeassert // these have it
			if !immutableError(e, depth+1) {
				return false
			}
		}
		return true
	default:
		return planOf(t).immutable
	}
}

// printsItself reports whether a has a method that says how it looks. Bytes are copied nevertheless:
// [log/slog.TextHandler] prints them in a form of their own.
func printsItself(a any) bool {
	if t := reflect.TypeOf(a); t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		return false
	}
	switch a.(type) {
	case json.Marshaler, encoding.TextMarshaler, fmt.Stringer, fmt.Formatter:
		return true
	}
	return false
}
