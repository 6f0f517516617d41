package slogxredact

import (
	"reflect"
	"strings"
)

// Headers, variables of the environment, and parameters are often pairs of a name and a value: a struct, a map or
// JSON with both, or an array of two. The name is then the key of the value. Values that are numbers are those of
// metrics, and stay.

func isNameKey(key string) bool {
	return strings.EqualFold(key, "name") || strings.EqualFold(key, "key")
}
func isValueKey(key string) bool { return strings.EqualFold(key, "value") }

// pairNames and pairValues are how the keys of maps spell them.
var pairNames = []string{"name", "Name", "key", "Key"}

// names reports whether name is a text that a key rule matches, and v nothing but a number.
func (d *data) names(name, v reflect.Value) bool {
	for range 2 { // a pointer in an interface
		if name.Kind() == reflect.Interface || name.Kind() == reflect.Pointer {
			name = name.Elem()
		}
	}
	return name.Kind() == reflect.String && d.w.r.keys.decide(name.String()).secret && !isNumber(v)
}

func isNumber(v reflect.Value) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v.Kind() == reflect.Bool || v.CanInt() || v.CanUint() || v.CanFloat()
}

// namedField reports whether the ith field of v is the value of a pair whose name a key rule matches.
func (d *data) namedField(p *plan, i int, v reflect.Value) bool {
	if !p.isPair || i != p.value {
		return false
	}
	name := v.Field(p.fields[p.name].index)
	if !name.CanInterface() && d.owned > 0 && v.Type() != contextType {
		return false // others may be writing to it
	}
	return d.names(name, v.Field(p.fields[i].index))
}

// namedEntry reports whether the value under key in the map m is that of such a pair.
func (d *data) namedEntry(m reflect.Value, key string, v reflect.Value) bool {
	if !isValueKey(key) || m.Type().Key().Kind() != reflect.String {
		return false
	}
	for _, name := range pairNames {
		if d.names(m.MapIndex(reflect.ValueOf(name).Convert(m.Type().Key())), v) {
			return true
		}
	}
	return false
}

// namedElement reports whether the ith element of v, an array of two, is the value of such a pair.
func (d *data) namedElement(v reflect.Value, i int) bool {
	return i == 1 && v.Kind() == reflect.Array && v.Len() == 2 && d.names(v.Index(0), v.Index(1))
}

// maxPairMembers is how many members of an object are looked at for the name of one of them.
const maxPairMembers = 8

// namedMember is namedEntry for JSON: the value at i is under key in the object at open.
func (j *rewriter) namedMember(open int, key string, i int) bool {
	if !isValueKey(key) || strings.IndexByte(`"{[`, j.src[i]) < 0 {
		return false
	}
	at := skipSpace(j.src, open+1)
	for range maxPairMembers {
		if j.src[at] != '"' {
			return false
		}
		end := skipValue(j.src, at)
		name := decode(j.src[at:end])
		at = skipSpace(j.src, skipSpace(j.src, end)+1)
		end = skipValue(j.src, at)
		if isNameKey(name) && j.src[at] == '"' && j.w.r.keys.decide(decode(j.src[at:end])).secret {
			return true
		}
		if at = skipSpace(j.src, end); j.src[at] != ',' {
			return false
		}
		at = skipSpace(j.src, at+1)
	}
	return false
}
