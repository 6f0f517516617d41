package slogxredact

import (
	"log/slog"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// data walks the data of a value, and calls none of its methods. It finds out whether anything in it must
// be masked, and where in the value's JSON.
//
// It reads what encoding/json and fmt would show. What neither does is left alone, since others may be writing
// to it under a lock that they share: what unexported fields point to, what package sync guards, and maps there,
// for which the runtime would end the program. Where fmt would show such a map, the value goes on as its JSON, which does not.
type data struct {
	w     *walker
	root  mark
	place []string // of the value in the JSON; see also hidden

	dirty  bool
	opaque bool   // something in it prints itself
	unread bool   // fmt would show what was not looked at
	errors bool   // an error is among that
	over   bool   // a bound was reached
	first  ruleID // the first rule that hit

	level  int      // of the value within the others
	veiled int      // above 0: fmt does not show unexported fields
	hidden int      // above 0: the JSON does not show it
	owned  int      // above 0: neither does the text; secrets in it may be printed nevertheless
	secret []string // texts under a rule for their place
	behind []any    // what prints itself behind pointers: package console shows it, fmt does not

	ownedNodes int // values looked at while owned
}

// Bounds of the walk through data that nothing prints, which is done only to know its secrets.
const (
	ownedDepth = 6
	ownedNodes = 500
	minHidden  = 3 // shorter texts are not looked for in others
	maxHidden  = 64
)

// walk looks at v.
func (d *data) walk(v reflect.Value) {
	w := d.w
	if d.over || !v.IsValid() {
		return
	}
	w.nodes--
	w.depth++
	d.level++
	defer func() { w.depth--; d.level-- }()
	if d.unshown(v) {
		d.owned++
		defer func() { d.owned-- }()
	}
	if d.bound() {
		return
	}
	p := w.r.plan(v.Type())
	switch {
	case p.secret:
		d.mark(ruleType, "", v)
		return
	case p.hides, p.known && d.allowed(), p.plain && !w.r.needPath:
		d.unread = d.unread || (v.Type() == atomicType || d.level == 1 && showsAny(v.Type())) && !d.unshown(v)
		return
	}
	if v.Kind() != reflect.Interface && v.CanInterface() && !isNilValue(v) {
		d.methods(v, p)
	}
	if d.over {
		return
	}
	if v.CanInterface() && p.prints() && !isNilValue(v) {
		if d.owned == 0 {
			d.opaque = true
			d.errors = d.errors || p.err
		}
		if p.printsText {
			d.veiled++
			defer func() { d.veiled-- }()
		}
		if p.printsJSON && p.printsText {
			d.allowed()
			d.owned++
			defer func() { d.owned-- }()
		}
	}
	if p.url && v.CanInterface() {
		d.url(v.Interface().(url.URL)) //nolint:forcetypeassert // the plan says so
		return
	}
	d.kind(v, p)
}

// unshown reports whether nobody shows v, unless by a method.
func (d *data) unshown(v reflect.Value) bool {
	return d.owned > 0 || d.veiled > 0 && v.IsValid() && !v.CanInterface()
}

// bound reports whether v is one too many.
func (d *data) bound() bool {
	if d.owned > 0 {
		d.ownedNodes++
		return d.ownedNodes > ownedNodes || d.w.nodes < 0 || d.w.depth > d.w.r.maxDepth
	}
	d.over = d.w.nodes < 0 || d.w.depth > d.w.r.maxDepth || d.w.bytes < 0
	return d.over
}

func isNilValue(v reflect.Value) bool {
	return (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil()
}

func (d *data) kind(v reflect.Value, p *plan) {
	if !v.CanInterface() && d.owned > 0 && v.Kind() != reflect.Struct {
		return // nothing is read of it but fields under a rule
	}
	switch v.Kind() {
	case reflect.String:
		if d.allowed() {
			d.content(v.String())
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.number(slog.Int64Value(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		d.number(slog.Uint64Value(v.Uint()))
	case reflect.Float32, reflect.Float64:
		d.number(slog.Float64Value(v.Float()))
	case reflect.Bool, reflect.Complex64, reflect.Complex128:
		d.allowed()
	case reflect.Interface:
		d.walk(v.Elem())
	case reflect.Pointer:
		if v.CanInterface() {
			d.pointer(v)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			d.bytes(v)
			return
		}
		d.elements(v)
	case reflect.Array:
		d.elements(v)
	case reflect.Map:
		if d.owned > 0 || !v.CanInterface() {
			d.unread = d.unread || d.owned == 0 && !v.IsNil()
			return
		}
		for it := v.MapRange(); it.Next() && !d.over; {
			d.entry(v, it.Key(), it.Value())
		}
	case reflect.Struct:
		for i, f := range p.fields {
			if d.namedField(p, i, v) && !f.masked {
				f.masked, f.id = true, ruleKey
			}
			d.field(f, v.Field(f.index))
		}
	default: // a func or a channel is printed by its address
	}
}

// pointer looks at what v points to. fmt shows that of the outermost only.
func (d *data) pointer(v reflect.Value) {
	if d.level > 1 {
		d.veiled++
		defer func() { d.veiled-- }()
	}
	d.walk(v.Elem())
}

// allowed reports whether the leaf at the path passes in allow-list mode. If not, its JSON masks it.
func (d *data) allowed() bool {
	if d.w.allowed() {
		return true
	}
	d.find(ruleAllow)
	return false
}

// find notes a hit.
func (d *data) find(id ruleID) {
	if d.owned > 0 {
		return
	}
	if !d.dirty {
		d.dirty, d.first = true, id
	}
}

// content looks at a text that the JSON shows as it is.
func (d *data) content(s string) {
	if d.owned > 0 {
		return
	}
	if _, dirty := d.w.text(s); dirty {
		d.find(d.w.last)
	}
}

func (d *data) number(v slog.Value) {
	if !d.allowed() || d.owned > 0 {
		return
	}
	if _, dirty := d.w.number(v); dirty {
		d.find(d.w.last)
	}
}

// bytes looks at bytes, which the JSON shows in base64 and the text as numbers.
func (d *data) bytes(v reflect.Value) {
	if d.owned > 0 || !d.allowed() {
		return
	}
	s := string(v.Bytes())
	text, dirty := d.w.text(s)
	if !dirty {
		return
	}
	id := d.w.last
	if p := d.w.r.plan(v.Type()); p.printsJSON {
		d.find(id)
		return
	}
	d.mark(id, text, v)
}

func (d *data) url(u url.URL) {
	if d.owned > 0 || !d.allowed() {
		return
	}
	if text, dirty := d.w.text(u.String()); dirty {
		d.mark(d.w.last, text, reflect.Value{})
	}
}

func (d *data) elements(v reflect.Value) {
	w := d.w
	length := len(w.path)
	flag := false // the element before is a secret flag of a command, which has its value here
	for i := range v.Len() {
		if d.over {
			return
		}
		key := strconv.Itoa(i)
		d.place = append(d.place, key)
		if w.r.needPath {
			w.path = append(w.path, segment{key: key, index: true})
		}
		switch e := v.Index(i); {
		case w.r.needPath && matchAny(w.r.paths, w.path):
			d.mark(rulePath, "", e)
		case flag, d.namedElement(v, i):
			d.mark(ruleKey, "", e)
			flag = false
		default:
			d.walk(e)
			flag = d.isSecretFlag(e)
		}
		d.place, w.path = d.place[:len(d.place)-1], w.path[:length]
	}
}

// isSecretFlag reports whether v is a text such as --password.
func (d *data) isSecretFlag(v reflect.Value) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.String {
		return false
	}
	s := v.String()
	return strings.HasPrefix(s, "-") && !strings.ContainsAny(s, "=: ") && d.w.r.keys.decide(s).secret
}

// field looks at a field of a struct.
func (d *data) field(f field, v reflect.Value) {
	if f.embedded && v.Kind() == reflect.Pointer { // JSON shows the exported fields, also of an unexported type
		d.veiled++
		defer func() { d.veiled-- }()
		v = v.Elem()
	}
	if f.inline {
		if f.masked { // its fields stand among others
			d.mark(f.id, "", v)
			return
		}
		d.walk(v)
		return
	}
	if f.hidden {
		d.hidden++
		defer func() { d.hidden-- }()
	}
	d.member(f.json, f.name, f.json, v, f.masked, f.id)
}

// entry looks at an entry of the map m.
func (d *data) entry(m, k, v reflect.Value) {
	for k.Kind() == reflect.Interface {
		k = k.Elem()
	}
	text, inJSON := d.keyText(k)
	masked := d.key(text)
	key, place := text, anyKid
	switch k.Kind() {
	case reflect.String:
		key, inJSON = k.String(), false
		place = key
		masked = d.key(key) || masked || d.namedEntry(m, key, v)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.number(slog.Int64Value(k.Int()))
		key = strconv.FormatInt(k.Int(), 10)
		place = key
	default:
		d.hidden++
		d.walk(k) // what is shown of it depends on who prints it
		d.hidden--
	}
	if inJSON {
		place = text
	}
	d.member(key, text, place, v, masked, ruleKey)
}

// key reports whether a rule matches a key, and looks at it as a text if it may be more than a name.
func (d *data) key(key string) (secret bool) {
	kv := d.w.r.keys.decide(key)
	if kv.odd {
		d.content(key)
	}
	return kv.secret
}

// member looks at a value under a key. place is how its JSON calls it.
func (d *data) member(key, alt, place string, v reflect.Value, masked bool, id ruleID) {
	w := d.w
	outer, length := w.key, len(w.path)
	d.place = append(d.place, place)
	w.key = key
	if w.r.needPath {
		if alt == key {
			alt = ""
		}
		w.path = appendKey(w.path, key, alt)
		w.path[len(w.path)-1].any = place == anyKid
		if !masked && matchAny(w.r.paths, w.path) {
			masked, id = true, rulePath
		}
	}
	if masked {
		d.mark(id, "", v)
	} else {
		d.walk(v)
	}
	w.key, w.path = outer, w.path[:length]
	d.place = d.place[:len(d.place)-1]
}

// mark notes that v is to be masked. text stands in its place, if it is not empty.
func (d *data) mark(id ruleID, text string, v reflect.Value) {
	d.remember(v, 0)
	if d.unshown(v) {
		return
	}
	d.find(id)
	if d.hidden > 0 {
		return
	}
	m := &d.root
	for _, key := range d.place {
		if m.kids == nil {
			m.kids = make(map[string]*mark)
		}
		if m.kids[key] == nil {
			m.kids[key] = new(mark)
		}
		m = m.kids[key]
	}
	if !m.set {
		m.set, m.id, m.text = true, id, text
	}
}
