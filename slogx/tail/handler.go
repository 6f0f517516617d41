package tail

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/freeze"
	"github.com/slogx-go/slogx/slogx/internal/held"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// Handler holds records that would be dropped, if the context has a [Buffer], and passes all others on. It is
// safe for concurrent use. All handlers derived from one share its bounds and its books.
type Handler struct {
	next chain.Handler // never nil
	*budget
}

var (
	_ chain.Handler = (*Handler)(nil)
	_ held.Holder   = (*Handler)(nil)
)

// NewHandler returns a Handler that passes records to next. It never fails: it reports what
// [Options.Validate] finds to OnError and takes the defaults instead.
func NewHandler(next slog.Handler, opts *Options) *Handler {
	var o Options
	if opts != nil {
		o = *opts
	}
	if err := o.Validate(); err != nil {
		report.New(o.OnError).Report(err)
	}
	from, release := o.levels()
	if from.Level() >= release.Level() {
		from, release = (&Options{}).levels()
	}
	h := &Handler{next: chain.Adapt(next), budget: &budget{
		from: from, release: release,
		requestRecords: positive(o.RequestRecords, DefaultRequestRecords),
		requestBytes:   positive(o.RequestBytes, DefaultRequestBytes),
		maxRecords:     positive(o.Records, DefaultRecords),
		maxBytes:       positive(o.Bytes, DefaultBytes),
	}}
	h.root = h.next
	chain.Walk(h.next, func(next slog.Handler) bool {
		if f, ok := next.(interface{ BehindTail() }); ok { // a fan-out
			f.BehindTail()
		}
		return true
	})
	return h
}

// Wrap returns [NewHandler] with opts as a func of the next handler. Each call has bounds and books of its own.
func Wrap(opts *Options) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, opts) }
}

// Enabled reports whether the next handler takes records of level l, or ctx has a [Buffer] for them.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool {
	return h.next.Enabled(ctx, l) || l >= h.from.Level() && held.Wanted(ctx)
}

// Handle passes r on or holds it.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	mark := held.MarkOf(ctx, r.Level)
	if mark == nil {
		if r.Level >= h.release.Level() {
			err := FromContext(ctx).Release(ctx) // what led to r comes before it
			return join(err, h.next.HandleTop(ctx, top, r))
		}
		if r.Level < h.from.Level() || h.next.Enabled(ctx, r.Level) {
			return h.next.HandleTop(ctx, top, r)
		}
	}
	b := FromContext(ctx)
	if b == nil {
		return h.next.HandleTop(ctx, top, r)
	}
	switch h.hold(ctx, b, top, &r) {
	case kept, gone:
		return nil
	default:
		mark.Release()
		return h.next.HandleTop(held.WithRelease(ctx, ctx), top, r)
	}
}

// hold holds r, unless b was settled.
func (h *Handler) hold(ctx context.Context, b *Buffer, top []slog.Attr, r *slog.Record) outcome {
	switch b.current() {
	case released:
		return passes
	case discarded:
		h.discarded.Add(1)
		return gone
	}
	e := entries.Get().(*entry)
	var topSize int
	e.rec, e.size = freeze.Record(*r)
	e.top, topSize = freeze.Attrs(e.top[:0], top)
	e.size += topSize + entrySize
	e.next, e.ctx = h.next, ctx
	what := b.hold(h.budget, e)
	if what == gone {
		h.discarded.Add(1)
	}
	if what != kept {
		e.free()
	}
	return what
}

// join is errors.Join that leaves a single error as it is.
func join(a, b error) error {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return errors.Join(a, b)
}

// WithAttrs returns a Handler whose next handler has attrs, frozen now.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	frozen, _ := freeze.Attrs(nil, attrs)
	return h.clone(h.next.WithAttrs(slices.Clip(frozen)))
}

// WithGroup returns a Handler whose next handler has the group open.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.clone(h.next.WithGroup(name))
}

func (h *Handler) clone(next slog.Handler) *Handler {
	return &Handler{chain.Adapt(next), h.budget}
}

// Unwrap returns the next handler.
func (h *Handler) Unwrap() slog.Handler { return h.next }

// HoldsFrom returns the lowest level that is held. The handlers before this one ask for it when they are made.
func (h *Handler) HoldsFrom() slog.Leveler { return h.from }

// Held returns how many records are held now, those among them that are being released.
func (h *Handler) Held() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return uint64(h.records)
}

// Discarded returns how many records were held, or were to be, and then let go.
func (h *Handler) Discarded() uint64 { return h.discarded.Load() }

// OnRelease is for handlers that count records. It reports whether the record that is being handled with ctx
// would be dropped but for a Buffer: then it must not be counted now, and f is called when it is released.
// f is not called if the record is discarded, and must not log.
func OnRelease(ctx context.Context, f func()) bool {
	m := held.MarkIn(ctx)
	if m != nil {
		m.OnRelease(f)
	}
	return m != nil
}
