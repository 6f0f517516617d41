package async

import (
	"context"
	"log/slog"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/freeze"
)

// entrySize is what an entry takes in memory by itself, in bytes, by estimate.
const entrySize = 512

// Handler is a queue of records before another handler. It is safe for concurrent use; the next handler
// is called by one goroutine at a time. Loggers derived from one another share the queue.
//
// What a record holds is frozen before Handle returns: the next handler sees it as it was at the call. It
// gets the context of the call, which does not end with the call there.
type Handler struct {
	next chain.Handler // never nil
	*handlerQueue
}

// handlerQueue is what the loggers share.
type handlerQueue struct {
	queue[*entry]

	records records
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to next. It never fails; settings that
// [Options.Validate] finds fault with are replaced by the defaults.
//
// Call Shutdown before the program ends.
func NewHandler(next slog.Handler, opts *Options) *Handler {
	var o Options
	if opts != nil {
		o = *opts
	}
	h := &Handler{next: chain.Adapt(next), handlerQueue: &handlerQueue{}}
	h.records = records{
		queue: &h.queue, root: h.next,
		maxRecords: positive(o.Records, DefaultRecords), maxBytes: positive(o.Bytes, DefaultBytes),
	}
	h.init(&h.records, h.records.maxBytes, settings{
		overflow: o.Overflow, maxWait: o.MaxWait, keepWait: o.KeepWait, onError: o.OnError,
	}.withDefaults(o.Keep, o.FlushLevel))
	return h
}

// Wrap returns [NewHandler] with opts as a func of the next handler.
func Wrap(opts *Options) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, opts) }
}

// Enabled asks the next handler.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle queues a frozen copy of r. The error is a [DroppedError] if the record was dropped; ctx bounds
// the wait for room.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.HandleTop(ctx, nil, r)
}

// HandleTop implements [chain.Handler].
//
//nolint:contextcheck // it makes a context only where it is given none
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if ctx == nil { // slog.Logger never passes one
		ctx = context.Background()
	}
	e := entries.Get().(*entry)
	var size, topSize int
	e.rec, size = freeze.Record(r)
	e.top, topSize = freeze.Attrs(e.top[:0], top)
	e.next, e.ctx = h.next, ctx
	err := h.put(ctx, e, size+topSize+entrySize, r.Level)
	if err != nil { // it is not in the queue
		e.free()
	}
	return err
}

// WithAttrs returns a Handler that adds attrs, frozen now, to each record.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	frozen, _ := freeze.Attrs(nil, attrs)
	return h.clone(h.next.WithAttrs(slices.Clip(frozen)))
}

// WithGroup returns a Handler that opens a group.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.clone(h.next.WithGroup(name))
}

func (h *Handler) clone(next slog.Handler) *Handler {
	return &Handler{next: chain.Adapt(next), handlerQueue: h.handlerQueue}
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }

// Usage returns how full the queue is.
func (h *Handler) Usage() Usage {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Usage{
		Records: int(h.books.queued()), RecordsCapacity: h.records.maxRecords,
		Bytes: h.records.bytes, BytesCapacity: h.records.maxBytes,
	}
}
