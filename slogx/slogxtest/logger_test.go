package slogxtest_test

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// shown is a test whose output and end are ours.
type shown struct {
	testing.TB

	out      bytes.Buffer
	ended    bool
	cleanups []func()
}

func (s *shown) Name() string      { return "TestOrders" }
func (s *shown) Cleanup(f func())  { s.cleanups = append(s.cleanups, f) }
func (s *shown) Output() io.Writer { return s }

func (s *shown) Write(p []byte) (int, error) {
	if s.ended {
		panic("written after the test has ended")
	}
	return s.out.Write(p)
}

func (s *shown) end() {
	for _, f := range s.cleanups {
		f()
	}
	s.ended = true
}

func TestLoggerWritesToTheTest(t *testing.T) {
	tb := &shown{TB: t}
	var late bytes.Buffer
	l := slogxtest.NewLogger(tb, &slogxtest.LoggerOptions{Late: &late})
	l.With("a", 1).WithGroup("g").Debug("during", "b", 2)
	tb.end()
	l.Info("afterwards")
	if got := tb.out.String(); !strings.Contains(got, "DEBUG") || !strings.Contains(got, "during a=1 g.b=2") ||
		!strings.Contains(got, "logger_test.go:") || strings.Count(got, "\n") != 1 {
		t.Errorf("the test shows %q", got)
	}
	if got := late.String(); !strings.HasPrefix(got, "after the end of TestOrders: ") || !strings.Contains(got, "afterwards") {
		t.Errorf("late records: %q", got)
	}
}

func TestLoggerLevel(t *testing.T) {
	tb := &shown{TB: t}
	l := slogxtest.NewLogger(tb, &slogxtest.LoggerOptions{Level: slog.LevelWarn})
	l.Info("below")
	l.Warn("above")
	tb.end()
	if got := tb.out.String(); strings.Contains(got, "below") || !strings.Contains(got, "above") {
		t.Errorf("the test shows %q", got)
	}
}

// TestLoggerIsSafeAfterTheTest would end the test program if a record reached a test that has ended.
func TestLoggerIsSafeAfterTheTest(t *testing.T) {
	var late locked
	var wg sync.WaitGroup
	ended := make(chan struct{})
	t.Run("ends", func(t *testing.T) {
		l := slogxtest.NewLogger(t, &slogxtest.LoggerOptions{Late: &late})
		begun := make(chan struct{})
		wg.Go(func() {
			l.Info("during")
			close(begun)
			for range 100 {
				l.Info("while it ends")
			}
			<-ended
			l.Info("late")
		})
		<-begun
	})
	close(ended)
	wg.Wait()
	if got := late.String(); !strings.Contains(got, "late") {
		t.Errorf("late records: %q", got)
	}
}

// locked is a buffer for several goroutines.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
