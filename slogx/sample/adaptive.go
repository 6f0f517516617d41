package sample

import (
	"math"
	"sync"
	"time"
)

// adaptive keeps about a target of records a second. In each window it keeps the share that would have
// been right for the window before, or a smaller one once more has come than then.
//
// Within a window it keeps one record, at random, of each run of as many as one stands for: so the number
// is right almost to the record, and a pattern in what comes is not sampled at the same place each time.
type adaptive struct {
	target float64 // records a window
	limit  int     // what may pass in a window
	window int64   // nanoseconds
	rand   func() uint64

	mu       sync.Mutex
	started  int64 // of the window; 0 before the first record
	offered  int   // in this window
	before   int   // offered in the window before
	passed   int   // in this window
	missed   float64
	progress float64 // through the run, from 0 to 1
	pick     float64 // where in the run one is kept
	picked   bool    // pick was reached
	due      int     // records to keep: those picked that had not come yet
}

// overshoot is how far above its target a window may get, while the share is not known yet.
const overshoot = 1.2

func newAdaptive(perSecond float64, rand func() uint64) *adaptive {
	seconds := max(1, 10/perSecond)
	target := perSecond * seconds
	a := &adaptive{
		target: target,
		limit:  int(math.Ceil(overshoot * target)),
		window: int64(seconds * float64(time.Second)),
		rand:   rand,
	}
	a.pick = a.random()
	return a
}

// decide reports whether a record of that weight is kept, and what weight it then has.
func (a *adaptive) decide(now int64, weight float64) (float64, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.roll(now)
	a.offered++
	a.missed += weight
	a.advance(min(1, a.target/float64(max(a.before, a.offered))))
	if a.due == 0 || a.passed >= a.limit {
		a.due = 0
		return 0, false
	}
	a.due--
	a.passed++
	weight, a.missed = a.missed, 0
	return weight, true
}

// roll begins the window that now is in.
func (a *adaptive) roll(now int64) {
	if a.started == 0 {
		a.started = now
	}
	n := (now - a.started) / a.window
	if n <= 0 { // a caller that took its time earlier may come later
		return
	}
	a.before = a.offered
	if n > 1 {
		a.before = 0
	}
	a.started += n * a.window
	a.offered, a.passed = 0, 0
}

// advance goes on by a share of a run.
func (a *adaptive) advance(share float64) {
	a.progress += share
	a.reach()
	if a.progress >= 1 {
		a.progress--
		a.pick, a.picked = a.random(), false
		a.reach()
	}
}

func (a *adaptive) reach() {
	if !a.picked && a.progress > a.pick {
		a.picked = true
		a.due++
	}
}

// random returns a number from 0 to just below 1.
func (a *adaptive) random() float64 { return float64(a.rand()>>11) / (1 << 53) }
