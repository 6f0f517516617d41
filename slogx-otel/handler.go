package slogxotel

import (
	"context"
	"log/slog"
	"slices"

	"go.opentelemetry.io/otel/attribute"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/enrich"
)

// Handler adds the ids of the active span and members of the baggage to records, adds records to the span, and
// passes them on. It is safe for concurrent use.
type Handler struct {
	next   chain.Handler
	enrich enrich.Enricher // nil adds nothing
	opts   *Options        // never changed

	// For events; without them nothing is kept.
	attrs  []attribute.KeyValue // of WithAttrs
	prefix string               // the open groups, each with a dot behind it
	err    error                // the first one of attrs
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to next. It never fails: it reports what [Options.Validate]
// finds to OnError, and leaves it out.
func NewHandler(next slog.Handler, opts *Options) *Handler {
	o := opts.settled()
	o.report(opts.Validate())
	return &Handler{next: chain.Adapt(next), enrich: Enricher(&o), opts: &o}
}

// Wrap returns [NewHandler] with opts as a func of the handler to wrap.
func Wrap(opts *Options) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, opts) }
}

// Enabled reports whether the next handler takes records of level l. What it does not take becomes no event.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle implements [slog.Handler].
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler]. What is added stands behind top.
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if h.enrich != nil {
		more := chain.Top(top)
		defer more.Release()
		more.Set(h.enrich(ctx, more.Attrs()))
		top = more.Attrs()
	}
	if h.wants(h.opts.Events, r.Level) || h.wants(h.opts.Status, r.Level) {
		h.mark(ctx, top, &r)
	}
	return h.next.HandleTop(ctx, top, r)
}

func (h *Handler) wants(from slog.Leveler, l slog.Level) bool {
	return from != nil && l >= from.Level()
}

// WithAttrs returns a Handler whose next handler has attrs.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	h2 := h.clone(h.next.WithAttrs(attrs))
	if h.opts.Events != nil {
		c := converter{attrs: slices.Clip(h.attrs), err: h.err}
		c.addAll(h.prefix, attrs)
		h2.attrs, h2.err = c.attrs, c.err
	}
	return h2
}

// WithGroup returns a Handler whose next handler has the group open.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	h2 := h.clone(h.next.WithGroup(name))
	if h.opts.Events != nil {
		h2.prefix += name + "."
	}
	return h2
}

func (h *Handler) clone(next slog.Handler) *Handler {
	h2 := *h
	h2.next = chain.Adapt(next)
	return &h2
}

// AddsContext reports that h adds the ids of the trace, as [enrich.Handler] does: package slogxhttp then does not.
func (h *Handler) AddsContext() (attrs, trace bool) { return false, h.enrich != nil }

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }
