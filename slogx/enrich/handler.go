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
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to next with the attributes of enrichers, which are
// called in the order given. Nil ones are left out.
func NewHandler(next slog.Handler, enrichers ...Enricher) *Handler {
	notNil := slices.DeleteFunc(slices.Clone(enrichers), func(e Enricher) bool { return e == nil })
	return &Handler{chain.Adapt(next), notNil}
}

// Wrap returns [NewHandler] with enrichers as a func of the handler to wrap.
func Wrap(enrichers ...Enricher) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, enrichers...) }
}

// Enabled reports whether the next handler takes records of level l.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle passes r on with the attributes of the enrichers.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.HandleTop(ctx, nil, r)
}

// HandleTop implements [chain.Handler]. The attributes of the enrichers stand behind those of top.
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	more := chain.Top(top)
	defer more.Release()
	for _, e := range h.enrichers {
		e.addTo(ctx, more)
	}
	return h.next.HandleTop(ctx, more.Attrs(), r)
}

// addTo appends the attributes of e to top.
func (e Enricher) addTo(ctx context.Context, top *chain.TopAttrs) {
	attrs := top.Attrs()
	room := attrs[len(attrs):]
	defer func() {
		if p := recover(); p != nil {
			clear(room[:cap(room)]) // the pool must not keep the values alive
			top.Set(append(attrs, slog.String(PanicKey, fmt.Sprintf("!PANIC: %v in %s", p, e.name()))))
		}
	}()
	// What was appended to room in place is there already: append then copies it onto itself.
	top.Set(append(attrs, e(ctx, room)...))
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
	return &Handler{chain.Adapt(next), h.enrichers}
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }
