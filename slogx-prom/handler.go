package slogxprom

import (
	"cmp"
	"context"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Handler counts the records that it passes on. It is safe for concurrent use.
type Handler struct {
	next      chain.Handler // never nil
	collector *collector    // of all that are made from one
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to next, and registers the metrics of the Handler and
// of the handlers behind it. It never fails: metrics that cannot be registered are reported to
// [Options].OnError, and records pass all the same.
func NewHandler(next slog.Handler, opts *Options) *Handler {
	var o Options
	if opts != nil {
		o = *opts
	}
	h := newHandler(next)
	h.collector.instruments.sink = cmp.Or(o.Sink, DefaultSink)
	h.collector.watch(next, booksOf(next, h.collector.instruments.sink))
	if err := h.collector.register(o.Registerer); err != nil {
		o.report(err)
		return h
	}
	chain.SetObserver(next, h.collector.instruments)
	return h
}

func newHandler(next slog.Handler) *Handler {
	return &Handler{next: chain.Adapt(next), collector: newCollector()}
}

// Enabled reports whether the next handler takes records of level l.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle counts r and passes it on.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	h.collector.count(ctx, &r)
	return h.next.HandleTop(ctx, top, r)
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
	return &Handler{chain.Adapt(next), h.collector}
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }

// Shutdown leaves the metrics registered, for a last scrape, and lets those of a later Handler take their
// place.
func (h *Handler) Shutdown(context.Context) error {
	h.collector.ended.Store(true)
	return nil
}
