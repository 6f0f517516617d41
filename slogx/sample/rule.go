package sample

import (
	"cmp"
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/loggername"
)

// clock is the time since the program started, on the monotonic clock and never 0.
func clock() int64 { return int64(time.Since(epoch)) + 1 }

var epoch = time.Now()

// rule is a [Rule] ready for use.
type rule struct {
	Rule

	trace    *ratio
	random   *ratio
	keys     *table // nil if no setting has keys
	adaptive *adaptive
	rand     func() uint64
}

func newRule(r Rule, keys int, rand func() uint64) *rule {
	r.By = cmp.Or(r.By, byAll)
	r.Interval = cmp.Or(r.Interval, DefaultInterval)
	if r.Burst == 0 {
		r.Burst = max(1, int(math.Ceil(min(r.Rate, math.MaxInt32))))
	}
	c := &rule{Rule: r, trace: newRatio(r.TraceRatio), random: newRatio(r.Probability), rand: rand}
	if r.Once > 0 || c.counts() || r.Rate > 0 {
		c.keys = newTable(keys)
	}
	if r.Target > 0 {
		c.adaptive = newAdaptive(r.Target, rand)
	}
	return c
}

func (r *rule) counts() bool { return r.First > 0 || r.Thereafter > 0 }

// needsLogger reports whether the logger's name matters.
func (r *rule) needsLogger() bool {
	return r.Logger != "" || r.keys != nil && r.By&ByLogger != 0
}

func (r *rule) selects(rec *slog.Record, logger string) bool {
	return (r.MinLevel == nil || rec.Level >= r.MinLevel.Level()) &&
		(r.MaxLevel == nil || rec.Level <= r.MaxLevel.Level()) &&
		(r.Message == "" || rec.Message == r.Message) &&
		(r.Logger == "" || loggername.Covers(r.Logger, logger))
}

// decide reports whether rec is kept, and how many records it then stands for.
func (r *rule) decide(ctx context.Context, rec *slog.Record, logger string) (weight float64, keep bool) {
	weight = 1
	if r.trace != nil {
		if bits, ok := traceBits(ctx); ok {
			if !r.trace.keeps(bits) {
				return 0, false
			}
			weight *= r.trace.weight
		}
	}
	if r.random != nil {
		if !r.random.keeps(r.rand() >> (64 - randomBits)) {
			return 0, false
		}
		weight *= r.random.weight
	}
	if r.keys == nil && r.adaptive == nil {
		return weight, true
	}
	now := clock()
	if r.keys != nil {
		if weight, keep = r.decideByKey(rec, logger, now, weight); !keep {
			return 0, false
		}
	}
	if r.adaptive != nil {
		return r.adaptive.decide(now, weight)
	}
	return weight, true
}

func (r *rule) decideByKey(rec *slog.Record, logger string, now int64, weight float64) (float64, bool) {
	hash := r.keys.hash(r.By, rec, logger)
	b := r.keys.bucket(hash)
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.find(hash, now)
	e.missed += weight
	if !r.keeps(e, now) {
		return 0, false
	}
	weight, e.missed = e.missed, 0
	return weight, true
}

func (r *rule) keeps(e *entry, now int64) bool {
	if r.Once > 0 && e.once != 0 && now-e.once < int64(r.Once) {
		return false
	}
	if r.counts() && !r.keepsNext(e, now) {
		return false
	}
	if r.Rate > 0 && !r.takesToken(e, now) {
		return false
	}
	e.once = now
	return true
}

// keepsNext counts a record, and reports whether First or Thereafter keep it.
func (r *rule) keepsNext(e *entry, now int64) bool {
	if e.started == 0 || now-e.started >= int64(r.Interval) {
		e.started, e.count = now, 0
	}
	e.count++
	return e.count <= r.First || r.Thereafter > 0 && (e.count-r.First)%r.Thereafter == 0
}

// takesToken takes a token from the bucket of a key, if there is one.
func (r *rule) takesToken(e *entry, now int64) bool {
	const rounding = 1e-9 // in tokens: what the sums of many short times lack
	if e.filled == 0 {
		e.tokens = float64(r.Burst)
	} else {
		e.tokens = min(float64(r.Burst), e.tokens+float64(now-e.filled)*r.Rate/float64(time.Second))
	}
	e.filled = now
	if e.tokens < 1-rounding {
		return false
	}
	e.tokens--
	return true
}
