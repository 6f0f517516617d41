package level

import (
	"log/slog"
	"slices"
	"sync/atomic"
	"time"
)

// Reason says what changed a level.
type Reason string

// The reasons of a [Change].
const (
	ReasonSet     Reason = "set"     // Set was called
	ReasonReset   Reason = "reset"   // Reset was called
	ReasonExpired Reason = "expired" // the time to live of an override ended
)

// Change is one change of a [Controller]'s overrides, for audit.
type Change struct {
	Name    string     // the logger's name; "" is the root
	Old     slog.Level // in force before, inherited or set
	New     slog.Level // in force after; may be Old, as when a time to live is renewed
	Expires time.Time  // when the level that was set goes back; zero if it stays
	Reason  Reason
}

type subscription struct {
	fn      func(Change)
	stopped atomic.Bool
}

// delivery is a change and those who were subscribed when it happened.
type delivery struct {
	change Change
	subs   []*subscription
}

// Subscribe calls fn with every change of the overrides from now on, in the order in which they
// happened, one at a time. Changes of the Controller's own Leveler are not seen.
//
// fn runs on the goroutine of whoever made a change, or is handing out an earlier one: it should not
// take long. It may log, call the methods of the Controller, and stop its subscription. A change that
// fn makes is handed out after fn returned. A panic in fn is dropped.
//
// stop ends the subscription. It does not wait for a call that is under way, and may be called again.
func (c *Controller) Subscribe(fn func(Change)) (stop func()) {
	s := &subscription{fn: fn}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs = append(slices.Clip(c.subs), s)
	return func() {
		s.stopped.Store(true)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.subs = slices.DeleteFunc(slices.Clone(c.subs), func(o *subscription) bool { return o == s })
	}
}

// announce queues change for those who are subscribed now. The lock is held.
func (c *Controller) announce(change Change) {
	if len(c.subs) > 0 {
		c.pending = append(c.pending, delivery{change, c.subs})
	}
}

// deliver hands out what is pending. One goroutine does so at a time, which keeps the order; the others
// leave their changes to it. It leaves the state right also where a subscriber ends the goroutine, as
// testing.T.FailNow does.
func (c *Controller) deliver() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.delivering {
		return
	}
	c.delivering = true
	defer func() { c.delivering = false }()
	for len(c.pending) > 0 {
		d := c.pending[0]
		c.pending = c.pending[1:]
		c.call(d)
	}
}

// call calls the subscribers of d without the lock, which is held before and after.
func (c *Controller) call(d delivery) {
	c.mu.Unlock()
	defer c.mu.Lock()
	for _, s := range d.subs {
		s.call(d.change)
	}
}

func (s *subscription) call(change Change) {
	defer func() { _ = recover() }() // a subscriber must not fail the one who changes a level
	if !s.stopped.Load() {
		s.fn(change)
	}
}
