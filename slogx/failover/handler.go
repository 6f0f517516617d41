package failover

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/guard"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// Handler passes records to a primary handler and those that it fails at to a fallback. It is safe for
// concurrent use if both are.
type Handler struct {
	primary, fallback *guard.Guard
	scope             *scope
	*shared
}

// shared is what all loggers share.
type shared struct {
	name    string // " of …" in errors, or empty
	breaker breaker
	last    lastResort

	// One each, so that the frequent ones do not use up the others' interval.
	refused, opened, lost *report.Reporter
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that passes records to primary, and those that it fails at to fallback. It
// never fails; settings that [Options.Validate] finds fault with are replaced by the defaults.
func NewHandler(primary, fallback slog.Handler, opts *Options) *Handler {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Failures <= 0 {
		o.Failures = DefaultFailures
	}
	if o.CoolDown <= 0 {
		o.CoolDown = DefaultCoolDown
	}
	if o.LastResort == nil {
		o.LastResort = os.Stderr
	}
	s := &shared{
		breaker: breaker{limit: int64(o.Failures), coolDown: o.CoolDown},
		last:    lastResort{w: o.LastResort},
		refused: report.New(o.OnError),
		opened:  report.New(o.OnError),
		lost:    report.New(o.OnError),
	}
	if o.Name != "" {
		s.name = fmt.Sprintf(" of %q", o.Name)
	}
	return &Handler{
		primary: guard.New(primary, guard.Options{
			Name: "the primary" + s.name, Reason: chain.ReasonFailover, OnError: o.OnError,
		}),
		fallback: guard.New(fallback, guard.Options{Name: "the fallback" + s.name, OnError: o.OnError}),
		shared:   s,
	}
}

// Wrap returns [NewHandler] with fallback and opts as a func of the primary.
func Wrap(fallback slog.Handler, opts *Options) func(slog.Handler) slog.Handler {
	return func(primary slog.Handler) slog.Handler { return NewHandler(primary, fallback, opts) }
}

// Enabled reports whether the primary takes records of level l, also while the fallback stands in.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.primary.Enabled(ctx, l) }

// Handle passes r to the primary or, if that fails or the breaker is open, to the fallback. It returns an
// error if neither took the record.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.HandleTop(ctx, nil, r)
}

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	probe, ok := h.breaker.admit()
	if !ok {
		h.primary.Skip()
		return h.fallBack(ctx, top, r, nil)
	}
	err := h.primary.HandleTop(ctx, top, &r)
	if err == nil {
		h.breaker.succeeded(probe)
		return nil
	}
	h.refused.Report(err)
	switch {
	case endedWith(ctx, err):
		h.breaker.undecided(probe)
	case h.breaker.failed(probe, err):
		h.opened.Report(fmt.Errorf("open the breaker%s, and leave the primary alone for %v: %w", h.name, h.breaker.coolDown, err))
	}
	return h.fallBack(ctx, top, r, err)
}

// endedWith reports whether err says that ctx has ended.
func endedWith(ctx context.Context, err error) bool {
	return ended(ctx) && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}

// ended is false for a nil context, which most handlers survive.
func ended(ctx context.Context) bool { return ctx != nil && ctx.Err() != nil }

// fallBack passes a record that the primary failed at with err, nil if it was not tried, to the fallback.
func (h *Handler) fallBack(ctx context.Context, top []slog.Attr, r slog.Record, err error) error {
	if ended(ctx) {
		ctx = context.WithoutCancel(ctx) // the fallback must not refuse it for that, too
	}
	fallbackErr := h.fallback.HandleTop(ctx, top, &r)
	if fallbackErr == nil {
		return nil
	}
	err = errors.Join(err, fallbackErr)
	if lastErr := h.last.write(ctx, h.scope, top, r, err); lastErr != nil {
		err = errors.Join(err, fmt.Errorf("write a record to the last resort: %w", lastErr))
	}
	h.lost.Report(err)
	return err
}

// WithAttrs returns a Handler with attrs on both sides.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return &Handler{h.primary.WithAttrs(attrs), h.fallback.WithAttrs(attrs), &scope{parent: h.scope, attrs: attrs}, h.shared}
}

// WithGroup returns a Handler with the group open on both sides.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &Handler{h.primary.WithGroup(name), h.fallback.WithGroup(name), &scope{parent: h.scope, group: name}, h.shared}
}

// SetObserver hands o to the primary and to what is behind it. The fallback is a sink of its own, with an
// observer of its own: see [chain.SetObserver].
func (h *Handler) SetObserver(o chain.Observer) { chain.SetObserver(h.primary.Next(), o) }

// Unwrap returns the primary and the fallback.
func (h *Handler) Unwrap() []slog.Handler {
	return []slog.Handler{h.primary.Next(), h.fallback.Next()}
}

// State returns the state of the breaker.
func (h *Handler) State() State { return h.breaker.current() }

// Health returns nil while the breaker is closed and the primary is well: it says so itself if it, or a
// handler below it, has a method Health(context.Context) error; else it took its last record. While the
// breaker is not closed, the error says since when and why, and what is wrong with the fallback.
func (h *Handler) Health(ctx context.Context) error {
	state, since, cause := h.breaker.condition()
	if state == Closed {
		return h.primary.Health(ctx)
	}
	err := fmt.Errorf("use the primary%s: the breaker is %v since %s: %w", h.name, state, since.Format(time.RFC3339), cause)
	return errors.Join(err, h.fallback.Health(ctx))
}

// Stats returns the books of the primary. Records that went to the fallback are in Dropped, under
// [chain.ReasonFailover] or the reason that a primary with books of its own gave.
func (h *Handler) Stats() chain.Stats { return h.primary.Stats() }

// FallbackStats returns the books of the fallback.
func (h *Handler) FallbackStats() chain.Stats { return h.fallback.Stats() }
