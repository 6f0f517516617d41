package slogxtest

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

// tester is the part of *testing.T that the suites use, so that the tests of the suites can look at
// their failures.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Run(name string, f func(tester))
}

// live is a tester that is a real test.
type live struct{ *testing.T }

func (l live) Run(name string, f func(tester)) {
	l.T.Run(name, func(t *testing.T) { f(live{t}) })
}

// subject is a handler under test, fresh, and the way to see what it made of its records.
type subject struct {
	handler slog.Handler
	results func() ([]map[string]any, error)
}

// rule is what a case of the table cannot say in one line.
type rule struct {
	name        string
	explanation string
	check       func(t tester, open func() subject)
}

// flush empties the queues of h, so that results are there to see.
func flush(t tester, h slog.Handler) {
	t.Helper()
	if err := chain.Flush(context.Background(), h); err != nil {
		t.Errorf("flush: %v", err)
	}
}

// output returns what s made of the records so far, and reports if those are not n.
func (s subject) output(t tester, n int) ([]map[string]any, bool) {
	t.Helper()
	flush(t, s.handler)
	got, err := s.results()
	if err != nil {
		t.Errorf("read the output: %v", err)
		return nil, false
	}
	if len(got) != n {
		t.Errorf("got %d records, want %d", len(got), n)
		return nil, false
	}
	return got, true
}

// survive calls f and reports a panic that reaches the caller.
func survive(t tester, f func()) (ok bool) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("a panic reached the caller: %v", p)
		}
	}()
	f()
	return true
}

// runShared runs what holds for wrappers and encoders.
func runShared(t tester, open func() subject) {
	for _, c := range cases {
		t.Run(c.name, func(t tester) {
			var made opened
			defer made.shutdown()
			s := open()
			made.add(s.handler)
			c.run(t, s)
		})
	}
	for _, r := range sharedRules {
		t.Run(r.name, func(t tester) {
			var made opened
			defer made.shutdown()
			r.run(t, func() subject {
				s := open()
				made.add(s.handler)
				return s
			})
		})
	}
}

// opened are the handlers that a rule looks at, which may have goroutines.
type opened struct{ handlers []slog.Handler }

func (o *opened) add(h slog.Handler) slog.Handler {
	o.handlers = append(o.handlers, h)
	return h
}

// shutdown ends them. What Shutdown itself should do is for the tests of those that have one.
func (o *opened) shutdown() {
	for _, h := range o.handlers {
		_ = chain.Shutdown(context.Background(), h)
	}
}

func (r rule) run(t tester, open func() subject) {
	failed := &explained{tester: t}
	survive(failed, func() { r.check(failed, open) })
	failed.explain(r.explanation)
}

// explained adds the rule to the first lines that fail.
type explained struct {
	tester

	mu       sync.Mutex
	failures int
}

// maxFailures is how many violations of one rule are shown: thousands are no more helpful.
const maxFailures = 5

func (e *explained) Errorf(format string, args ...any) {
	e.tester.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures++
	if e.failures <= maxFailures {
		e.tester.Errorf(format, args...)
	}
}

func (e *explained) explain(explanation string) {
	e.tester.Helper()
	if e.failures > maxFailures {
		e.tester.Errorf("and %d more", e.failures-maxFailures)
	}
	if e.failures > 0 {
		e.tester.Errorf("%s", explanation)
	}
}
