package slogxtest

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Recorder is a [slog.Handler] that keeps every record that it is given. It takes records of all
// levels unless SetLevel says otherwise. The Recorders that WithAttrs and WithGroup derive share one
// list of records. It is safe for concurrent use, also by goroutines that outlive the test.
type Recorder struct {
	tb     testing.TB
	shared *shared
	scopes []scope // the top level, then each group that is open
}

// scope is a group that is open, and the attributes that With added in it.
type scope struct {
	name  string
	attrs []slog.Attr
}

// shared is what a Recorder and all that derive from it have in common.
type shared struct {
	mu      sync.Mutex
	records []Record
	changed chan struct{} // closed and replaced when records changes
	resets  int
	level   slog.Leveler
}

// everything is below any level that is in use.
const everything = slog.Level(math.MinInt)

var _ chain.Handler = (*Recorder)(nil)

// NewRecorder returns a Recorder without records. tb is what Assert reports to; nothing else touches it.
func NewRecorder(tb testing.TB) *Recorder {
	return &Recorder{
		tb:     tb,
		shared: &shared{changed: make(chan struct{}), level: everything},
		scopes: []scope{{}},
	}
}

// Logger returns a logger that logs to r.
func (r *Recorder) Logger() *slog.Logger { return slog.New(r) }

// SetLevel makes l the lowest level that r takes. Nil means all levels.
func (r *Recorder) SetLevel(l slog.Leveler) {
	if l == nil {
		l = everything
	}
	r.shared.mu.Lock()
	defer r.shared.mu.Unlock()
	r.shared.level = l
}

// Records returns the records so far, the oldest first.
func (r *Recorder) Records() []Record {
	r.shared.mu.Lock()
	defer r.shared.mu.Unlock()
	return slices.Clone(r.shared.records)
}

// Reset forgets the records so far.
func (r *Recorder) Reset() {
	r.shared.mu.Lock()
	defer r.shared.mu.Unlock()
	r.shared.records = nil
	r.shared.resets++
	r.shared.wake()
}

// Wait returns the oldest record for which match returns true, and waits for one until ctx is done.
// The error says which records there were. A nil match takes any record. match is called once for each
// record, on the goroutine of Wait.
func (r *Recorder) Wait(ctx context.Context, match func(Record) bool) (Record, error) {
	next, resets := 0, 0
	var found Record
	records, err := r.await(ctx, func(records []Record, n int) bool {
		if resets != n {
			next, resets = 0, n
		}
		for ; next < len(records); next++ {
			if match == nil || match(records[next]) {
				found = records[next]
				return true
			}
		}
		return false
	})
	if err != nil {
		return Record{}, fmt.Errorf("wait for a record: %w; %s", err, describe(records))
	}
	return found, nil
}

// WaitAll waits until there is a record for each of want, in any order, one record for each, or ctx is
// done. The error says what is missing, and which records there were.
func (r *Recorder) WaitAll(ctx context.Context, want ...Expectation) error {
	records, err := r.await(ctx, func(records []Record, _ int) bool { return slices.Index(assign(records, want), -1) < 0 })
	if err != nil {
		return fmt.Errorf("wait for records: %w; %s", err, describeMissing(records, want, assign(records, want)))
	}
	return nil
}

// await calls done with the records so far, and the number of resets, until it returns true or ctx ends,
// and returns the records that it saw last.
func (r *Recorder) await(ctx context.Context, done func(records []Record, resets int) bool) ([]Record, error) {
	for {
		r.shared.mu.Lock()
		records, changed, resets := r.shared.records, r.shared.changed, r.shared.resets
		r.shared.mu.Unlock()
		if done(records, resets) {
			return records, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return records, context.Cause(ctx)
		}
	}
}

// describe lists records for a person.
func describe(records []Record) string {
	if len(records) == 0 {
		return "there were no records"
	}
	return fmt.Sprintf("none of these %d matched:%s", len(records), list(records, nil))
}

// Enabled implements [slog.Handler].
func (r *Recorder) Enabled(_ context.Context, l slog.Level) bool {
	r.shared.mu.Lock()
	lowest := r.shared.level
	r.shared.mu.Unlock()
	return l >= lowest.Level()
}

// Handle implements [slog.Handler].
func (r *Recorder) Handle(ctx context.Context, rec slog.Record) error {
	return r.HandleTop(ctx, nil, rec)
}

// HandleTop implements [chain.Handler].
func (r *Recorder) HandleTop(ctx context.Context, top []slog.Attr, rec slog.Record) error {
	attrs := make([]slog.Attr, 0, rec.NumAttrs())
	rec.Attrs(func(a slog.Attr) bool {
		attrs = keep(attrs, a)
		return true
	})
	var kept []slog.Attr
	for _, a := range top {
		kept = keep(kept, a)
	}
	for i, s := range slices.Backward(r.scopes) {
		switch {
		case i == 0:
			attrs = slices.Concat(s.attrs, kept, attrs)
		case len(s.attrs)+len(attrs) > 0:
			attrs = []slog.Attr{{Key: s.name, Value: slog.GroupValue(slices.Concat(s.attrs, attrs)...)}}
		}
	}
	r.shared.add(Record{
		Time:    rec.Time,
		Level:   rec.Level,
		Message: rec.Message,
		Source:  rec.Source(),
		Attrs:   attrs,
		Context: ctx,
	})
	return nil
}

// WithAttrs implements [slog.Handler].
func (r *Recorder) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return r
	}
	r2 := r.clone()
	last := &r2.scopes[len(r2.scopes)-1]
	last.attrs = slices.Clip(last.attrs)
	for _, a := range attrs {
		last.attrs = keep(last.attrs, a)
	}
	return r2
}

// WithGroup implements [slog.Handler].
func (r *Recorder) WithGroup(name string) slog.Handler {
	if name == "" {
		return r
	}
	r2 := r.clone()
	r2.scopes = append(r2.scopes, scope{name: name})
	return r2
}

func (r *Recorder) clone() *Recorder {
	r2 := *r
	r2.scopes = slices.Clone(r.scopes)
	return &r2
}

func (s *shared) add(r Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records = append(s.records, r)
	s.wake()
}

// wake wakes all that wait. The caller holds s.mu.
func (s *shared) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}
