// Package guard stands before a handler that others must not suffer from: a sink of a fan-out, either
// side of a failover. What panics in it stays in it, what became of its records is counted, and its
// health is known.
package guard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/attr"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// Options describe the handler behind a Guard.
type Options struct {
	Name    string             // of the handler as it reads in an error, such as `sink "file"`
	Stats   func() chain.Stats // its own books; nil: looked for, see [New]
	Reason  string             // counts whatever it fails at; empty: error, closed or panic
	Alone   bool               // no other handler gets the records, so that they may share spare room
	OnError func(error)        // is told of panics outside Handle, and what Report is given
}

// Guard passes records to one handler. It is safe for concurrent use. Guards derived from one another
// share their books.
type Guard struct {
	next chain.Handler
	*shared
}

// New returns a Guard of h. If neither opts nor h, nor a handler below h, knows the books of h, the Guard
// keeps them. Handlers below one that unwraps to several are not looked at: they know only a part.
func New(h slog.Handler, opts Options) *Guard {
	s := &shared{name: opts.Name, reason: opts.Reason, own: opts.Stats, alone: opts.Alone, reporter: report.New(opts.OnError)}
	if own, ok := Find[interface{ Stats() chain.Stats }](h); ok && s.own == nil {
		s.own = own.Stats
	}
	if own, ok := Find[interface{ Health(context.Context) error }](h); ok {
		s.health = own.Health
	}
	return &Guard{next: chain.Adapt(h), shared: s}
}

// Find returns the first T of h and the handlers below it, down to where the chain branches.
func Find[T any](h slog.Handler) (found T, ok bool) {
	chain.Walk(h, func(h slog.Handler) bool {
		if !ok {
			found, ok = h.(T)
		}
		_, branches := h.(interface{ Unwrap() []slog.Handler })
		return !ok && !branches
	})
	return found, ok
}

// KeepsBooks reports whether h or a handler below it, down to where the chain branches, has books of its
// own.
func KeepsBooks(h slog.Handler) bool {
	_, ok := Find[interface{ Stats() chain.Stats }](h)
	return ok
}

// Next returns the handler behind g.
func (g *Guard) Next() slog.Handler { return g.next }

// Enabled asks the handler. One that panics is taken to say yes: no record is lost for it.
func (g *Guard) Enabled(ctx context.Context, l slog.Level) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			ok = true
			g.Report(fmt.Errorf("ask %s whether it is enabled: %w", g.name, panicError{p}))
		}
	}()
	return g.next.Enabled(ctx, l)
}

// HandleTop passes on a record that shares no spare room with r, unless the handler is alone, and top
// without room to append to. A panic becomes an error. The error names the handler.
func (g *Guard) HandleTop(ctx context.Context, top []slog.Attr, r *slog.Record) (err error) {
	if g.own == nil {
		g.accepted.Add(1)
	}
	err = errExited
	defer g.settle(&err)
	if g.alone {
		return g.next.HandleTop(ctx, slices.Clip(top), *r)
	}
	return g.next.HandleTop(ctx, slices.Clip(top), r.Clone())
}

// errExited is the outcome of a handler that does not return, as one of a test does that calls FailNow.
var errExited = errors.New("it ended the goroutine")

// settle enters the outcome of HandleTop, which defers it, in the books.
func (g *Guard) settle(err *error) {
	p := recover()
	if p == nil && *err == nil {
		if g.own == nil {
			g.delivered.Add(1)
		}
		if g.last.Load() != nil { // no store where nothing is wrong: the line stays shared
			g.last.Store(nil)
		}
		return
	}
	switch {
	case p != nil:
		*err = panicError{p}
		g.panicked.Add(1)
	case g.own != nil: // it counted the record itself
	case errors.Is(*err, os.ErrClosed):
		g.closed.Add(1)
	default:
		g.failed.Add(1)
	}
	failure := fmt.Errorf("hand a record to %s: %w", g.name, *err)
	*err = failure
	g.last.Store(&failure)
}

// WithAttrs derives the handler. If that panics, the attributes are tried one by one, and one that
// panics is shown as "!PANIC: …" or, if even that panics, left out.
func (g *Guard) WithAttrs(attrs []slog.Attr) *Guard {
	next, p := withAttrs(g.next, slices.Clone(attrs)) // a handler owns the slice it is given
	if p == nil {
		return &Guard{next, g.shared}
	}
	g.Report(fmt.Errorf("add attributes to %s: %w", g.name, panicError{p}))
	next = g.next
	for _, a := range attrs {
		derived, p := withAttrs(next, []slog.Attr{a})
		if p != nil {
			derived, p = withAttrs(next, []slog.Attr{slog.String(a.Key, attr.Panic(a.Value.Any(), p))})
		}
		if p == nil {
			next = derived
		}
	}
	return &Guard{next, g.shared}
}

func withAttrs(h slog.Handler, attrs []slog.Attr) (derived chain.Handler, p any) {
	defer func() { p = recover() }()
	return chain.Adapt(h.WithAttrs(attrs)), nil
}

// WithGroup derives the handler. If that panics, the group is left out and its attributes stand one
// level higher.
func (g *Guard) WithGroup(name string) *Guard {
	next, p := withGroup(g.next, name)
	if p != nil {
		g.Report(fmt.Errorf("open group %q on %s: %w", name, g.name, panicError{p}))
		return g
	}
	return &Guard{next, g.shared}
}

func withGroup(h slog.Handler, name string) (derived chain.Handler, p any) {
	defer func() { p = recover() }()
	return chain.Adapt(h.WithGroup(name)), nil
}

// panicError is the error that a panic becomes.
type panicError struct{ value any }

func (e panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

func (e panicError) Unwrap() error {
	err, _ := e.value.(error)
	return err
}
