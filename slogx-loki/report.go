package slogxloki

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// kind is a kind of problem.
type kind int

const (
	kindRetry kind = iota
	kindRefused
	kindRejected
	kindSpool
	kinds // how many there are
)

// reportEvery is the least time between two reports of one kind.
const reportEvery = 10 * time.Second

// reporter tells of problems, those of each kind at most once in an interval.
type reporter struct {
	tell func(error)

	mu         sync.Mutex
	next       [kinds]time.Time
	suppressed [kinds]int
}

func newReporter(tell func(error)) *reporter {
	if tell == nil {
		tell = func(err error) { fmt.Fprintf(os.Stderr, "slogx: %q\n", err.Error()) }
	}
	return &reporter{tell: tell}
}

func (r *reporter) report(k kind, err error) {
	now := time.Now()
	r.mu.Lock()
	if now.Before(r.next[k]) {
		r.suppressed[k]++
		r.mu.Unlock()
		return
	}
	n := r.suppressed[k]
	r.suppressed[k], r.next[k] = 0, now.Add(reportEvery)
	r.mu.Unlock()
	if n > 0 {
		err = fmt.Errorf("%w (and %d more since the last report)", err, n)
	}
	defer func() { _ = recover() }() // there is nobody left to tell
	r.tell(err)
}
