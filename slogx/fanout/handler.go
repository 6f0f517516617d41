package fanout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/guard"
	"github.com/slogx-go/slogx/slogx/internal/held"
)

// Handler passes each record to those of its sinks that take it. It is safe for concurrent use if the
// handlers of its sinks are.
type Handler struct {
	branches []branch
}

// branch is one sink with the attributes and groups of one logger.
type branch struct {
	*guard.Guard
	conf *conf
}

// conf is what all loggers share of a sink.
type conf struct {
	name       string
	level, max slog.Leveler // nil: no bound
	filter     func(context.Context, slog.Record) bool
	noTail     bool
	behindTail atomic.Bool
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler for sinks, which get each record in the order given. It never fails;
// [Validate] tells what is wrong with sinks.
func NewHandler(sinks ...Sink) *Handler {
	h := &Handler{branches: make([]branch, 0, len(sinks))}
	names := distinctNames(sinks)
	for i, s := range sinks {
		h.branches = append(h.branches, branch{
			guard.New(s.Handler, guard.Options{
				Name:    fmt.Sprintf("sink %q", names[i]),
				Stats:   s.Stats,
				Alone:   len(sinks) == 1,
				OnError: s.OnError,
			}),
			&conf{name: names[i], level: s.Level, max: s.MaxLevel, filter: s.Filter, noTail: s.NoTail},
		})
	}
	return h
}

// Enabled reports whether any sink takes records of level l.
func (h *Handler) Enabled(ctx context.Context, l slog.Level) bool {
	for _, b := range h.branches {
		if b.takes(l) && b.Enabled(ctx, l) {
			return true
		}
	}
	return false
}

// Handle passes r to every sink that takes it. It returns the errors of all of them, joined.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.handle(ctx, nil, &r)
}

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	return h.handle(ctx, top, &r)
}

// handle takes a pointer to save copies of the record.
func (h *Handler) handle(ctx context.Context, top []slog.Attr, r *slog.Record) error {
	var errs []error
	for _, b := range h.branches {
		if !b.wants(ctx, r) {
			continue
		}
		if err := b.HandleTop(ctx, top, r); err != nil {
			b.Report(err)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// WithAttrs returns a Handler whose sinks all have attrs.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return h.derive(func(g *guard.Guard) *guard.Guard { return g.WithAttrs(attrs) })
}

// WithGroup returns a Handler whose sinks all have the group open.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.derive(func(g *guard.Guard) *guard.Guard { return g.WithGroup(name) })
}

func (h *Handler) derive(with func(*guard.Guard) *guard.Guard) *Handler {
	h2 := &Handler{branches: make([]branch, 0, len(h.branches))}
	for _, b := range h.branches {
		h2.branches = append(h2.branches, branch{with(b.Guard), b.conf})
	}
	return h2
}

// Unwrap returns the handlers of the sinks.
func (h *Handler) Unwrap() []slog.Handler {
	next := make([]slog.Handler, 0, len(h.branches))
	for _, b := range h.branches {
		next = append(next, b.Next())
	}
	return next
}

// Stats returns the books of each sink by its name. Each adds up, also while records flow; a record
// that a sink's Handle has not returned from is queued. A record that a sink with books of its own
// panicked at is added to them, as accepted and dropped.
func (h *Handler) Stats() map[string]chain.Stats {
	stats := make(map[string]chain.Stats, len(h.branches))
	for _, b := range h.branches {
		stats[b.conf.name] = b.Stats()
	}
	return stats
}

// Health returns for each sink, by its name, what is wrong with it, or nil. A sink whose handler, or a
// handler below it, has a method Health(context.Context) error is asked; any other is as healthy as the
// last record that it was given.
func (h *Handler) Health(ctx context.Context) map[string]error {
	health := make(map[string]error, len(h.branches))
	for _, b := range h.branches {
		health[b.conf.name] = b.Health(ctx)
	}
	return health
}

// wants reports whether the sink is to get r. A record that a tail buffer held goes past its lower bounds.
func (b branch) wants(ctx context.Context, r *slog.Record) bool {
	switch {
	case b.conf.noTail && b.isReleased(ctx):
		return false
	case !b.takes(r.Level) || !b.Enabled(ctx, r.Level):
		if !b.isReleased(ctx) || b.conf.max != nil && !b.within(r.Level, nil) {
			return false
		}
	}
	return b.conf.filter == nil || b.passes(ctx, r)
}

func (b branch) isReleased(ctx context.Context) bool {
	return b.conf.behindTail.Load() && held.Released(ctx)
}

// BehindTail is called by a handler of package tail before this one, when it is made. Without one, no sink looks for
// records that were released.
func (h *Handler) BehindTail() {
	for _, b := range h.branches {
		b.conf.behindTail.Store(true)
	}
}

// SetObserver hands o on to the handlers of the sinks: what comes from one has the label sink, which is its name.
func (h *Handler) SetObserver(o chain.Observer) {
	for _, b := range h.branches {
		chain.SetObserver(b.Next(), Named(b.conf.name, o))
	}
}

// takes reports whether l is within the bounds of the sink.
func (b branch) takes(l slog.Level) bool {
	return (b.conf.level == nil && b.conf.max == nil) || b.within(l, b.conf.level)
}

func (b branch) within(l slog.Level, low slog.Leveler) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			ok = true
			b.Report(fmt.Errorf("ask sink %q for its levels: panic: %v", b.conf.name, p))
		}
	}()
	return (low == nil || l >= low.Level()) && (b.conf.max == nil || l <= b.conf.max.Level())
}

func (b branch) passes(ctx context.Context, r *slog.Record) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			ok = true
			b.Report(fmt.Errorf("filter a record for sink %q: panic: %v", b.conf.name, p))
		}
	}()
	return b.conf.filter(ctx, r.Clone())
}
