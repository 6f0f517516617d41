package level

import (
	"context"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/held"
)

// NameKey is the key of the attribute that holds a logger's name.
const NameKey = "logger"

// Handler lets through the records of the levels that a [Controller] allows for its logger's name, and
// adds that name to them at the top level, whatever groups are open. It is safe for concurrent use.
//
// Enabled asks the Controller and not the next handler: it may say yes to a level that this one drops.
//
// Where a handler of package tail stands behind it, records of a level that is off go on, too, if their context
// has a tail buffer.
type Handler struct {
	next  chain.Handler // never nil
	level *view         // nil if next decides
	name  slog.Attr     // with an empty string if the logger has no name
	tail  slog.Leveler  // the lowest level that is held for a request; nil if none is
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler for loggers without a name that passes records to next. A nil c sets no
// levels: next decides, and the Handler only carries names.
func NewHandler(next slog.Handler, c *Controller) *Handler {
	h := &Handler{next: chain.Adapt(next), name: slog.String(NameKey, "")}
	if c != nil {
		h.level, h.tail = &view{c: c}, held.Behind(h.next)
	}
	return h
}

// Wrap returns [NewHandler] with c, as a function of the next handler.
func Wrap(c *Controller) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, c) }
}

// Named returns h with name added to its logger's name. If h is a [Handler], or another handler with
// a method WithName(string) slog.Handler, that is the result of WithName. Any other handler goes on
// deciding about levels itself; if it is no [chain.Handler] either, the name stands in the groups that
// were open on it already. An empty name returns h.
func Named(h slog.Handler, name string) slog.Handler {
	if name == "" {
		return h
	}
	if n, ok := h.(interface{ WithName(string) slog.Handler }); ok {
		return n.WithName(name)
	}
	return NewHandler(h, nil).WithName(name)
}

// Enabled implements [slog.Handler].
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool {
	if h.level == nil {
		return h.next.Enabled(ctx, l)
	}
	return l >= h.level.Level() || h.tail != nil && l >= h.tail.Level() && held.Wanted(ctx)
}

// Handle implements [slog.Handler]. It passes on every record: deciding is for Enabled.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if h.tail != nil {
		ctx = h.marked(ctx, r.Level)
	}
	if h.name.Value.String() == "" {
		return h.next.Handle(ctx, r) // saves a copy of the record
	}
	return h.handleNamed(ctx, nil, &r)
}

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if h.tail != nil {
		ctx = h.marked(ctx, r.Level)
	}
	if h.name.Value.String() == "" {
		return h.next.HandleTop(ctx, top, r)
	}
	return h.handleNamed(ctx, top, &r)
}

func (h *Handler) handleNamed(ctx context.Context, top []slog.Attr, r *slog.Record) error {
	more := chain.Top(top, h.name)
	defer more.Release()
	return h.next.HandleTop(ctx, more.Attrs(), *r)
}

// marked returns ctx, with a mark if a record of level l is on its way only because ctx has a tail buffer.
func (h *Handler) marked(ctx context.Context, l slog.Level) context.Context {
	if l >= h.level.Level() || held.From(ctx) == nil {
		return ctx
	}
	return held.WithMark(ctx, l)
}

// WithAttrs implements [slog.Handler].
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return h.clone(h.next.WithAttrs(attrs))
}

// WithGroup implements [slog.Handler].
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.clone(h.next.WithGroup(name))
}

// WithName returns a Handler for the logger called name below the one of h: "b" under "a" is "a.b". The
// name is text and never refused. An empty name returns h.
func (h *Handler) WithName(name string) slog.Handler {
	if name == "" {
		return h
	}
	if parent := h.name.Value.String(); parent != "" {
		name = parent + "." + name
	}
	h2 := h.clone(h.next)
	h2.name = slog.String(NameKey, name)
	if h.level != nil {
		h2.level = &view{c: h.level.c, name: name}
	}
	return h2
}

// clone shares the view: loggers of one name look its level up once.
func (h *Handler) clone(next slog.Handler) *Handler {
	h2 := *h
	h2.next = chain.Adapt(next)
	return &h2
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }
