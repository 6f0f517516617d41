package failover

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestBreakerOpensAfterFailuresInARow(t *testing.T) {
	primary, fallback := newSink(down), newSink(nil)
	h := NewHandler(primary, fallback, &Options{OnError: ignore})
	for range DefaultFailures - 1 {
		handle(t, h, "fails")
	}
	primary.set(nil)
	handle(t, h, "well") // ends the row
	primary.set(down)
	for range DefaultFailures - 1 {
		handle(t, h, "fails")
	}
	wantState(t, h, Closed)
	handle(t, h, "fails")
	wantState(t, h, Open)
	handle(t, h, "not tried")
	if tried, took := primary.counts(); tried != 2*DefaultFailures || took != 1 {
		t.Errorf("the primary was given %d records and took %d, want %d and 1", tried, took, 2*DefaultFailures)
	}
	if _, took := fallback.counts(); took != 2*DefaultFailures {
		t.Errorf("the fallback took %d records, want %d", took, 2*DefaultFailures)
	}
}

// opened returns a handler whose breaker has just opened, in a synctest bubble.
func opened(t *testing.T, opts *Options) (h *Handler, primary, fallback sink) {
	t.Helper()
	primary, fallback = newSink(down), newSink(nil)
	opts.Failures = 1
	opts.OnError = ignore
	h = NewHandler(primary, fallback, opts)
	handle(t, h, "opens")
	wantState(t, h, Open)
	return h, primary, fallback
}

func TestProbeClosesTheBreakerWhenThePrimaryIsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, primary, fallback := opened(t, &Options{CoolDown: time.Minute})
		primary.set(nil)
		wait(time.Minute - 1)
		handle(t, h, "too early")
		wantState(t, h, Open)
		wait(1)
		handle(t, h, "probe")
		wantState(t, h, Closed)
		handle(t, h, "well")
		if diff := cmp.Diff([]string{"probe", "well"}, primary.took); diff != "" {
			t.Errorf("the primary took (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"opens", "too early"}, fallback.took); diff != "" {
			t.Errorf("the fallback took (-want +got):\n%s", diff)
		}
	})
}

func TestFailuresBeforeTheRecoveryDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		primary := newSink(down)
		h := NewHandler(primary, newSink(nil), &Options{Failures: 2, OnError: ignore})
		handle(t, h, "fails")
		handle(t, h, "opens")
		primary.set(nil)
		wait(DefaultCoolDown)
		handle(t, h, "probe")
		primary.set(down)
		handle(t, h, "fails")
		wantState(t, h, Closed)
		handle(t, h, "opens")
		wantState(t, h, Open)
	})
}

func TestFailedProbeNeverSticksTheBreaker(t *testing.T) {
	rateLimited := func(context.Context, slog.Record) error { return errors.New("429 too many requests") }
	for name, fails := range map[string]func(context.Context, slog.Record) error{
		"error": down, "still rate limited": rateLimited, "panic": blowUp,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, primary, fallback := opened(t, &Options{CoolDown: time.Minute})
				primary.set(fails)
				for range 3 {
					wait(time.Minute)
					handle(t, h, "probe")
					wantState(t, h, Open)
					handle(t, h, "not tried")
				}
				primary.set(nil)
				wait(time.Minute)
				handle(t, h, "last probe")
				wantState(t, h, Closed)
				if tried, _ := primary.counts(); tried != 1+3+1 {
					t.Errorf("the primary was given %d records, want the one that opened the breaker and 4 probes", tried)
				}
				if _, took := fallback.counts(); took != 1+3*2 {
					t.Errorf("the fallback took %d records, want all that the primary did not: 7", took)
				}
			})
		})
	}
}

func TestOneProbeAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, primary, fallback := opened(t, &Options{CoolDown: time.Minute})
		release := make(chan struct{})
		primary.set(func(context.Context, slog.Record) error { <-release; return nil })
		wait(time.Minute)
		var writers sync.WaitGroup
		for range 20 {
			writers.Go(func() { handle(t, h, "m") })
		}
		synctest.Wait()
		wantState(t, h, HalfOpen)
		if tried, _ := primary.counts(); tried != 2 {
			t.Errorf("the primary was given %d records, want 1 probe behind the one that opened the breaker", tried)
		}
		if _, took := fallback.counts(); took != 20 {
			t.Errorf("the fallback took %d records while the probe was under way, want 20", took)
		}
		close(release)
		writers.Wait()
		wantState(t, h, Closed)
	})
}

func TestProbeThatHangsIsOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, primary, _ := opened(t, &Options{CoolDown: time.Minute})
		release := make(chan error)
		primary.set(func(context.Context, slog.Record) error { return <-release })
		wait(time.Minute)
		var hanging sync.WaitGroup
		hanging.Go(func() { handle(t, h, "hangs") })
		synctest.Wait()
		primary.set(down)
		wait(time.Minute)
		handle(t, h, "second probe fails")
		wantState(t, h, Open)
		wait(time.Second)
		release <- errDown // the late failure must not put off the next probe
		hanging.Wait()
		primary.set(nil)
		wait(time.Minute - time.Second)
		handle(t, h, "third probe")
		wantState(t, h, Closed)
	})
}

func TestOvertakenProbeDoesNotEndTheOneUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, late := range []error{errDown, context.Canceled} {
			h, primary, _ := opened(t, &Options{CoolDown: time.Minute})
			ctx, cancel := context.WithCancel(t.Context())
			var hanging sync.WaitGroup
			var release [2]chan error
			for i := range release {
				release[i] = make(chan error)
				primary.set(func(context.Context, slog.Record) error { return <-release[i] })
				wait(time.Minute)
				hanging.Go(func() { _ = h.Handle(ctx, newRecord("hangs")) })
				synctest.Wait()
			}
			cancel()
			release[0] <- late
			synctest.Wait()
			wantState(t, h, HalfOpen)
			release[1] <- nil
			hanging.Wait()
			wantState(t, h, Closed)
		}
	})
}

func TestLateSuccessOfAnOvertakenProbeCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, primary, _ := opened(t, &Options{CoolDown: time.Minute})
		release := make(chan error)
		primary.set(func(context.Context, slog.Record) error { return <-release })
		wait(time.Minute)
		var hanging sync.WaitGroup
		hanging.Go(func() { handle(t, h, "hangs") })
		synctest.Wait()
		primary.set(down)
		wait(time.Minute)
		handle(t, h, "second probe fails")
		release <- nil
		hanging.Wait()
		wantState(t, h, Closed)
	})
}

func TestLateFailuresFromBeforeDoNotPutOffTheProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		primary, fallback := newSink(nil), newSink(nil)
		h := NewHandler(primary, fallback, &Options{Failures: 1, CoolDown: time.Minute, OnError: ignore})
		release := make(chan struct{})
		primary.set(func(context.Context, slog.Record) error { <-release; return errDown })
		var slow sync.WaitGroup
		for range 5 {
			slow.Go(func() { handle(t, h, "slow") })
		}
		synctest.Wait()
		primary.set(down)
		handle(t, h, "opens")
		wait(time.Minute - time.Second)
		close(release)
		slow.Wait()
		primary.set(nil)
		wait(time.Second)
		handle(t, h, "probe")
		wantState(t, h, Closed)
		if _, took := fallback.counts(); took != 6 {
			t.Errorf("the fallback took %d records, want the 6 that failed", took)
		}
	})
}

func TestContextOfTheCallerSaysNothingAboutThePrimary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		obeys := func(ctx context.Context, _ slog.Record) error { return ctx.Err() }
		h, primary, fallback := opened(t, &Options{CoolDown: time.Minute})
		fallback.set(obeys) // the fallback must not see that the context ended
		primary.set(obeys)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wait(time.Minute)
		for range 3 { // probes without a verdict: the next record is one at once
			if err := h.Handle(ctx, newRecord("canceled")); err != nil {
				t.Errorf("Handle = %v, want the fallback to take it", err)
			}
			wantState(t, h, Open)
		}
		handle(t, h, "probe")
		wantState(t, h, Closed)
		for range 10 {
			if err := h.Handle(ctx, newRecord("canceled")); err != nil {
				t.Errorf("Handle = %v, want the fallback to take it", err)
			}
		}
		wantState(t, h, Closed)
		if diff := cmp.Diff([]string{"probe"}, primary.took); diff != "" {
			t.Errorf("the primary took (-want +got):\n%s", diff)
		}
		if _, took := fallback.counts(); took != 1+3+10 {
			t.Errorf("the fallback took %d records, want 14", took)
		}
	})
}

