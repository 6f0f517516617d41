package slogxtest

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/console"
)

// LoggerOptions are the options of [NewLogger]. A nil *LoggerOptions means the defaults.
type LoggerOptions struct {
	// Level is the lowest level that is shown. Nil means all levels.
	Level slog.Leveler

	// Late is where records go that are logged when the test has ended. Nil means standard error.
	Late io.Writer
}

// NewLogger returns a logger that writes to the log of a test, where go test shows it if the test fails or
// with -v, in the form of package console without colour. It is safe for concurrent use, and goroutines may
// go on to use it when the test has ended, where [testing.T.Log] panics: their records then go to Late,
// marked with the name of the test.
func NewLogger(tb testing.TB, opts *LoggerOptions) *slog.Logger {
	var o LoggerOptions
	if opts != nil {
		o = *opts
	}
	if o.Level == nil {
		o.Level = everything
	}
	if o.Late == nil {
		o.Late = os.Stderr
	}
	w := &testLog{tb: tb, name: tb.Name(), late: o.Late}
	tb.Cleanup(w.end)
	return slog.New(console.NewHandler(w, &console.Options{Level: o.Level, AddSource: true, Color: console.Never}))
}

// testLog writes to a test while it runs.
type testLog struct {
	name string
	late io.Writer

	mu sync.Mutex
	tb testing.TB // nil when the test has ended
}

func (w *testLog) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tb == nil {
		if _, err := fmt.Fprintf(w.late, "after the end of %s: %s", w.name, p); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	return w.tb.Output().Write(p)
}

// end waits for a Write that is under way.
func (w *testLog) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tb = nil
}
