package slogxhttp

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// reportInterval is the least time between two reports.
const reportInterval = 10 * time.Second

// reporter hands problems to an OnError func, at most one an interval.
type reporter struct {
	fn func(error)

	mu   sync.Mutex
	next time.Time
	more int // not reported since the last
}

func newReporter(fn func(error)) *reporter {
	if fn == nil {
		fn = func(err error) { fmt.Fprintf(os.Stderr, "slogxhttp: %q\n", err.Error()) }
	}
	return &reporter{fn: fn}
}

func (r *reporter) report(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	now := time.Now()
	if now.Before(r.next) {
		r.more++
		r.mu.Unlock()
		return
	}
	more := r.more
	r.more, r.next = 0, now.Add(reportInterval)
	r.mu.Unlock()
	if more > 0 {
		err = fmt.Errorf("%w (and %d more since the last report)", err, more)
	}
	defer func() { _ = recover() }() // there is nobody left to tell
	r.fn(err)
}

// try calls f, which calls a func of the user's, and reports its panic. It reports whether there was none.
func (r *reporter) try(name string, f func()) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			r.report(fmt.Errorf("call %s: panic: %v", name, p))
		}
	}()
	f()
	return true
}
