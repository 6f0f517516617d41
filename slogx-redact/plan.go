package slogxredact

import (
	"context"
	"crypto"
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// plan is what is known of a type under a set of rules.
type plan struct {
	plain  bool // nothing in a value of it can be a hit, unless by its path
	secret bool // masked by its type
	hides  bool // prints itself masked: a Secret
	known  bool // of the standard library, holds no secret and is printed by methods that do not change

	url bool // url.URL
	err bool // an error that log/slog shows as its text

	wraps  bool // an error: it may wrap others
	bare   bool // an error of packages errors or fmt, which holds nothing but its text and what it wraps
	logged bool // a slog.Value, or a LogValuer, which package console resolves wherever it stands

	// What prints it: if both, nothing of its data is shown.
	printsJSON, printsText bool

	fields []field

	// The fields of a name and its value, as in a header or a variable, if it has both: their indexes in fields.
	isPair      bool
	name, value int
}

// prints reports whether a method of the type's prints it.
func (p *plan) prints() bool { return p.printsJSON || p.printsText }

// field is a field of a struct.
type field struct {
	index      int
	name, json string
	id         ruleID // what masks it whatever it holds, if masked
	masked     bool
	hidden     bool // not in the JSON
	embedded   bool // it is a struct, or a pointer to one, without a name of its own
	inline     bool // its fields stand in the JSON of the struct
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	formatter     = reflect.TypeFor[fmt.Formatter]()
	stringer      = reflect.TypeFor[fmt.Stringer]()
	errorType     = reflect.TypeFor[error]()
	secretType    = reflect.TypeFor[secret]()
	logValuer     = reflect.TypeFor[slog.LogValuer]()
	logValueType  = reflect.TypeFor[slog.Value]()
	urlType       = reflect.TypeFor[url.URL]()
	privateKey    = reflect.TypeFor[interface{ Public() crypto.PublicKey }]()                      // all of the standard library's have it
	contextType   = reflect.TypeOf(context.WithValue(context.Background(), cookieType, "")).Elem() // nobody writes to one
	cookieType    = reflect.TypeFor[http.Cookie]()
	atomicType    = reflect.TypeFor[atomic.Value]() // the one of its package of which fmt shows what it holds
)

// knownTypes print numbers and names of their own. Addresses are not among them: detectors find those.
var knownTypes = map[reflect.Type]bool{
	reflect.TypeFor[time.Time]():      true,
	reflect.TypeFor[time.Duration]():  true,
	reflect.TypeFor[time.Month]():     true,
	reflect.TypeFor[time.Weekday]():   true,
	reflect.TypeFor[*time.Location](): true,
	reflect.TypeFor[time.Location]():  true,
	reflect.TypeFor[big.Float]():      true,
	reflect.TypeFor[big.Rat]():        true,
}

// cookieFields are what is secret of a cookie, by names that do not say so.
var cookieFields = map[string]bool{"Value": true, "Raw": true, "Unparsed": true}

// isKnown reports whether t is one of these, or of the packages sync and sync/atomic: to read those would race.
func isKnown(t reflect.Type) bool {
	return knownTypes[t] || t.PkgPath() == "sync" || t.PkgPath() == "sync/atomic"
}

// isBare reports whether t is of a package whose errors hold nothing but texts and other errors.
func isBare(t reflect.Type) bool { return t.PkgPath() == "errors" || t.PkgPath() == "fmt" }

// showsAny reports whether fmt shows what an atomic.Value holds: t is one, or, if it is the outermost, points to one.
func showsAny(t reflect.Type) bool {
	return t == atomicType || t.Kind() == reflect.Pointer && t.Elem() == atomicType
}

// plan returns the plan of t, which is made once.
func (r *rules) plan(t reflect.Type) *plan {
	if p, ok := r.plans.Load(t); ok {
		return p.(*plan) //nolint:forcetypeassert // nothing else is stored
	}
	p := r.newPlan(t)
	p.plain = r.plain(t, nil)
	stored, _ := r.plans.LoadOrStore(t, p)
	return stored.(*plan) //nolint:forcetypeassert // nothing else is stored
}

// newPlan is a plan but for plain, which looks at the types within.
func (r *rules) newPlan(t reflect.Type) *plan {
	p := &plan{
		secret: r.masksType(t),
		hides:  t.Implements(secretType),
		known:  isKnown(t) || t.Kind() == reflect.Pointer && isKnown(t.Elem()),
		url:    t == urlType,
		err:    t.Implements(errorType) && !t.Implements(jsonMarshaler),
		wraps:  t.Implements(errorType),
		bare:   t.Implements(errorType) && t.Kind() == reflect.Pointer && isBare(t.Elem()),
		logged: t.Implements(logValuer) || t == logValueType,
	}
	p.printsJSON = implements(t, jsonMarshaler) || implements(t, textMarshaler)
	p.printsText = textual(t)
	if t.Kind() == reflect.Struct {
		for f := range t.Fields() {
			p.fields = append(p.fields, r.newField(t, f))
		}
		p.name = slices.IndexFunc(p.fields, func(f field) bool { return isNameKey(f.name) })
		p.value = slices.IndexFunc(p.fields, func(f field) bool { return isValueKey(f.name) })
		if t == contextType {
			p.value = slices.IndexFunc(p.fields, func(f field) bool { return f.name == "val" })
		}
		p.isPair = p.name >= 0 && p.value >= 0
	}
	return p
}

// textual reports whether t has a method that says how it looks as text. Nobody takes an address for that.
func textual(t reflect.Type) bool {
	return t.Implements(textMarshaler) || t.Implements(formatter) || t.Implements(stringer) || t.Implements(errorType)
}

// implements reports whether t or a pointer to it implements iface: encoding/json uses methods of pointers
// where it can take an address.
func implements(t, iface reflect.Type) bool {
	return t.Implements(iface) || t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(iface)
}

func (r *rules) masksType(t reflect.Type) bool {
	if implements(t, privateKey) && r.keys.decide("private_key").secret {
		return true
	}
	return slices.ContainsFunc(r.types, func(s reflect.Type) bool {
		return t == s || t.Kind() == reflect.Pointer && t.Elem() == s ||
			s.Kind() == reflect.Interface && t.Implements(s)
	})
}

func (r *rules) newField(t reflect.Type, f reflect.StructField) field {
	tag, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
	p := field{index: f.Index[0], name: f.Name, json: tag}
	if tag == "" {
		p.json = f.Name
	}
	st := f.Type
	if st.Kind() == reflect.Pointer {
		st = st.Elem()
	}
	p.embedded = f.Anonymous && st.Kind() == reflect.Struct
	p.hidden = tag == "-" && opts == "" && !strings.Contains(f.Tag.Get("json"), ",") || !f.IsExported() && !p.embedded
	p.inline = p.embedded && tag == "" && !implements(f.Type, jsonMarshaler) && !implements(f.Type, textMarshaler)
	switch {
	case slices.Contains(strings.Split(f.Tag.Get("slogx"), ","), "secret"):
		p.id, p.masked = ruleTag, true
	case r.keys.decide(f.Name).secret, r.keys.decide(p.json).secret,
		t == cookieType && cookieFields[f.Name] && r.keys.decide("cookie").secret:
		p.id, p.masked = ruleKey, true
	}
	return p
}

// maxPlainDepth bounds how deep types are looked into.
const maxPlainDepth = 16

// plain reports whether nothing in a value of type t can be a hit. outer are the types around it.
func (r *rules) plain(t reflect.Type, outer []reflect.Type) bool {
	if len(outer) > maxPlainDepth || slices.Contains(outer, t) {
		return false // a type that contains itself may be deeper than the bound
	}
	p := r.newPlan(t)
	if p.secret {
		return false
	}
	if p.known {
		return !showsAny(t)
	}
	if p.prints() || p.logged {
		return false
	}
	outer = append(slices.Clip(outer), t)
	switch t.Kind() {
	case reflect.Bool, reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Uintptr,
		reflect.Int8, reflect.Uint8, reflect.Int16, reflect.Uint16:
		return true
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return !r.numbers
	case reflect.Array, reflect.Pointer:
		return r.plain(t.Elem(), outer)
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Uint8 && r.plain(t.Elem(), outer)
	case reflect.Struct:
		for i, f := range p.fields {
			if f.masked || !r.plain(t.Field(i).Type, outer) {
				return false
			}
		}
		return true
	default: // text, and what can hold it
		return false
	}
}
