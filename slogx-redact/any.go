package slogxredact

import (
	"encoding"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
)

// any looks at a value of no kind of slog's own. A panic on the way masks it.
func (w *walker) any(v slog.Value) (out slog.Value, verdict verdict) {
	depth, quiet, length := w.depth, w.quiet, len(w.path)
	defer func() {
		if recover() != nil {
			w.depth, w.quiet, w.path = depth, quiet, w.path[:length]
			out, verdict = w.mask(v, rulePanic)
		}
	}()
	a := v.Any()
	switch a.(type) {
	case nil:
		return v, clean
	case secret:
		return w.mask(slog.Value{}, ruleType)
	case slog.Level:
		if w.allowed() {
			return v, clean
		}
	}
	if w.secretType(a) {
		return w.mask(v, ruleType)
	}
	if isNil(a) {
		return v, clean
	}
	if w.r.allow != nil && !w.allowed() && !composite(a) {
		return w.mask(v, ruleAllow)
	}
	switch a := a.(type) {
	case error:
		return w.error(v, a)
	case json.RawMessage:
		return w.data(v, a)
	case []byte:
		return w.data(v, a)
	case *url.URL:
		return w.url(v, a)
	case url.URL:
		return w.url(v, &a)
	case *http.Request:
		return w.request(a)
	case slog.Attr: // by mistake, one argument too early or too late
		if out, same := w.attrs([]slog.Attr{a}, false); !same {
			return slog.GroupValue(out...), changed
		}
		return v, clean
	}
	return w.generic(v, a)
}

// composite reports whether a has members that are allowed, or not, by themselves.
func composite(a any) bool {
	if _, ok := a.(error); ok || textual(reflect.TypeOf(a)) {
		return false
	}
	rv := reflect.ValueOf(a)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	switch rv.Kind() {
	case reflect.Struct, reflect.Map:
		return true
	case reflect.Slice, reflect.Array:
		return rv.Type().Elem().Kind() != reflect.Uint8
	default:
		return false
	}
}

func isNil(a any) bool {
	switch rv := reflect.ValueOf(a); rv.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan, reflect.Interface:
		return rv.IsNil()
	default:
		return false
	}
}

// secretType reports whether a is masked by its type.
func (w *walker) secretType(a any) bool { return a != nil && w.r.plan(reflect.TypeOf(a)).secret }

// data looks at bytes as JSON or text. Dirty ones go on as JSON would show them, or as text.
func (w *walker) data(v slog.Value, b []byte) (slog.Value, verdict) {
	text, dirty := w.text(string(b))
	if !dirty {
		return v, clean
	}
	if json.Valid([]byte(text)) {
		return jsonValue([]byte(text)), changed
	}
	return slog.StringValue(text), changed
}

func (w *walker) url(v slog.Value, u *url.URL) (slog.Value, verdict) {
	text, dirty := w.text(u.String())
	if !dirty {
		return v, clean
	}
	return slog.StringValue(text), changed
}

// requestView is what is shown of a request: its other fields, its context among them, are not for a log.
type requestView struct {
	Method     string      `json:"method"`
	URL        string      `json:"url"`
	Proto      string      `json:"proto"`
	Host       string      `json:"host,omitempty"`
	RemoteAddr string      `json:"remote_addr,omitempty"`
	RequestURI string      `json:"request_uri,omitempty"`
	Header     http.Header `json:"header,omitempty"`
	Trailer    http.Header `json:"trailer,omitempty"`
	Form       url.Values  `json:"form,omitempty"`
	PostForm   url.Values  `json:"post_form,omitempty"`
}

func (w *walker) request(req *http.Request) (slog.Value, verdict) {
	view := requestView{
		Method: req.Method, Proto: req.Proto, Host: req.Host, RemoteAddr: req.RemoteAddr, RequestURI: req.RequestURI,
		Header: req.Header, Trailer: req.Trailer, Form: req.Form, PostForm: req.PostForm,
	}
	if req.URL != nil {
		view.URL = req.URL.String()
	}
	out, verdict := w.generic(slog.AnyValue(view), view)
	if verdict == clean {
		out = jsonValue(render(view).json)
	}
	return out, changed
}

// marked is what stands in the place of v, which is marked as a whole.
func (w *walker) marked(v slog.Value, m *mark) (slog.Value, verdict) {
	if m.text == "" {
		return w.mask(v, m.id)
	}
	w.hit(m.id)
	return slog.StringValue(m.text), changed
}

// generic looks at a value of any type.
//
// The data in it is walked by reflection, unexported fields too, since [slog.TextHandler] prints them. If
// all is clean and it has no methods of its own to print it, it goes on as it is. If not, its JSON goes
// on, redacted, as groups. If it has such methods, each is called once: what they returned is looked at,
// and goes on. Methods of values within it are called for the inspection, and again by who prints it.
func (w *walker) generic(v slog.Value, a any) (slog.Value, verdict) {
	rv := reflect.ValueOf(a)
	if w.r.plan(rv.Type()).plain && !w.r.needPath {
		return v, clean
	}
	d := &data{w: w}
	w.quiet++
	d.walk(rv)
	w.quiet--
	switch {
	case d.over:
		return w.mask(v, ruleLimit)
	case d.root.set:
		return w.marked(v, &d.root)
	case !d.dirty && !d.opaque && !d.unread:
		return v, clean
	}
	return w.printed(v, a, d)
}

// printed looks at how a value prints, when its data is dirty or it has methods for that.
func (w *walker) printed(v slog.Value, a any, d *data) (slog.Value, verdict) {
	outer := w.secrets
	w.secrets = longestFirst(d.secret)
	defer func() { w.secrets = outer }()
	shown := a
	if d.errors {
		shown = errorTexts(reflect.ValueOf(a), 0)
	}
	r := render(shown)
	switch {
	case r.failed:
		return w.mask(v, rulePanic)
	case r.noJSON && d.dirty:
		return w.mask(v, d.first)
	}
	before := w.hits
	js, dirty := w.json(r.json, &d.root)
	if d.dirty || dirty || d.unread {
		if d.dirty && w.hits == before {
			w.hit(d.first) // in what the JSON does not show
		}
		return jsonValue(js), changed
	}
	r.renderText(a)
	behind, ok := w.shown(d.behind)
	if r.failed || !ok {
		return w.mask(v, rulePanic)
	}
	text, dirty := w.text(r.text)
	switch {
	case behind:
		return jsonValue(js), changed
	case dirty && d.errors:
		return jsonValue(js), changed // texts, of which none is dirty
	case dirty:
		r.text = text
	case !w.r.plan(reflect.TypeOf(a)).prints():
		return v, clean // no copy of it would print the same everywhere
	}
	return slog.AnyValue(&r.rendered), changed
}

// shown reports whether a text that one of these prints is dirty. It returns false if a method panics.
func (w *walker) shown(values []any) (dirty, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	for _, a := range values {
		var text string
		switch a := a.(type) {
		case error:
			text = a.Error()
		case encoding.TextMarshaler:
			text = marshalText(a)
		default:
			if text, ok = sprint(a); !ok {
				return false, false
			}
		}
		if _, dirty = w.text(text); dirty {
			return true, true
		}
	}
	return false, true
}
