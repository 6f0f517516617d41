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
	name := ""
	if l.loggers {
		name = h.logger(top, r)
	}
	named := func(rule rule) bool { return h.names(&rule, name, top, r) }
	if slices.ContainsFunc(l.deny, named) {
		return false
	}
	return !l.dropUnnamed || slices.ContainsFunc(l.allow, named)
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
func (h *Handler) names(c *rule, name string, top []slog.Attr, r *slog.Record) bool {
	return (c.MinLevel == nil || r.Level >= c.MinLevel.Level()) &&
		(c.MaxLevel == nil || r.Level <= c.MaxLevel.Level()) &&
		(len(c.Loggers) == 0 || slices.ContainsFunc(c.Loggers, func(p string) bool { return loggername.Covers(p, name) })) &&
		(len(c.messages) == 0 || slices.ContainsFunc(c.messages, func(p pattern) bool { return p.match(r.Message) })) &&
		(c.first == c.last || h.hasAttr(c, top, r))
}

func (h *Handler) hasAttr(c *rule, top []slog.Attr, r *slog.Record) bool {
	for i := c.first; i < c.last; i++ {
		a, s := &h.shared.lists.attrs[i], &h.attrs[i]
		if s.found || a.in(top, a.path) {
			return true
		}
		if s.rest == "" {
			continue
		}
		found := false
		r.Attrs(func(at slog.Attr) bool {
			found = a.is(at, s.rest)
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// in reports whether a is among attrs at path.
func (a *attrRule) in(attrs []slog.Attr, path string) bool {
	return slices.ContainsFunc(attrs, func(at slog.Attr) bool { return a.is(at, path) })
}

// is reports whether a is at, or in it, at path.
func (a *attrRule) is(at slog.Attr, path string) bool {
	if at.Key == path && !at.Equal(slog.Attr{}) && (a.value == nil || a.value.matchValue(at.Value)) {
		return true
	}
	rest := path
	if at.Key != "" {
		var ok bool
		if rest, ok = strings.CutPrefix(path, at.Key); !ok || rest == "" || rest[0] != '.' {
			return false
		}
		rest = rest[1:]
	}
	if v := attr.Resolve(at.Value); v.Kind() == slog.KindGroup {
		return a.in(v.Group(), rest)
	}
	return false
}

func (p *pattern) matchValue(v slog.Value) (ok bool) {
	defer func() {
		if r := recover(); r != nil { // a String or Error method: the value has no text
			ok = false
		}
	}()
	return p.match(attr.Resolve(v).String())
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
	for i, s := range h2.attrs {
		if a := &h.shared.lists.attrs[i]; !s.found && s.rest != "" {
			h2.attrs[i].found = a.in(attrs, s.rest)
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