func TestEveryRecordIsTakenOnceWhileThePrimaryFlaps(t *testing.T) {
	const writers, each = 8, 5000
	primary, fallback := newSink(nil), newSink(nil)
	var n int
	var mu sync.Mutex
	primary.set(func(context.Context, slog.Record) error {
		mu.Lock()
		defer mu.Unlock()
		n++
		switch {
		case n/100%2 == 0:
			return nil
		case n%3 == 0:
			panic("flap")
		default:
			return errDown
		}
	})
	// A cool-down that is over at once: states change as often as they can.
	h := NewHandler(primary, fallback, &Options{Failures: 2, CoolDown: 1, OnError: ignore})
	done := make(chan struct{})
	var checker, loggers sync.WaitGroup
	checker.Go(func() {
		for {
			for side, s := range map[string]chain.Stats{"primary": h.Stats(), "fallback": h.FallbackStats()} {
				if s.Accepted != s.Delivered+s.DroppedTotal()+s.Queued {
					t.Errorf("%s: %+v does not add up", side, s)
				}
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for w := range writers {
		loggers.Go(func() {
			l := h.WithGroup("g")
			for i := range each {
				handle(t, l, fmt.Sprint(w, "/", i))
			}
		})
	}
	loggers.Wait()
	close(done)
	checker.Wait()

	taken := make(map[string]int)
	for _, msg := range append(primary.took, fallback.took...) {
		taken[msg]++
	}
	for msg, times := range taken {
		if times != 1 {
			t.Errorf("%q was taken %d times", msg, times)
		}
	}
	if len(taken) != writers*each {
		t.Errorf("%d records were taken, want %d", len(taken), writers*each)
	}
	p, f := uint64(len(primary.took)), uint64(len(fallback.took))
	if diff := cmp.Diff(chain.Stats{Accepted: p + f, Delivered: p, Dropped: map[string]uint64{chain.ReasonFailover: f}}, h.Stats()); diff != "" {
		t.Errorf("Stats (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(chain.Stats{Accepted: f, Delivered: f}, h.FallbackStats()); diff != "" {
		t.Errorf("FallbackStats (-want +got):\n%s", diff)
	}
	primary.set(nil)
	for h.State() != Closed { // the primary is well: at most one cool-down, of a nanosecond
		handle(t, h, "probe")
	}
}

func TestHealthSaysThatTheBreakerIsOpenAndWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		primary, fallback := newSink(nil), newSink(nil)
		h := NewHandler(primary, fallback, &Options{Name: "loki", Failures: 2, OnError: ignore})
		health := func() string {
			if err := h.Health(t.Context()); err != nil {
				return err.Error()
			}
			return ""
		}
		handle(t, h, "well")
		if got := health(); got != "" {
			t.Errorf("Health = %q, want none", got)
		}
		primary.set(down)
		handle(t, h, "fails")
		const failure = `hand a record to the primary of "loki": down`
		if got := health(); got != failure {
			t.Errorf("Health while closed = %q, want the last failure", got)
		}
		handle(t, h, "opens")
		want := `use the primary of "loki": the breaker is open since ` + time.Now().Format(time.RFC3339) + ": " + failure
		if got := health(); got != want {
			t.Errorf("Health while open = %q, want %q", got, want)
		}
		if !errors.Is(h.Health(t.Context()), errDown) {
			t.Error("Health does not wrap what the primary returned")
		}
		wait(DefaultCoolDown)
		handle(t, h, "probe that fails")
		if got := health(); got != want {
			t.Errorf("Health after a failed probe = %q, want since when it has been open: %q", got, want)
		}
		fallback.set(blowUp)
		if err := h.Handle(t.Context(), newRecord("lost")); err == nil {
			t.Error("Handle = nil, want the error of the fallback")
		}
		if got := health(); !strings.HasPrefix(got, want+"\n") || !strings.Contains(got, "boom") {
			t.Errorf("Health while both fail = %q, want both reasons", got)
		}
		primary.set(nil)
		wait(DefaultCoolDown)
		handle(t, h, "probe")
		if got := health(); got != "" {
			t.Errorf("Health after the recovery = %q, want none", got)
		}
	})
}

func TestStatesHaveNames(t *testing.T) {
	var got []string
	for _, s := range []State{Closed, Open, HalfOpen, 7} {
		got = append(got, s.String())
	}
	if diff := cmp.Diff([]string{"closed", "open", "half-open", "State(7)"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
