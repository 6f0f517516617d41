package failover

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// State is the state of a breaker.
type State int32

// The states of a breaker.
const (
	Closed   State = iota // the primary gets every record
	Open                  // the fallback gets every record until the cool-down is over
	HalfOpen              // one record probes the primary, the fallback gets the others
)

// String returns the name of s: "closed", "open", "half-open".
func (s State) String() string {
	switch s {
	case Closed:
		return "closed"
	case Open:
		return "open"
	case HalfOpen:
		return "half-open"
	default:
		return fmt.Sprintf("State(%d)", int32(s))
	}
}

// breaker decides whether a record may be tried on the primary. While it is closed and all is well, it
// costs two atomic loads.
type breaker struct {
	limit    int64 // failures in a row that open it
	coolDown time.Duration
	failures atomic.Int64 // in a row, while closed
	state    atomic.Int32 // a State; changes only under mu

	mu    sync.Mutex
	next  time.Time // not closed: no probe before
	probe uint64    // number of the latest probe
	since time.Time // not closed since then
	cause error     // the latest failure that opened it
}

// admit reports whether the primary may be tried. probe is 0 for an ordinary try.
func (b *breaker) admit() (probe uint64, ok bool) {
	if b.current() == Closed {
		return 0, true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current() == Closed {
		return 0, true
	}
	now := time.Now()
	if now.Before(b.next) {
		return 0, false
	}
	// Open after the cool-down, or half-open with a probe that hangs.
	b.state.Store(int32(HalfOpen))
	b.next = now.Add(b.coolDown)
	b.probe++
	return b.probe, true
}

func (b *breaker) current() State { return State(b.state.Load()) }

// succeeded is told that the primary took the record that admit let through. Also a probe that others
// have overtaken shows that the primary is well.
func (b *breaker) succeeded(probe uint64) {
	if probe == 0 {
		if b.failures.Load() != 0 { // no store where nothing is wrong
			b.failures.Store(0)
		}
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures.Store(0)
	b.cause = nil
	b.state.Store(int32(Closed))
}

// failed is told that the primary failed at the record that admit let through. It reports whether the
// breaker opened.
func (b *breaker) failed(probe uint64, cause error) (opened bool) {
	if probe == 0 && (b.current() != Closed || b.failures.Add(1) < b.limit) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	state := b.current()
	// Of the tries that were under way when it opened, and of overtaken probes, none may put off the next.
	if (probe == 0 && state != Closed) || (probe != 0 && (state != HalfOpen || probe != b.probe)) {
		return false
	}
	now := time.Now()
	if state == Closed {
		b.since = now
	}
	b.next, b.cause = now.Add(b.coolDown), cause
	b.state.Store(int32(Open))
	return true
}

// undecided is told that the outcome says nothing about the primary. The next record probes it.
func (b *breaker) undecided(probe uint64) {
	if probe == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current() == HalfOpen && probe == b.probe {
		b.next = time.Time{}
		b.state.Store(int32(Open))
	}
}

// condition returns the state and, unless it is Closed, since when and why.
func (b *breaker) condition() (s State, since time.Time, cause error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.current(), b.since, b.cause
}
