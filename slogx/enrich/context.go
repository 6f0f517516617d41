package enrich

import (
	"context"
	"log/slog"
	"reflect"
	"slices"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// contextKey is the key of the []slog.Attr in a context.
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
	return context.WithValue(ctx, contextKey{}, slices.Concat(contextAttrs(ctx), attrs))
}

func contextAttrs(ctx context.Context) []slog.Attr {
	attrs, _ := ctx.Value(contextKey{}).([]slog.Attr)
	return attrs
}

// ContextAttrs returns an Enricher that adds what [ContextWithAttrs] put into the context of the record.
func ContextAttrs() Enricher { return appendContextAttrs }

func appendContextAttrs(ctx context.Context, attrs []slog.Attr) []slog.Attr {
	return append(attrs, contextAttrs(ctx)...)
}

// Trace returns an Enricher that adds trace_id, span_id and trace_flags of the trace that the context of
// the record belongs to. Package tracectx knows it.
func Trace() Enricher { return tracectx.AppendAttrs }

// notOfContext reports whether e is another Enricher than those that [ContextAttrs] and [Trace] return.
// Both are declared functions and no closures, so that their code tells.
func notOfContext(e Enricher) bool {
	code := func(e Enricher) uintptr { return reflect.ValueOf(e).Pointer() }
	return code(e) != code(appendContextAttrs) && code(e) != code(tracectx.AppendAttrs)
}

// empty reports whether ctx is that of a logging call without one, and has no trace.
func empty(ctx context.Context) bool {
	if ctx != context.Background() && ctx != context.TODO() {
		return false
	}
	_, traced := tracectx.FromContext(ctx) // a source may know better
	return !traced
}
