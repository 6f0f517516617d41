package slogxredact

import (
	"log/slog"
	"reflect"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// quick looks at a record without room for what it might find: nearly all that is logged is clean, and of
// the usual kinds. What it does not know to be clean is the walker's.
type quick struct {
	r     *rules
	nodes int // left
	bytes int // left
	depth int // of the groups that are looked at

	// What is clean.
	message bool
	top     int // the first ones
	attrs   int // the first ones
}

func (r *rules) quick() quick { return quick{r: r, nodes: r.maxNodes, bytes: r.maxBytes} }

// record reports whether all of a record is clean.
func (q *quick) record(top []slog.Attr, r *slog.Record) (clean bool) {
	defer func() {
		if recover() != nil {
			clean = false
		}
	}()
	for q.top < len(top) && q.attr(&top[q.top]) {
		q.top++
	}
	if q.message = q.msg(r.Message); !q.message {
		return false
	}
	clean = q.top == len(top)
	r.Attrs(func(a slog.Attr) bool {
		if !q.attr(&a) {
			clean = false
			return false
		}
		q.attrs++
		return true
	})
	return clean
}

// msg is text for a message, which is the same each time in most programs.
func (q *quick) msg(s string) bool {
	if len(s) > maxMemo || len(s) > q.bytes {
		return q.text("", s)
	}
	at, e := q.r.clean.get(s)
	if e != nil {
		q.bytes -= len(s)
		return true
	}
	if !q.text("", s) {
		return false
	}
	at.put(s, keyVerdict{})
	return true
}

func (q *quick) attr(a *slog.Attr) bool {
	kind := a.Value.Kind()
	if q.nodes <= 0 || !q.r.quickKinds[kind] {
		return false
	}
	known, ok := q.r.keys.passes(a.Key)
	if !ok {
		return false
	}
	switch kind {
	case slog.KindGroup:
		return q.group(a.Value.Group())
	case slog.KindAny:
		err, ok := a.Value.Any().(error)
		return ok && q.err(a.Key, err)
	default:
	}
	if kind == slog.KindString && !q.value(known, a.Key, a.Value.String()) || q.r.numbers && !isSmall(a.Value) {
		return false
	}
	q.nodes--
	return true
}

// value is text for a value under key, of which known is what is remembered.
func (q *quick) value(known *memoEntry, key, s string) bool {
	if known == nil || len(s) > maxMemoValue || len(s) > q.bytes || s == "" {
		return q.text(key, s)
	}
	at, v, ok := q.r.values.get(known, s)
	if ok {
		q.bytes -= len(s)
		return true
	}
	if !q.text(key, s) {
		return false
	}
	at.put(v)
	return true
}

// group is attr for a group with these members. If they are the walker's, they have used nothing up.
func (q *quick) group(attrs []slog.Attr) bool {
	nodes, bytes := q.nodes, q.bytes
	q.nodes--
	q.depth++
	clean := q.depth <= q.r.maxDepth
	for i := range attrs {
		if clean = clean && attrs[i].Key != "" && q.attr(&attrs[i]); !clean {
			q.nodes, q.bytes = nodes, bytes
			break
		}
	}
	q.depth--
	return clean
}

// err is attr for an error. Those with fields are the walker's.
func (q *quick) err(key string, err error) bool {
	left, bytes := maxErrorNodes, q.bytes
	q.nodes--
	if q.cleanError(key, err, 0, &left) {
		return true
	}
	q.nodes, q.bytes = q.nodes+1, bytes
	return false
}

func (q *quick) cleanError(key string, err error, depth int, left *int) bool {
	if *left--; *left < 0 || depth > maxErrorDepth {
		return false
	}
	if p := q.r.plan(reflect.TypeOf(err)); p.secret || !p.bare || isNil(err) || !q.text(key, err.Error()) {
		return false
	}
	switch u := err.(type) { //nolint:errorlint // the error itself, not one that it wraps
	case interface{ Unwrap() error }:
		next := u.Unwrap()
		return next == nil || q.cleanError(key, next, depth+1, left)
	case interface{ Unwrap() []error }:
		for _, next := range u.Unwrap() {
			if next != nil && !q.cleanError(key, next, depth+1, left) {
				return false
			}
		}
	}
	return true
}

func (q *quick) text(key, s string) bool {
	if s == "" {
		return true
	}
	if len(s) > q.bytes || !q.r.cleanText(key, s) {
		return false
	}
	q.bytes -= len(s)
	return true
}

// cleanText reports whether s, under key, is no JSON and holds nothing that a detector finds.
func (r *rules) cleanText(key, s string) bool {
	return !mayBeJSON(s) && (r.set == nil || len(r.set.Find(nil, s, detect.Hint{Key: key})) == 0)
}
