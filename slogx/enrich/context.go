package enrich

import (
	"context"
	"log/slog"
	"reflect"
	"slices"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// contextKey is the key of the *[]slog.Attr in a context.
type contextKey struct{}

// ContextWithAttrs returns a context that carries attrs for [ContextAttrs], behind those that ctx
// carries. Neither ctx nor another context made from it changes; attrs is copied.
func ContextWithAttrs(ctx context.Context, attrs ...slog.Attr) context.Context {
	if len(attrs) == 0 {
		return ctx
	}
	if ctx == nil {
		ctx = context.Background()
	}
	return &Context{ctx, slices.Concat(contextAttrs(ctx), attrs)}
}

// Context is a context that carries attributes, for a middleware that keeps it in a struct of its own and so
// saves the allocations of [ContextWithAttrs]. It must not be used before Init, nor be copied afterwards.
type Context struct {
	context.Context //nolint:containedctx // it is one

	attrs []slog.Attr
}

// Init makes c the context that ContextWithAttrs(ctx, attrs...) returns, but for this: attrs is not copied if
// ctx carries none. It then belongs to c.
func (c *Context) Init(ctx context.Context, attrs []slog.Attr) {
	c.Context, c.attrs = ctx, slices.Clip(attrs)
	if before := contextAttrs(ctx); len(before) > 0 {
		c.attrs = slices.Concat(before, attrs)
	}
}

// Value returns the attributes to this package, and otherwise what the context around which c stands knows.
func (c *Context) Value(key any) any {
	if key == (contextKey{}) {
		return &c.attrs
	}
	return c.Context.Value(key)
}

func contextAttrs(ctx context.Context) []slog.Attr {
	if attrs, ok := ctx.Value(contextKey{}).(*[]slog.Attr); ok {
		return *attrs
	}
	return nil
}

// ContextAttrs returns an Enricher that adds what [ContextWithAttrs] put into the context of the record.
func ContextAttrs() Enricher { return appendContextAttrs }

func appendContextAttrs(ctx context.Context, attrs []slog.Attr) []slog.Attr {
	return append(attrs, contextAttrs(ctx)...)
}

// Trace returns an Enricher that adds trace_id, span_id and trace_flags of the trace that the context of
// the record belongs to. Package tracectx knows it.
func Trace() Enricher { return tracectx.AppendAttrs }

// AddsContext reports whether h adds what [ContextAttrs] and what [Trace] add: whoever logs with a context, and
// wants its attributes in the record wherever it goes, adds those itself that no handler on the way does.
func (h *Handler) AddsContext() (attrs, trace bool) {
	return slices.ContainsFunc(h.enrichers, addsAttrs), slices.ContainsFunc(h.enrichers, addsTrace)
}

// notOfContext reports whether e is another Enricher than those that [ContextAttrs] and [Trace] return.
func notOfContext(e Enricher) bool { return !addsAttrs(e) && !addsTrace(e) }

func addsAttrs(e Enricher) bool { return code(e) == code(appendContextAttrs) }

func addsTrace(e Enricher) bool { return code(e) == code(tracectx.AppendAttrs) }

// code tells declared functions, which are no closures, from all others.
func code(e Enricher) uintptr { return reflect.ValueOf(e).Pointer() }

// empty reports whether ctx is that of a logging call without one, and has no trace.
func empty(ctx context.Context) bool {
	if ctx != context.Background() && ctx != context.TODO() {
		return false
	}
	_, traced := tracectx.FromContext(ctx) // a source may know better
	return !traced
}
