package slogxredact

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// walker inspects one record, or the attributes of one WithAttrs. It comes from a pool.
type walker struct {
	r     *rules
	stats *stats

	path  []segment // of the value that is looked at, if somebody needs it
	key   string    // the nearest key
	depth int       // of the value
	nodes int       // left
	bytes int       // left
	hits  int       // counted
	last  ruleID    // of the hits, counted or not
	quiet int       // above 0 hits are not counted: what is found now is replaced, and counted, later

	// secrets are texts of the value at hand that are masked by their place: what prints the value may show
	// them elsewhere.
	secrets []string

	matches []detect.Match
	spots   [][2]int
	digits  [24]byte // of a number
	out     []slog.Attr
}

var walkers = sync.Pool{New: func() any {
	return &walker{matches: make([]detect.Match, 0, 16), out: make([]slog.Attr, 0, 16)}
}}

// maxPooledOut is how many attributes a walker in the pool has room for.
const maxPooledOut = 256

func newWalker(h *Handler, q *quick, groups []segment) *walker {
	w := walkers.Get().(*walker)
	w.r, w.stats = h.rules, h.stats
	w.nodes, w.bytes = q.nodes, q.bytes
	w.path = append(w.path[:0], groups...)
	return w
}

func (w *walker) release() {
	if cap(w.out) > maxPooledOut || cap(w.matches) > maxPooledOut {
		return
	}
	clear(w.out)
	if w.r.needPath {
		clear(w.path[:cap(w.path)])
	}
	w.r, w.stats, w.key, w.depth, w.hits, w.quiet = nil, nil, "", 0, 0, 0
	w.out, w.path, w.secrets = w.out[:0], w.path[:0], nil
	walkers.Put(w)
}

// hit counts a hit of a rule.
func (w *walker) hit(id ruleID) {
	w.last = id
	if w.quiet == 0 {
		w.hits++
		w.stats.add(id)
	}
}

// verdict is what became of an attribute.
type verdict int

const (
	clean verdict = iota
	changed
	dropped
)

// attr looks at an attribute. all masks it whatever it is.
func (w *walker) attr(a slog.Attr, all bool) (slog.Attr, verdict) {
	if a.Key == "" {
		return w.attrNoKey(a, all)
	}
	kv := w.r.keys.match(a.Key)
	outer, length := w.key, len(w.path)
	w.key = a.Key
	switch {
	case !w.r.needPath:
	case kv.name != "":
		w.path = append(w.path, segment{key: a.Key, name: kv.name})
	default:
		w.path = appendKey(w.path, a.Key, "")
	}
	v, verdict := w.judge(a.Value, kv.secret || all)
	w.key, w.path = outer, w.path[:length]
	if kv.odd && verdict != dropped {
		w.key = ""
		if key, dirty := w.text(a.Key); dirty {
			a.Key, verdict = key, changed
		}
		w.key = outer
	}
	a.Value = v
	return a, verdict
}

// attrNoKey looks at an attribute without a key: if it is a group, its members stand where it does.
func (w *walker) attrNoKey(a slog.Attr, all bool) (slog.Attr, verdict) {
	if a.Value.Kind() == slog.KindAny && a.Value.Any() == nil {
		return a, clean
	}
	var verdict verdict
	if a.Value.Kind() == slog.KindGroup {
		a.Value, verdict = w.group(a.Value, all)
	} else {
		a.Value, verdict = w.judge(a.Value, all)
	}
	return a, verdict
}

// judge applies the rules to a value, first those for its place.
func (w *walker) judge(v slog.Value, secret bool) (slog.Value, verdict) {
	if w.nodes--; w.nodes < 0 {
		return w.mask(v, ruleLimit)
	}
	if secret {
		if v.Kind() == slog.KindGroup && len(v.Group()) == 0 {
			return v, clean // nothing is shown of an empty group
		}
		return w.mask(v, ruleKey)
	}
	if w.r.needPath {
		if matchAny(w.r.paths, w.path) {
			return w.mask(v, rulePath)
		}
		if w.r.fn != nil {
			if yes, ok := w.ask(v); !ok {
				return w.mask(v, rulePanic)
			} else if yes {
				return w.mask(v, ruleFunc)
			}
		}
	}
	return w.value(v)
}

// ask calls the user's func. It returns false, false if it panics.
func (w *walker) ask(v slog.Value) (yes, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return w.r.fn(pathText(w.path), v), true
}

// panicMark begins what stands for a value whose methods panic.
const panicMark = "!PANIC: "

