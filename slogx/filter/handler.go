package filter

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/attr"
	"github.com/slogx-go/slogx/slogx/internal/loggername"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// Handler passes on the records that its lists and its func let through, and counts the others. It is safe
// for concurrent use.
type Handler struct {
	next    chain.Handler
	shared  *shared
	attrs   []seen // of each attribute that a rule names; nil as long as it is as at the top
	name    string // of the logger, as an attribute that was added at the top level has it
	grouped bool   // a group is open
}

// shared is what all loggers share.
type shared struct {
	lists    *lists
	fn       func(context.Context, slog.Record) bool
	reporter *report.Reporter
	dropped  atomic.Uint64
}

// seen is what With and WithGroup mean for an attribute that a rule names.
type seen struct {
	found bool   // With added it
	rest  string // of its path in the groups that are open; "" if it cannot be there
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to next. It never fails: it reports what [Options.Validate]
// finds to OnError.
func NewHandler(next slog.Handler, opts *Options) *Handler {
	l, err := compile(opts)
	s := &shared{lists: l, reporter: report.New(nil)}
	if opts != nil {
		s.fn, s.reporter = opts.Func, report.New(opts.OnError)
	}
	s.reporter.Report(err)
	h := &Handler{next: chain.Adapt(next), shared: s, attrs: make([]seen, len(l.attrs))}
	for i, a := range l.attrs {
		h.attrs[i].rest = a.path
	}
	return h
}

// Wrap returns [NewHandler] with opts as a func of the next handler.
func Wrap(opts *Options) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, opts) }
}

// Enabled reports whether the next handler takes records of level l.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle passes r on or counts it.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if !h.passes(top, &r) || !h.shared.ask(ctx, r) {
		h.shared.dropped.Add(1)
		return nil
	}
	return h.next.HandleTop(ctx, top, r)
}

func (h *Handler) passes(top []slog.Attr, r *slog.Record) bool {
	l := h.shared.lists
	v := view{record: r}
	if l.loggers {
		v.logger = h.logger(top, r)
	}
	if len(l.attrs) > 0 {
		t, own := chain.Top(top), chain.Top(nil)
		defer t.Release()
		defer own.Release()
		r.Attrs(func(a slog.Attr) bool {
			own.Set(append(own.Attrs(), a))
			return true
		})
		v.top, v.own = t.Attrs(), own.Attrs()
	}
	if h.anyNames(l.deny, &v) {
		return false
	}
	return !l.dropUnnamed || h.anyNames(l.allow, &v)
}

// view is a record as the rules see it. The attributes are copies: where a LogValuer was asked, its value stands
// in its place, so that the next rule need not ask it again.
type view struct {
	record   *slog.Record
	logger   string      // its name, if some rule asks for it
	top, own []slog.Attr // if some rule asks for attributes
}

func (h *Handler) anyNames(rules []rule, v *view) bool {
	for i := range rules {
		if h.names(&rules[i], v) {
			return true
		}
	}
	return false
}

// logger returns the name of the logger.
func (h *Handler) logger(top []slog.Attr, r *slog.Record) string {
	name := loggername.In(top)
	if name == "" {
		name = h.name
	}
	if name == "" && !h.grouped {
		r.Attrs(func(a slog.Attr) bool {
			name = loggername.In([]slog.Attr{a})
			return name == ""
		})
	}
	return name
}

// names reports whether c names a record.
func (h *Handler) names(c *rule, v *view) bool {
	return (c.MinLevel == nil || v.record.Level >= c.MinLevel.Level()) &&
		(c.MaxLevel == nil || v.record.Level <= c.MaxLevel.Level()) &&
		(len(c.Loggers) == 0 || slices.ContainsFunc(c.Loggers, func(p string) bool { return loggername.Covers(p, v.logger) })) &&
		(len(c.messages) == 0 || slices.ContainsFunc(c.messages, func(p pattern) bool { return p.match(v.record.Message) })) &&
		(c.first == c.last || h.hasAttr(c, v))
}

