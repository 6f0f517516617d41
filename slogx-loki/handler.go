package slogxloki

import (
	"context"
	"log/slog"
	"math"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// SinkName is the name of the sink that [Sink] adds, and that SLOGX_SINKS knows.
const SinkName = "loki"

// Handler sends records to Loki. It is safe for concurrent use. Handlers that are derived from one share its
// queue or spool, and its goroutine.
type Handler struct {
	*core

	line   *jsonlog.Handler // encodes what is not metadata
	set    *labelSet
	meta   metadata // of WithAttrs
	groups int      // that are open
	prefix string   // of metadata in the open groups; "" if they are for the line
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler. It fails where [Options.Validate] does, and where the spool cannot be used.
// It does not connect: that the server is down is none of its errors.
//
// Call Shutdown before the program ends.
func NewHandler(opts *Options) (*Handler, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	o := opts.withDefaults()
	c, err := newCore(&o)
	if err != nil {
		return nil, err
	}
	line := jsonlog.NewHandler(nil, &jsonlog.Options{
		AddSource: o.AddSource, Schema: o.Schema, GCPProject: o.GCPProject, MaxRecordBytes: o.MaxLineBytes,
	})
	return &Handler{core: c, line: line, set: c.labelsFor(identity{})}, nil
}

// Sink returns an option that adds a sink called loki to a pipeline. It sends what the pipeline lets
// through, unless Level says otherwise. It queues by itself: no queue belongs before it.
func Sink(opts *Options) slogx.Option {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Level == nil {
		o.Level = slog.Level(math.MinInt) // the pipeline decides
	}
	h, err := NewHandler(&o)
	if err != nil {
		return slogx.Invalid(err)
	}
	return slogx.WithSink(SinkName, h)
}

// Enabled reports whether l is at or above the level of the options.
func (h *Handler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level.Level() }

// Handle takes r. It returns when r is in the queue or the spool, or with an error: an [async.DroppedError],
// or that of the disk.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	e := entries.Get().(*entry)
	err := h.store.add(ctx, h.encode(e, top, r))
	e.release()
	return err
}

// WithAttrs returns a Handler whose records begin with attrs. They are encoded once, here.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	h2 := *h
	rest := make([]slog.Attr, 0, len(attrs))
	h2.meta = h.meta.clone()
	id := h.set.identity
	for _, a := range attrs {
		if h.groups == 0 && h.identify(&id, a) {
			continue
		}
		if a, taken := h.take(&h2.meta, a); !taken {
			rest = append(rest, a)
		}
	}
	if id != h.set.identity {
		h2.set = h.labelsFor(id)
	}
	h2.line = h.line.WithAttrs(rest).(*jsonlog.Handler) //nolint:forcetypeassert // it returns its own type
	return &h2
}

// WithGroup returns a Handler that puts what follows into a group.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	h2 := *h
	switch {
	case h.groups == 0 && h.selects(name):
		h2.prefix = name
	case h.prefix != "":
		h2.prefix = h.prefix + "_" + name
	}
	h2.groups++
	h2.line = h.line.WithGroup(name).(*jsonlog.Handler) //nolint:forcetypeassert // it returns its own type
	return &h2
}
