package slogxtest

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Recorder is a [slog.Handler] that keeps every record that it is given. It takes records of all
// levels unless SetLevel says otherwise. The Recorders that WithAttrs and WithGroup derive share one
// list of records. It is safe for concurrent use, also by goroutines that outlive the test.
type Recorder struct {
	tb     testing.TB
	shared *list
	scopes []scope // the top level, then each group that is open
}

// scope is a group that is open, and the attributes that With added in it.
type scope struct {
	name  string
	attrs []slog.Attr
}

// list is what a Recorder and all that derive from it have in common.
type list struct {
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
		shared: &list{changed: make(chan struct{}), level: everything},
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
	for {
		r.shared.mu.Lock()
		if resets != r.shared.resets {
			next, resets = 0, r.shared.resets
		}
		records, changed := r.shared.records, r.shared.changed
		r.shared.mu.Unlock()

		for ; next < len(records); next++ {
			if match == nil || match(records[next]) {
				return records[next], nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Record{}, fmt.Errorf("wait for a record: %w; %s", context.Cause(ctx), describe(records))
		}
	}
}

// describe lists records for a person.
func describe(records []Record) string {
	if len(records) == 0 {
		return "there were no records"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "none of these %d matched:", len(records))
	for _, r := range records {
		fmt.Fprintf(&b, "\n\t%v %q", r.Level, r.Message)
		for _, a := range r.Attrs {
			fmt.Fprintf(&b, " %v", a)
		}
	}
	return b.String()
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

func (l *list) add(r Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, r)
	l.wake()
}

// wake wakes all that wait. The caller holds l.mu.
func (l *list) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}
