package slogx_test

import (
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/failover"
)

var errDown = errors.New("down")

// failing is what a sink does with records while it is down.
var failing = map[string]func() error{
	"error": func() error { return errDown },
	"panic": func() error { panic("boom") },
}

func TestFallbackGetsEachRecordOnce(t *testing.T) {
	for how, fail := range failing {
		for form, queue := range map[string][]slogx.SinkOption{"synchronous": nil, "queue": {slogx.Queue(nil)}} {
			t.Run(how+", "+form, func(t *testing.T) {
				primary := newSink(func(msg string) error {
					if n, err := strconv.Atoi(msg); err != nil || n%3 == 0 {
						return fail()
					}
					return nil
				})
				backup := newSink(nil)
				p := build(t, nil, slogx.WithErrorHandler(quiet),
					slogx.WithSink("primary", primary, queue...), slogx.WithSink("backup", backup, slogx.MinLevel(unreached)),
					slogx.WithFallback("primary", "backup"))
				for n := range 300 {
					p.Logger().Info(strconv.Itoa(n))
					checkBooks(t, p.Stats())
				}
				if err := p.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := len(primary.messages()); got != 200 {
					t.Errorf("the primary took %d records, want 200", got)
				}
				if got := backup.messages(); len(got) != 100 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 100 {
					t.Errorf("the fallback took %v", got)
				}
				want := map[string]chain.Stats{
					"primary": {Accepted: 300, Delivered: 200, Dropped: map[string]uint64{chain.ReasonFailover: 100}},
					"backup":  {Accepted: 100, Delivered: 100},
				}
				if diff := cmp.Diff(want, p.Stats().Sinks); diff != "" {
					t.Errorf("books (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// unreached keeps the pipeline's records from a sink, so that it gets only those that another fails at.
const unreached = slog.Level(99)

func TestBooksOfASinkWhoseFallbackFailsToo(t *testing.T) {
	down := newSink(func(string) error { return errDown })
	for form, queue := range map[string][]slogx.SinkOption{"synchronous": nil, "queue": {slogx.Queue(nil)}} {
		lastResort := standardError(t, func() {
			p := build(t, nil, slogx.WithErrorHandler(quiet), slogx.WithFallback("a", "b"),
				slogx.WithSink("a", newSink(func(msg string) error {
					if msg == "bad" {
						return errDown
					}
					return nil
				}), queue...), slogx.WithSink("b", down, slogx.MinLevel(unreached)))
			for _, msg := range []string{"good", "bad", "good"} {
				p.Logger().Info(msg)
			}
			_ = p.Flush(t.Context())
			st := p.Stats()
			checkBooks(t, st)
			want := map[string]chain.Stats{
				"a": {Accepted: 3, Delivered: 2, Dropped: map[string]uint64{chain.ReasonFailover: 1}},
				"b": {Accepted: 1, Dropped: map[string]uint64{chain.ReasonError: 1}},
			}
			if diff := cmp.Diff(want, st.Sinks); diff != "" {
				t.Errorf("%s: books (-want +got):\n%s", form, diff)
			}
		})
		if !strings.Contains(lastResort, `"msg":"bad"`) {
			t.Errorf("%s: standard error: %s", form, lastResort)
		}
	}
}

func TestFallbackThatIsOpenedForIt(t *testing.T) {
	for name, opts := range map[string][]slogx.Option{"synchronous": nil, "queues": {slogx.WithAsync(nil)}} {
		var books map[string]chain.Stats
		stderr := standardError(t, func() {
			p := build(t, nil, append(opts, slogx.WithErrorHandler(quiet), slogx.WithFormat(slogx.FormatJSON),
				slogx.WithOutput(writer(func([]byte) (int, error) { return 0, errDown })),
				slogx.WithSink("other", newSink(func(string) error { return errDown })),
				slogx.WithFallback("stdout", "stderr"), slogx.WithFallback("other", "stderr"))...)
			for range 3 {
				p.Logger().Info("m")
				checkBooks(t, p.Stats())
			}
			if err := p.Flush(t.Context()); err != nil {
				t.Error(err)
			}
			books = p.Stats().Sinks
			if err := p.Health(t.Context())["stdout"]; !errors.Is(err, errDown) {
				t.Errorf("%s: health: %v", name, err)
			}
			shutdown(t, p)
		})
		if n := strings.Count(stderr, `"msg":"m"`); n != 6 {
			t.Errorf("%s: standard error got %d records, want each of two sinks' three: %s", name, n, stderr)
		}
		down := chain.Stats{Accepted: 3, Dropped: map[string]uint64{chain.ReasonFailover: 3}}
		want := map[string]chain.Stats{"stdout": down, "other": down, "stderr": {Accepted: 6, Delivered: 6}}
		if diff := cmp.Diff(want, books); diff != "" {
			t.Errorf("%s: books (-want +got):\n%s", name, diff)
		}
	}
}

func TestSinkThatRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		primary := newSink(func(string) error {
			if down.Load() {
				return errDown
			}
			return nil
		})
		backup := newSink(nil)
		p := build(t, nil, slogx.WithErrorHandler(quiet), slogx.WithFallback("a", "b"),
			slogx.WithSink("a", primary, slogx.Queue(nil)), slogx.WithSink("b", backup, slogx.MinLevel(unreached)))
		log := func(n int) {
			for range n {
				p.Logger().Info("m")
			}
			if err := p.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		log(10)
		if err := p.Health(t.Context())["a"]; err != nil {
			t.Errorf("health before: %v", err)
		}
		down.Store(true)
		log(10)
		if err := p.Health(t.Context())["a"]; !errors.Is(err, errDown) || !strings.Contains(err.Error(), "open") {
			t.Errorf("health meanwhile: %v", err)
		}
		down.Store(false)
		<-time.After(failover.DefaultCoolDown + time.Second)
		log(10)
		if err := p.Health(t.Context())["a"]; err != nil {
			t.Errorf("health after: %v", err)
		}
		if a, b := len(primary.messages()), len(backup.messages()); a != 20 || b != 10 {
			t.Errorf("the primary took %d, the fallback %d", a, b)
		}
	})
}

func TestLastFallbackOfASinkCounts(t *testing.T) {
	first, second := newSink(nil), newSink(nil)
	p := build(t, nil, slogx.WithErrorHandler(quiet),
		slogx.WithSink("a", newSink(func(string) error { return errDown }), slogx.Queue(&async.Options{Overflow: async.DropNewest})),
		slogx.WithSink("b", first, slogx.MinLevel(unreached)), slogx.WithSink("c", second, slogx.MinLevel(unreached)),
		slogx.WithFallback("a", "b"), slogx.WithFallback("a", "c"))
	p.Logger().Info("m")
	shutdown(t, p)
	if a, b := len(first.messages()), len(second.messages()); a != 0 || b != 1 {
		t.Errorf("the first got %d, the second %d", a, b)
	}
	if s := p.String(); !strings.Contains(s, "fallback c, queue of records (drop_newest)") || strings.Contains(s, "fallback b") {
		t.Error(s)
	}
}

func TestSinksThatStandInForEachOther(t *testing.T) {
	a, b := newSink(func(string) error { return errDown }), newSink(nil)
	p := build(t, nil, slogx.WithErrorHandler(quiet), slogx.WithSink("a", a), slogx.WithSink("b", b),
		slogx.WithFallback("a", "b"), slogx.WithFallback("b", "a"))
	p.Logger().Info("m")
	if got := len(b.messages()); got != 2 {
		t.Errorf("b got %d records, want its own and a's", got)
	}
	st := p.Stats()
	checkBooks(t, st)
	if st.Sinks["b"].Accepted != 2 {
		t.Errorf("%+v", st.Sinks)
	}
}

func TestFallbackIsReachedThroughItsQueue(t *testing.T) {
	release := make(chan struct{})
	b := newSink(func(string) error {
		<-release
		return nil
	})
	p := build(t, nil, slogx.WithErrorHandler(quiet), slogx.WithFallback("a", "b"),
		slogx.WithSink("a", newSink(func(string) error { return errDown })), slogx.WithSink("b", b, slogx.Queue(nil)))
	p.Logger().Info("m") // returns, although b takes nothing
	checkBooks(t, p.Stats())
	close(release)
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[string]chain.Stats{
		"a": {Accepted: 1, Dropped: map[string]uint64{chain.ReasonFailover: 1}}, "b": {Accepted: 2, Delivered: 2},
	}
	if diff := cmp.Diff(want, p.Stats().Sinks); diff != "" {
		t.Errorf("books (-want +got):\n%s", diff)
	}
}