// mask is what stands in the place of v.
func (w *walker) mask(v slog.Value, id ruleID) (slog.Value, verdict) {
	if v.Kind() == slog.KindString && v.String() == w.r.mask {
		return v, clean // as it would be
	}
	w.hit(id)
	if id == rulePanic {
		return slog.StringValue(panicMark + w.r.mask), changed
	}
	switch w.r.actions[id] {
	case ActionDrop:
		return slog.Value{}, dropped
	case ActionPartial, ActionHash:
		if text, ok := plainText(v); ok {
			return slog.StringValue(w.r.apply(id, text)), changed
		}
	}
	return slog.StringValue(w.r.mask), changed
}

// plainText is the text of a value that has one.
func plainText(v slog.Value) (string, bool) {
	switch v.Kind() {
	case slog.KindAny:
		switch a := v.Any().(type) {
		case []byte:
			return string(a), true
		case []string:
			return strings.Join(a, "\n"), true
		}
		return "", false
	case slog.KindGroup, slog.KindLogValuer:
		return "", false
	default:
		return v.String(), true
	}
}

// allowed reports whether the value at the path passes in allow-list mode.
func (w *walker) allowed() bool { return w.r.allow == nil || matchAny(w.r.allow, w.path) }

// value applies the rules for what a value is.
func (w *walker) value(v slog.Value) (slog.Value, verdict) {
	if w.r.secretKinds[v.Kind()] {
		return w.mask(v, ruleType)
	}
	switch v.Kind() {
	case slog.KindGroup:
		return w.group(v, false)
	case slog.KindLogValuer:
		return w.logValuer(v)
	case slog.KindAny:
		return w.any(v)
	}
	if !w.allowed() {
		return w.mask(v, ruleAllow)
	}
	switch v.Kind() {
	case slog.KindString:
		if text, dirty := w.text(v.String()); dirty {
			return slog.StringValue(text), changed
		}
	case slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		if text, dirty := w.number(v); dirty {
			return slog.StringValue(text), changed
		}
	default: // bool, duration, time
	}
	return v, clean
}

// group looks at the members of a group.
func (w *walker) group(v slog.Value, all bool) (slog.Value, verdict) {
	attrs := v.Group()
	if w.depth++; w.depth > w.r.maxDepth {
		w.depth--
		return w.mask(v, ruleLimit)
	}
	out, same := w.attrs(attrs, all)
	w.depth--
	if same {
		return v, clean
	}
	return slog.GroupValue(out...), changed
}

// attrs looks at attributes. It returns them, and true, if all are clean, else a new slice.
func (w *walker) attrs(attrs []slog.Attr, all bool) (out []slog.Attr, same bool) {
	same = true
	for i, a := range attrs {
		a, verdict := w.attr(a, all)
		if verdict == clean && same {
			continue
		}
		if same {
			same = false
			out = append(make([]slog.Attr, 0, len(attrs)), attrs[:i]...)
		}
		if verdict != dropped {
			out = append(out, a)
		}
	}
	if same {
		return attrs, true
	}
	return out, false
}

// logValuer resolves a value, once: what it became goes on.
func (w *walker) logValuer(v slog.Value) (slog.Value, verdict) {
	if _, ok := v.Any().(secret); ok {
		return w.mask(slog.Value{}, ruleType)
	}
	if w.secretType(v.Any()) {
		return w.mask(v, ruleType)
	}
	v, ok := resolve(v)
	if !ok {
		return w.mask(v, rulePanic)
	}
	if w.depth++; w.depth > w.r.maxDepth { // it may have made a group that holds it
		w.depth--
		return w.mask(v, ruleLimit)
	}
	v, verdict := w.value(v)
	w.depth--
	return v, max(verdict, changed)
}

// maxLogValues is log/slog's own bound on a chain of LogValuers.
const maxLogValues = 100

// resolve is [slog.Value.Resolve]. A nil pointer whose method does not expect it reads <nil>; it returns
// false if LogValue panics otherwise.
func resolve(v slog.Value) (rv slog.Value, ok bool) {
	orig := v.Any()
	cur := orig
	defer func() {
		if recover() != nil {
			rv, ok = slog.StringValue("<nil>"), isNil(cur)
		}
	}()
	for range maxLogValues {
		if v.Kind() != slog.KindLogValuer {
			return v, true
		}
		cur = v.Any()
		v = v.LogValuer().LogValue()
	}
	return slog.StringValue(fmt.Sprintf("LogValue called too many times on Value of type %T", orig)), true
}
