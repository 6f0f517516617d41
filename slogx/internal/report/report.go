// Package report hands problems of the library itself to an OnError func, at most one an interval.
package report

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// Interval is the least time between two reports of one Reporter.
const Interval = 10 * time.Second

// Reporter reports errors. The first goes out at once; those that follow within Interval are counted,
// and the next report after it says how many there were. It is safe for concurrent use, and for an
// OnError func that logs and so ends up here again. A nil Reporter reports to standard error without
// a limit.
type Reporter struct {
	fn func(error)

	mu         sync.Mutex
	next       time.Time // no report before
	suppressed int
}

// New returns a Reporter that calls fn. A nil fn means a line on standard error.
func New(fn func(error)) *Reporter {
	if fn == nil {
		fn = toStderr
	}
	return &Reporter{fn: fn}
}

// Report reports err, or counts it. A nil err is ignored. A panic of the OnError func is dropped: there
// is nobody left to tell.
func (r *Reporter) Report(err error) {
	if err == nil {
		return
	}
	if r == nil {
		toStderr(err)
		return
	}
	r.mu.Lock()
	now := time.Now()
	if now.Before(r.next) {
		r.suppressed++
		r.mu.Unlock()
		return
	}
	n := r.suppressed
	r.suppressed, r.next = 0, now.Add(Interval)
	r.mu.Unlock()
	if n > 0 {
		err = fmt.Errorf("%w (and %d more since the last report)", err, n)
	}
	defer func() { _ = recover() }()
	r.fn(err)
}

func toStderr(err error) { fmt.Fprintf(os.Stderr, "slogx: %q\n", err.Error()) }
