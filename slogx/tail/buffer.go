package tail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/attr"
	"github.com/slogx-go/slogx/slogx/internal/held"
)

// Buffer holds the records of one request until Release or Discard settles what becomes of them. The first
// record that it holds binds it to the bounds of the [Handler] that handed it over. It is safe for concurrent
// use; the methods of a nil Buffer do nothing.
type Buffer struct {
	state atomic.Int32
	bound atomic.Pointer[budget] // its lock guards the rest

	first, last    *entry
	records, bytes int
	evicted        int // since the last release of records
}

// The states of a Buffer. It is open, and then releasing and released, or discarded.
const (
	open int32 = iota
	releasing
	released
	discarded
)

// outcome is what became of a record.
type outcome int

const (
	kept   outcome = iota
	passes         // the buffer was released
	gone           // the buffer was discarded, or has no room
)

// NewContext returns a context of ctx with a new Buffer, which is to be settled at the end of what the context
// is for. It hides a Buffer that ctx has already.
func NewContext(ctx context.Context) (context.Context, *Buffer) {
	b := new(Buffer)
	return held.WithBuffer(ctx, b), b
}

// FromContext returns the Buffer of ctx, or nil.
func FromContext(ctx context.Context) *Buffer {
	b, _ := held.From(ctx).(*Buffer)
	return b
}

func (b *Buffer) current() int32 { return b.state.Load() }

// Takes reports whether records that would be dropped are of use to b. The handlers before a [Handler] ask.
func (b *Buffer) Takes() bool { return b != nil && b.current() != discarded }

// hold takes e, unless b was settled or has no room. It counts for the budget of the first handler.
func (b *Buffer) hold(bg *budget, e *entry) outcome {
	if !b.bound.CompareAndSwap(nil, bg) {
		bg = b.bound.Load()
	}
	bg.mu.Lock()
	defer bg.mu.Unlock()
	switch {
	case b.current() == discarded:
		return gone
	case b.current() == released || bg == settled:
		return passes
	case !bg.admit(b, e):
		b.evicted++
		return gone
	}
	e.buffer = b
	if b.last == nil {
		b.first = e
	} else {
		b.last.following = e
	}
	b.last = e
	b.records++
	b.bytes += e.size
	return kept
}

// pop takes the oldest entry out of b. The lock is held.
func (b *Buffer) pop() {
	e := b.first
	if b.first = e.following; b.first == nil {
		b.last = nil
	}
	b.records--
	b.bytes -= e.size
}

// takeAll takes all entries out of b, and out of those that may be evicted. The lock is held.
func (b *Buffer) takeAll(bg *budget) (first *entry) {
	first = b.first
	for e := first; e != nil; e = e.following {
		bg.unlink(e)
	}
	b.first, b.last, b.records, b.bytes = nil, nil, 0, 0
	return first
}

// Discard lets the records go that b holds. What is logged with its context from then on is as it would be
// without a Buffer. Discard does nothing if b was settled before.
func (b *Buffer) Discard() {
	if b == nil || !b.state.CompareAndSwap(open, discarded) || b.bound.CompareAndSwap(nil, settled) {
		return
	}
	bg := b.bound.Load()
	bg.mu.Lock()
	first := b.takeAll(bg)
	for e := first; e != nil; e = e.following {
		bg.forget(e)
		bg.discarded.Add(1)
	}
	bg.mu.Unlock()
	for e := first; e != nil; {
		next := e.following
		e.free()
		e = next
	}
}

// Release hands on the records that b holds, in the order in which they came. What is logged with its context
// from then on passes: behind them, unless more comes meanwhile than a request may hold. Release does nothing if b
// was settled before; it does not wait for another Release that is under way.
//
// The handlers behind get each record with the values of its own context, and the deadline of ctx, which says
// how long they may wait; all records are handed on even if it has ended. The error is that of the first record
// that was refused, and says how many there were.
//
//nolint:contextcheck // each record has the values of its own context
func (b *Buffer) Release(ctx context.Context) error {
	if b == nil || !b.state.CompareAndSwap(open, releasing) {
		return nil
	}
	if b.bound.CompareAndSwap(nil, settled) {
		b.state.Store(released)
		return nil
	}
	bg := b.bound.Load()
	if ctx == nil { // a middleware that has none must not lose records for it
		ctx = context.Background()
	}
	var failed failures
	// What comes meanwhile is held, too, so that it stays in order. But Release must end, whatever comes.
	for left, done := 2*bg.requestRecords, false; !done; {
		bg.mu.Lock()
		evicted := b.evicted
		b.evicted = 0
		e := b.takeAll(bg)
		if done = e == nil && evicted == 0 || left <= 0; done {
			b.state.Store(released)
		}
		bg.mu.Unlock()
		if evicted > 0 {
			failed.add(bg.tell(ctx, evicted, e))
		}
		for e != nil {
			next := e.following
			failed.add(e.handOn(ctx))
			bg.mu.Lock()
			bg.forget(e)
			bg.mu.Unlock()
			e.free()
			e = next
			left--
		}
	}
	return failed.err()
}

// handOn hands the record to the next handler.
//
//nolint:contextcheck // as in Release
func (e *entry) handOn(ctx context.Context) error {
	return safely(func() error {
		held.MarkIn(e.ctx).Release()
		return e.next.HandleTop(held.WithRelease(ctx, e.ctx), e.top, e.rec)
	})
}

// tell hands on a record that says how many records went for want of room. It stands where they stood, before
// e, which is nil if all are gone.
//
//nolint:contextcheck // as in Release
func (bg *budget) tell(ctx context.Context, evicted int, e *entry) error {
	at, values := time.Now(), ctx
	if e != nil {
		at, values = e.rec.Time, e.ctx
	}
	r := slog.NewRecord(at, slog.LevelWarn, lossMessage, 0)
	r.AddAttrs(slog.Int("lost", evicted))
	return safely(func() error { return bg.root.HandleTop(held.WithRelease(ctx, values), nil, r) })
}

// safely calls f. A panic must not cost the records behind the one that f hands on.
func safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New(attr.Panic(nil, p))
		}
	}()
	return f()
}

// lossMessage is the message of the record that tells of evicted ones.
const lossMessage = "log records of the request lost: no room to hold them"

// failures keeps the first of many errors.
type failures struct {
	first error
	n     int
}

func (f *failures) add(err error) {
	if err == nil {
		return
	}
	if f.first == nil {
		f.first = err
	}
	f.n++
}

func (f *failures) err() error {
	if f.n == 0 {
		return nil
	}
	return fmt.Errorf("release held records: %d refused: %w", f.n, f.first)
}
