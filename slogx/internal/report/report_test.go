package report_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/internal/report"
)

func TestOneReportAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		r := report.New(func(err error) { got = append(got, err.Error()) })
		for i := range 5 {
			r.Report(fmt.Errorf("problem %d", i))
		}
		<-time.After(report.Interval - 1)
		r.Report(errors.New("just too early"))
		<-time.After(1)
		r.Report(errors.New("after the interval"))
		r.Report(errors.New("suppressed"))
		<-time.After(10 * report.Interval)
		r.Report(errors.New("much later"))
		<-time.After(report.Interval)
		r.Report(errors.New("nothing between"))
		want := []string{
			"problem 0",
			"after the interval (and 5 more since the last report)",
			"much later (and 1 more since the last report)",
			"nothing between",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	})
}

func TestReportKeepsTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var last error
		r := report.New(func(err error) { last = err })
		for range 3 {
			r.Report(io.ErrShortWrite)
			r.Report(errors.New("suppressed"))
			if !errors.Is(last, io.ErrShortWrite) {
				t.Errorf("%v is not the error that was reported", last)
			}
			<-time.After(report.Interval)
		}
	})
}

func TestReportIgnoresNil(t *testing.T) {
	r := report.New(func(err error) { t.Errorf("reported %v", err) })
	r.Report(nil)
	(*report.Reporter)(nil).Report(nil)
}

func TestOnErrorMayPanicAndReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		var r *report.Reporter
		r = report.New(func(err error) {
			calls++
			r.Report(fmt.Errorf("from inside: %w", err)) // neither deadlock nor recursion
			panic("boom")
		})
		r.Report(errors.New("one"))
		<-time.After(report.Interval)
		r.Report(errors.New("two"))
		if calls != 2 {
			t.Errorf("OnError was called %d times, want 2", calls)
		}
	})
}

func TestConcurrentReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		r := report.New(func(err error) { got = append(got, err.Error()) }) // one call an interval: no lock
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 100 {
					r.Report(errors.New("x"))
				}
			})
		}
		wg.Wait()
		<-time.After(report.Interval)
		r.Report(errors.New("y"))
		want := []string{"x", "y (and 799 more since the last report)"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	})
}

func TestDefaultIsALineOnStderr(t *testing.T) {
	for _, tt := range []struct {
		name string
		r    *report.Reporter
	}{{"New(nil)", report.New(nil)}, {"nil", nil}} {
		t.Run(tt.name, func(t *testing.T) {
			got := stderr(t, func() { tt.r.Report(errors.New("two\nlines\x1b[2J")) })
			if want := `slogx: "two\nlines\x1b[2J"` + "\n"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// stderr returns what f writes to standard error.
func stderr(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	f()
	os.Stderr = old
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