func (h *Handler) hasAttr(c *rule, v *view) bool {
	for i := c.first; i < c.last; i++ {
		a, s := &h.shared.lists.attrs[i], &h.attrs[i]
		if s.found || a.in(v.top, a.path, 0) || s.rest != "" && a.in(v.own, s.rest, 0) {
			return true
		}
	}
	return false
}

// maxDepth bounds how many groups within groups are looked into: one that a LogValuer makes may contain itself.
const maxDepth = 100

// in reports whether a is among attrs at path. It puts the values of LogValuers that it asks in their place.
func (a *attrRule) in(attrs []slog.Attr, path string, depth int) bool {
	if depth > maxDepth {
		return false
	}
	for i := range attrs {
		if a.is(&attrs[i], path, depth) {
			return true
		}
	}
	return false
}

// is reports whether a is at, or in it, at path.
func (a *attrRule) is(at *slog.Attr, path string, depth int) bool {
	if at.Key == path {
		if a.value == nil {
			return true
		}
		at.Value = attr.Resolve(at.Value)
		if a.value.matchValue(at.Value) {
			return true
		}
	}
	rest := path
	if at.Key != "" {
		var ok bool
		if rest, ok = strings.CutPrefix(path, at.Key); !ok || rest == "" || rest[0] != '.' {
			return false
		}
		rest = rest[1:]
	}
	at.Value = attr.Resolve(at.Value)
	return at.Value.Kind() == slog.KindGroup && a.in(members(at), rest, depth+1)
}

// members returns the attributes of a group. They may be changed if there is a LogValuer among them.
func members(group *slog.Attr) []slog.Attr {
	attrs := group.Value.Group()
	if slices.ContainsFunc(attrs, func(a slog.Attr) bool { return a.Value.Kind() == slog.KindLogValuer }) {
		group.Value = slog.GroupValue(slices.Clone(attrs)...)
		attrs = group.Value.Group()
	}
	return attrs
}

func (p *pattern) matchValue(v slog.Value) (ok bool) {
	defer func() {
		if r := recover(); r != nil { // a String or Error method: the value has no text
			ok = false
		}
	}()
	return p.match(v.String())
}

// ask asks the func.
func (s *shared) ask(ctx context.Context, r slog.Record) (pass bool) {
	if s.fn == nil {
		return true
	}
	defer func() {
		if p := recover(); p != nil {
			s.reporter.Report(fmt.Errorf("filter a record: the func panicked, and the record passes: %v", p))
			pass = true
		}
	}()
	return s.fn(ctx, r)
}

// WithAttrs returns a Handler whose next handler has attrs.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	h2 := h.clone(h.next.WithAttrs(attrs))
	attrs = slices.Clone(attrs)
	for i, s := range h2.attrs {
		if a := &h.shared.lists.attrs[i]; !s.found && s.rest != "" {
			h2.attrs[i].found = a.in(attrs, s.rest, 0)
		}
	}
	if name := loggername.In(attrs); name != "" && !h.grouped {
		h2.name = name
	}
	return h2
}

// WithGroup returns a Handler whose next handler has the group open.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	h2 := h.clone(h.next.WithGroup(name))
	h2.grouped = true
	for i, s := range h2.attrs {
		rest, ok := strings.CutPrefix(s.rest, name)
		if !ok || rest == "" || rest[0] != '.' {
			rest = "."
		}
		h2.attrs[i].rest = rest[1:]
	}
	return h2
}

func (h *Handler) clone(next slog.Handler) *Handler {
	h2 := *h
	h2.next = chain.Adapt(next)
	h2.attrs = slices.Clone(h.attrs)
	return &h2
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }

// Dropped returns how many records were dropped. A record is either passed on or counted here.
func (h *Handler) Dropped() uint64 { return h.shared.dropped.Load() }
