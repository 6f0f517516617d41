package slogxredact

import (
	"encoding"
	"log/slog"
	"reflect"
)

// methods looks at what v wraps, if it is an error, and at what it logs itself as. v is not nil.
func (d *data) methods(v reflect.Value, p *plan) {
	switch {
	case !p.wraps:
	case d.owned == 0:
		secrets, ok := d.w.errorSecrets(v.Interface().(error)) //nolint:forcetypeassert // the plan says so
		d.secret = append(d.secret, secrets...)
		d.over = d.over || !ok
	case d.level > 1: // the outermost is unwrapped by who walks through the tree
		for _, err := range unwrap(v.Interface().(error)) { //nolint:forcetypeassert // as above
			d.walk(reflect.ValueOf(err))
		}
	}
	if d.owned > 0 {
		return
	}
	if p.printsText && d.veiled > 0 {
		d.behind = append(d.behind, v.Interface())
	}
	if p.logged {
		d.logged(v)
	}
}

// logged looks at what v, a slog.Value or a LogValuer, is logged as.
func (d *data) logged(v reflect.Value) {
	w := d.w
	last := w.last
	w.last = noRule
	if lv, ok := reflect.TypeAssert[slog.Value](v); ok {
		w.value(lv)
	} else {
		w.value(slog.AnyValue(v.Interface()))
	}
	if w.last != noRule {
		d.find(w.last)
	} else {
		w.last = last
	}
}

// keyText returns what a method of a key of a map prints, and whether JSON shows that.
func (d *data) keyText(k reflect.Value) (text string, inJSON bool) {
	if !k.IsValid() || isNilValue(k) || !k.CanInterface() || !d.w.r.plan(k.Type()).printsText {
		return "", false
	}
	switch k := k.Interface().(type) {
	case encoding.TextMarshaler:
		return marshalText(k), true
	default:
		text, ok := sprint(k)
		d.over = d.over || !ok
		return text, false
	}
}
