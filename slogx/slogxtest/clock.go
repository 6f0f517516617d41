package slogxtest

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Clock is a clock that stands still until it is told to go on. Its Now fits options that ask for a clock,
// and its Wrap gives records its time, so that output can be compared. For timers, run the test in a
// bubble of [testing/synctest] instead. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a Clock that shows start.
func NewClock(start time.Time) *Clock { return &Clock{now: start} }

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance puts the clock forward by d, or back if d is negative, and returns the time it then shows.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// Wrap returns a handler that passes records to next with the clock's time in the place of their own.
// A record without a time stays without one.
func (c *Clock) Wrap(next slog.Handler) slog.Handler {
	return &wrapper{next: chain.Adapt(next), handle: func(ctx context.Context, top []slog.Attr, r slog.Record, next chain.Handler) error {
		if !r.Time.IsZero() {
			r.Time = c.Now()
		}
		return next.HandleTop(ctx, top, r)
	}}
}

// wrapper is a handler that does something with each record and passes the rest on.
type wrapper struct {
	next   chain.Handler
	handle func(ctx context.Context, top []slog.Attr, r slog.Record, next chain.Handler) error
}

func (w *wrapper) Enabled(ctx context.Context, l slog.Level) bool { return w.next.Enabled(ctx, l) }

func (w *wrapper) Handle(ctx context.Context, r slog.Record) error { return w.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler].
func (w *wrapper) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	return w.handle(ctx, top, r, w.next)
}

func (w *wrapper) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return w
	}
	return &wrapper{chain.Adapt(w.next.WithAttrs(attrs)), w.handle}
}

func (w *wrapper) WithGroup(name string) slog.Handler {
	if name == "" {
		return w
	}
	return &wrapper{chain.Adapt(w.next.WithGroup(name)), w.handle}
}

// Unwrap returns the handler behind w.
func (w *wrapper) Unwrap() slog.Handler { return w.next }
