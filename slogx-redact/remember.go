package slogxredact

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// remember keeps the texts in v, which is to be masked, so that hide finds them elsewhere.
func (d *data) remember(v reflect.Value, depth int) {
	if !v.IsValid() || depth > ownedDepth || len(d.secret) > maxHidden {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); len(s) >= minHidden {
			d.secret = append(d.secret, s)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if s := strconv.FormatInt(v.Int(), 10); len(s) >= minHidden {
			d.secret = append(d.secret, s)
		}
	case reflect.Interface, reflect.Pointer:
		d.remember(v.Elem(), depth+1)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if s := string(v.Bytes()); len(s) >= minHidden {
				d.secret = append(d.secret, s)
			}
			return
		}
		for i := range min(v.Len(), maxHidden) {
			d.remember(v.Index(i), depth+1)
		}
	case reflect.Map:
		if d.owned > 0 || !v.CanInterface() {
			return // others may write to it
		}
		for it := v.MapRange(); it.Next() && len(d.secret) <= maxHidden; {
			d.remember(it.Value(), depth+1)
		}
	case reflect.Struct:
		for _, f := range v.Fields() {
			d.remember(f, depth+1)
		}
	default:
	}
}

// longestFirst sorts texts so that those that contain others come first, and each once.
func longestFirst(texts []string) []string {
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(texts)
}
