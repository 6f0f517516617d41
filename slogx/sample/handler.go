package sample

import (
	"context"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/held"
	"github.com/slogx-go/slogx/slogx/internal/loggername"
)

// Handler passes on the records that the rules of its [Controller] keep, and counts the others. It is safe
// for concurrent use.
//
// Where a handler of package tail stands behind it, a record that would be dropped goes on to be held, and is
// not counted, if its context has a tail buffer; what the gate would have dropped passes without a rule.
//
// Enabled asks the next handler only. All handlers derived from one share its Controller, and all that is
// counted there.
type Handler struct {
	next       chain.Handler
	controller *Controller
	name       string       // of the logger, as an attribute that was added at the top level has it
	grouped    bool         // a group is open
	tail       slog.Leveler // the lowest level that is held for a request; nil if none is
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to next. It never fails: it reports what
// [Options.Validate] finds to OnError and leaves out the rules that are faulty.
func NewHandler(next slog.Handler, opts *Options) *Handler {
	h := &Handler{next: chain.Adapt(next), controller: newController(opts)}
	h.tail = held.Behind(h.next)
	return h
}

// Wrap returns [NewHandler] with opts as a func of the next handler. Each call has a Controller of its own.
func Wrap(opts *Options) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, opts) }
}

// Enabled reports whether the next handler takes records of level l.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// Handle passes r on or counts it.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if h.tail != nil && held.MarkOf(ctx, r.Level) != nil { // the gate would have dropped it
		return h.next.HandleTop(ctx, top, r)
	}
	s := h.controller.current.Load()
	logger := ""
	if s.needsLogger {
		if logger = loggername.In(top); logger == "" {
			logger = h.name
		}
	}
	weight := 1.0
	if r.Level >= s.keep.Level() {
		s.fold.end() //nolint:contextcheck // the record that stands for others goes on with the context of the first of them
	} else {
		var keep bool
		if weight, keep = s.decide(ctx, &r, logger); !keep || s.fold.takes(ctx, h.next, top, &r, logger, weight) {
			return h.drop(ctx, top, r)
		}
	}
	if weight == 1 || !s.weight {
		return h.next.HandleTop(ctx, top, r)
	}
	more := chain.Top(top, slog.Float64(WeightKey, weight))
	defer more.Release()
	return h.next.HandleTop(ctx, more.Attrs(), r)
}

// drop ends the way of a record that the rules do not keep, unless a tail buffer is to hold it. It is the one
// place where that is decided.
func (h *Handler) drop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if h.tail != nil && r.Level >= h.tail.Level() && held.Wanted(ctx) {
		return h.next.HandleTop(held.WithMark(ctx, r.Level), top, r)
	}
	h.controller.drop()
	return nil
}

// WithAttrs returns a Handler whose next handler has attrs.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	h2 := h.clone(h.next.WithAttrs(attrs))
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
	return h2
}

func (h *Handler) clone(next slog.Handler) *Handler {
	h2 := *h
	h2.next = chain.Adapt(next)
	return &h2
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }

// Controller returns what changes the options while the program runs.
func (h *Handler) Controller() *Controller { return h.controller }

// Sampled returns how many records were dropped, those that were folded among them. A record is either
// passed on or counted here; records that stand for folded ones come on top.
func (h *Handler) Sampled() uint64 { return h.controller.Sampled() }

// SetObserver has o told of each record that is dropped, as slogx_sampled_records_total. Nil tells nobody.
func (h *Handler) SetObserver(o chain.Observer) { h.controller.observer.Set(o) }

// Flush passes on the record that stands for repeated ones, if there is one, and waits for one that is
// being passed on already.
func (h *Handler) Flush(ctx context.Context) error {
	return h.controller.current.Load().fold.flush(ctx)
}

// Shutdown does what Flush does, ends folding, and makes options that were set for a while stay. No timer is
// left. Records are sampled as before.
func (h *Handler) Shutdown(ctx context.Context) error { return h.controller.shutdown(ctx) }
