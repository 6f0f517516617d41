package sample

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/observe"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// Controller changes the options of a [Handler], and of all derived from it, while the program runs. It is
// safe for concurrent use.
type Controller struct {
	current  atomic.Pointer[sampler] // replaced as a whole, so that a record needs no lock
	sampled  counter
	observer observe.Point

	mu      sync.Mutex
	lasting *Options // set for good
	passing *passing // set for a while; hides lasting
	closed  bool
}

// passing are options that go back. Their address tells them from those that were set later.
type passing struct {
	opts    *Options
	expires time.Time
	timer   *time.Timer
}

func newController(opts *Options) *Controller {
	c := &Controller{lasting: opts.clone()}
	s := newSampler(opts)
	s.reporter.Report(opts.Validate())
	c.current.Store(s)
	return c
}

// Set replaces the options, with the next record. A nil opts drops nothing. What was counted for keys starts
// anew; repeated records that were folded are passed on.
//
// A ttl of 0 sets the options for good and ends others that were set for a while. With a positive ttl they go
// back by themselves to those that were set for good; setting options again starts the time anew. The time
// is measured on the monotonic clock.
//
// Set changes nothing and returns an error if opts are faulty or ttl is negative.
func (c *Controller) Set(opts *Options, ttl time.Duration) error {
	if err := opts.Validate(); err != nil {
		return err
	}
	if ttl < 0 {
		return fmt.Errorf("set up sampling: ttl %v is negative, want 0 (for good) or more", ttl)
	}
	opts = opts.clone()
	c.mu.Lock()
	c.stop()
	if ttl == 0 {
		c.lasting = opts
	} else {
		p := &passing{opts: opts, expires: time.Now().Add(ttl)}
		p.timer = time.AfterFunc(ttl, func() { c.expire(p) })
		c.passing = p
	}
	old := c.apply()
	c.mu.Unlock()
	old.fold.close()
	return nil
}

// Reset ends options that were set for a while. It does nothing if there are none.
func (c *Controller) Reset() {
	c.mu.Lock()
	p := c.passing
	c.mu.Unlock()
	if p != nil {
		c.expire(p)
	}
}

// expire ends p, unless it was replaced while its timer fired.
func (c *Controller) expire(p *passing) {
	c.mu.Lock()
	if c.passing != p {
		c.mu.Unlock()
		return
	}
	c.stop()
	old := c.apply()
	c.mu.Unlock()
	old.fold.close()
}

// stop ends options that were set for a while. The lock is held.
func (c *Controller) stop() {
	if c.passing != nil {
		c.passing.timer.Stop()
		c.passing = nil
	}
}

// apply puts what is set in force, and returns what was before. The lock is held.
func (c *Controller) apply() (old *sampler) {
	opts := c.lasting
	if c.passing != nil {
		opts = c.passing.opts
	}
	s := newSampler(opts)
	if c.closed {
		s.fold.close()
	}
	return c.current.Swap(s)
}

// Options returns the options in force, and when they go back; a zero time if they stay.
func (c *Controller) Options() (opts Options, expires time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.passing != nil {
		return *c.passing.opts.clone(), c.passing.expires
	}
	return *c.lasting.clone(), time.Time{}
}

// Sampled returns how many records were dropped, whatever options were in force.
func (c *Controller) Sampled() uint64 { return c.sampled.load() }

func (c *Controller) drop() {
	c.sampled.add(1)
	c.observer.Observe("slogx_sampled_records_total", 1)
}

func (c *Controller) shutdown(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	if c.passing != nil {
		c.passing.timer.Stop()
		c.lasting, c.passing = c.passing.opts, nil
	}
	s := c.current.Load()
	c.mu.Unlock()
	s.fold.close() //nolint:contextcheck // the record that stands for others goes on with the context of the first of them
	return s.fold.flush(ctx)
}

// clone returns options that nobody else can change.
func (o *Options) clone() *Options {
	if o == nil {
		return &Options{}
	}
	o2 := *o
	o2.Rules = slices.Clone(o.Rules)
	return &o2
}

// sampler is a set of options in force. Its pointers never change.
type sampler struct {
	keep        slog.Leveler
	rules       []*rule
	weight      bool
	needsLogger bool
	fold        *folder // nil if nothing is folded
	reporter    *report.Reporter
}

// newSampler makes the best of opts, also where they are faulty.
func newSampler(opts *Options) *sampler {
	o := opts.clone()
	if o.Keep == nil {
		o.Keep = slog.LevelError
	}
	if o.Rand == nil {
		o.Rand = rand.Uint64
	}
	if o.MaxKeys <= 0 || o.MaxKeys > maxKeys {
		o.MaxKeys = DefaultMaxKeys
	}
	s := &sampler{keep: o.Keep, weight: o.Weight, reporter: report.New(o.OnError)}
	for _, r := range o.Rules {
		if r.validate() != nil {
			continue
		}
		c := newRule(r, o.MaxKeys, o.Rand)
		s.rules = append(s.rules, c)
		s.needsLogger = s.needsLogger || c.needsLogger()
	}
	if o.Fold > 0 {
		s.fold = &folder{window: o.Fold, weigh: o.Weight, reporter: s.reporter}
		s.needsLogger = true
	}
	return s
}

// decide asks the first rule that selects r.
func (s *sampler) decide(ctx context.Context, r *slog.Record, logger string) (weight float64, keep bool) {
	for _, rule := range s.rules {
		if rule.selects(r, logger) {
			return rule.decide(ctx, r, logger)
		}
	}
	return 1, true
}
