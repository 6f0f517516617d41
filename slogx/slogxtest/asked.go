package slogxtest

import (
	"log/slog"
	"runtime"
	"strings"
	"sync"

	"github.com/slogx-go/slogx/slogx/chain"
)

// asked counts how often a LogValuer was asked, and what was wrong about it.
type asked struct {
	mu       sync.Mutex
	times    int
	late     int
	returned bool // Handle has returned
}

// LogValue implements [slog.LogValuer].
func (a *asked) LogValue() slog.Value {
	inside := insideLog()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.times++
	if a.returned || !inside {
		a.late++
	}
	return slog.StringValue("asked")
}

// checkAsked logs LogValuers in every place, and counts.
func checkAsked(t tester, h slog.Handler, limit int) {
	places := map[string]func(*asked) func(){
		"record": func(a *asked) func() {
			return func() { slog.New(h).Info("msg", "v", a) }
		},
		"group": func(a *asked) func() {
			return func() { slog.New(h).WithGroup("g").Info("msg", slog.Group("h", "v", a)) }
		},
		"top": func(a *asked) func() {
			return func() { handle(t, h, []slog.Attr{slog.Any("v", a)}, record()) }
		},
		"top under groups": func(a *asked) func() {
			return func() {
				handle(t, chain.Adapt(h).WithGroup("g").WithGroup("h"), []slog.Attr{slog.Any("v", a)}, record(slog.Int("x", 1)))
			}
		},
		"within a LogValuer": func(a *asked) func() {
			return func() {
				slog.New(h).Info("msg", "v", valuer(func() slog.Value { return slog.GroupValue(slog.Any("w", a)) }))
			}
		},
		"With": func(a *asked) func() {
			return func() { slog.New(h).With("v", a).Info("msg") }
		},
		"With in a group": func(a *asked) func() {
			return func() { slog.New(h).WithGroup("g").With(slog.Group("h", "v", a)).Info("msg") }
		},
	}
	for place, log := range places {
		a := new(asked)
		insideLogMarker(log(a))
		a.mu.Lock()
		a.returned = true
		a.mu.Unlock()
		flush(t, h)
		a.mu.Lock()
		if a.times > limit {
			t.Errorf("%s: a LogValuer was asked %d times by %d handlers", place, a.times, limit)
		}
		if a.late > 0 {
			t.Errorf("%s: a LogValuer was asked %d times after Handle returned, or by another goroutine, which may be as late", place, a.late)
		}
		a.mu.Unlock()
	}
}

// insideLogMarker calls f. Its name on the stack shows insideLog that f is running.
//
//go:noinline
func insideLogMarker(f func()) { f() }

// insideLog reports whether insideLogMarker is on the stack of this goroutine.
func insideLog() bool {
	pcs := make([]uintptr, 256)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, ".insideLogMarker") {
			return true
		}
		if !more {
			return false
		}
	}
}

// countHandlers returns the number of handlers that h consists of.
func countHandlers(h slog.Handler) int {
	n := 0
	chain.Walk(h, func(slog.Handler) bool {
		n++
		return true
	})
	return n
}
