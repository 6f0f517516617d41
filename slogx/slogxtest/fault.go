package slogxtest

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Flaky returns a sink that fails as fail says: it is asked for each record, with the record's number, from
// 1 on, and the record goes to next only if it returns nil. fail may also panic. It is called from the
// goroutines that handle records, at the same time if they do.
func Flaky(next slog.Handler, fail func(n int, r slog.Record) error) slog.Handler {
	var n atomic.Int64
	return &wrapper{chain.Adapt(next), func(ctx context.Context, top []slog.Attr, r slog.Record, next chain.Handler) error {
		if err := fail(int(n.Add(1)), r); err != nil {
			return err
		}
		return next.HandleTop(ctx, top, r)
	}}
}

// EveryNth is for [Flaky]: each nth record fails with err. A step below 1 means that none does.
func EveryNth(step int, err error) func(int, slog.Record) error {
	return func(n int, _ slog.Record) error {
		if step > 0 && n%step == 0 {
			return err
		}
		return nil
	}
}

// Slow returns a sink that takes d for each record, and then passes it to next. A record whose context ends
// before is lost: Slow returns the cause.
func Slow(next slog.Handler, d time.Duration) slog.Handler {
	return &wrapper{chain.Adapt(next), func(ctx context.Context, top []slog.Attr, r slog.Record, next chain.Handler) error {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return next.HandleTop(ctx, top, r)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}}
}

// Gate makes sinks hang: records wait at it while it is shut. It is safe for concurrent use.
type Gate struct {
	mu      sync.Mutex
	open    chan struct{} // closed while records pass
	arrived chan struct{} // closed and replaced when one more waits
	waiting int
}

// NewGate returns a Gate that is open.
func NewGate() *Gate {
	g := &Gate{open: make(chan struct{}), arrived: make(chan struct{})}
	close(g.open)
	return g
}

// Wrap returns a sink that passes records to next when the gate is open.
func (g *Gate) Wrap(next slog.Handler) slog.Handler {
	return &wrapper{chain.Adapt(next), g.pass}
}

// Shut makes records wait from now on, whatever their context says, as a sink that hangs does.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
		g.open = make(chan struct{})
	default:
	}
}

// Open lets all records pass, those that wait too. A test that shut the gate opens it before it ends.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
	default:
		close(g.open)
	}
}

// Await returns when at least n records wait at the gate, or with an error when ctx is done.
func (g *Gate) Await(ctx context.Context, n int) error {
	for {
		g.mu.Lock()
		waiting, arrived := g.waiting, g.arrived
		g.mu.Unlock()
		if waiting >= n {
			return nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (g *Gate) pass(ctx context.Context, top []slog.Attr, r slog.Record, next chain.Handler) error {
	g.mu.Lock()
	open := g.open
	g.waiting++
	close(g.arrived)
	g.arrived = make(chan struct{})
	g.mu.Unlock()
	<-open
	g.mu.Lock()
	g.waiting--
	g.mu.Unlock()
	return next.HandleTop(ctx, top, r)
}
