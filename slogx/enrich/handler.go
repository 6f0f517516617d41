package enrich

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
)

// PanicKey is the key of the attribute that stands for those of an enricher that panicked.
const PanicKey = "!ENRICHER"

// Enricher appends attributes for the record that is logged with ctx to attrs, and returns the result as
// append does. It is called from many goroutines.
type Enricher func(ctx context.Context, attrs []slog.Attr) []slog.Attr

// Handler adds the attributes of its enrichers to each record and passes it on. It is safe for
// concurrent use.
type Handler struct {
	next      chain.Handler
	enrichers []Enricher // no nil ones; never changed
	ofContext bool       // they add what the context carries, and nothing else
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to next with the attributes of enrichers, which are
// called in the order given. Nil ones are left out.
func NewHandler(next slog.Handler, enrichers ...Enricher) *Handler {
	notNil := slices.DeleteFunc(slices.Clone(enrichers), func(e Enricher) bool { return e == nil })
	return &Handler{chain.Adapt(next), notNil, !slices.ContainsFunc(notNil, notOfContext)}
}

// Wrap returns [NewHandler] with enrichers as a func of the handler to wrap.
func Wrap(enrichers ...Enricher) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, enrichers...) }
}

// Enabled reports whether the next handler takes records of level l.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle passes r on with the attributes of the enrichers.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.handle(ctx, nil, &r)
}

// HandleTop implements [chain.Handler]. The attributes of the enrichers stand behind those of top.
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	return h.handle(ctx, top, &r)
}

// handle takes a pointer to save a copy of the record.
func (h *Handler) handle(ctx context.Context, top []slog.Attr, r *slog.Record) error {
	if h.ofContext && empty(ctx) {
		return h.next.HandleTop(ctx, top, *r)
	}
	more := chain.Top(top)
	defer more.Release()
	for i := 0; i < len(h.enrichers); {
		i = h.add(ctx, more, i)
	}
	return h.next.HandleTop(ctx, more.Attrs(), *r)
}

// add appends the attributes of the enrichers from the one at i on to top, up to one that panics. It
// returns the index of the next.
func (h *Handler) add(ctx context.Context, top *chain.TopAttrs, i int) (next int) {
	defer func() {
		if p := recover(); p != nil {
			attrs := top.Attrs()
			clear(attrs[len(attrs):cap(attrs)]) // the pool must not keep the values alive
			top.Set(append(attrs, slog.String(PanicKey, fmt.Sprintf("!PANIC: %v in %s", p, h.enrichers[i].name()))))
			next = i + 1
		}
	}()
	for ; i < len(h.enrichers); i++ {
		attrs := top.Attrs()
		if more := h.enrichers[i](ctx, attrs[len(attrs):]); len(more) > 0 {
			// What was appended in place is there already: append then copies it onto itself.
			top.Set(append(attrs, more...))
		}
	}
	return i
}

// name returns the name of the func: "example.com/app/tenant.Enricher".
func (e Enricher) name() string {
	if f := runtime.FuncForPC(reflect.ValueOf(e).Pointer()); f != nil {
		return f.Name()
	}
	return "an enricher"
}

// WithAttrs returns a Handler whose next handler has attrs.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return h.clone(h.next.WithAttrs(attrs))
}

// WithGroup returns a Handler whose next handler has the group open.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.clone(h.next.WithGroup(name))
}

func (h *Handler) clone(next slog.Handler) *Handler {
	return &Handler{chain.Adapt(next), h.enrichers, h.ofContext}
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }
