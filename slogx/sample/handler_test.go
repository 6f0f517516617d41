package sample

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestConformance(t *testing.T) {
	for name, opts := range map[string]*Options{
		"defaults": nil,
		"wide open": {Weight: true, Keep: slog.Level(100), Rules: []Rule{{
			Probability: 1, TraceRatio: 1, First: 1 << 30, Rate: 1e9, Burst: 1 << 30, Target: 1e9,
		}}},
	} {
		t.Run(name, func(t *testing.T) { slogxtest.Run(t, Wrap(opts)) })
	}
}

func TestBooksBalance(t *testing.T) {
	const goroutines, each = 8, 10_000
	s := newSink()
	h := NewHandler(s, &Options{Rules: []Rule{
		{Message: "a", Probability: 0.5},
		{Message: "b", First: 10, Thereafter: 3, Rate: 1000},
		{Message: "c", Target: 1000},
	}})
	observed := new(observer)
	h.SetObserver(observed)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := range each {
				if err := h.Handle(t.Context(), record(slog.LevelInfo, string("abcd"[i%4]))); err != nil {
					t.Error(err)
				}
				if i%1000 == 0 {
					if err := h.Controller().Set(&Options{Rules: []Rule{{Probability: 0.5}}}, time.Millisecond); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if n, sampled := s.n.Load(), h.Sampled(); n+int64(sampled) != goroutines*each || n == 0 || sampled == 0 {
		t.Errorf("%d passed, %d sampled, want %d together", n, sampled, goroutines*each)
	}
	if got := observed.n.Load(); got != h.Sampled() {
		t.Errorf("observed %d of %d", got, h.Sampled())
	}
}

type observer struct {
	n    atomic.Uint64
	boom bool
}

func (o *observer) Observe(name string, value float64, labels ...string) {
	if o.boom {
		panic("boom")
	}
	if name == "slogx_sampled_records_total" && value == 1 && len(labels) == 0 {
		o.n.Add(1)
	}
}

func TestPanickingObserverCostsNothing(t *testing.T) {
	s := newSink()
	h := NewHandler(s, one(Rule{First: 1}))
	h.SetObserver(&observer{boom: true})
	send(t, h, s, 2, record(slog.LevelInfo, "m"))
	h.SetObserver(nil)
	send(t, h, s, 2, record(slog.LevelInfo, "m"))
}

// folding returns what arrives when log is called in a bubble with a logger that folds for a minute.
func folding(t *testing.T, log func(h *Handler, l *slog.Logger)) []string {
	t.Helper()
	var got []string
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		h := NewHandler(rec, &Options{Fold: time.Minute})
		log(h, slog.New(h))
		synctest.Wait()
		for _, r := range rec.Records() {
			var b strings.Builder
			b.WriteString(r.Level.String() + " " + r.Message)
			for _, a := range r.Attrs {
				b.WriteString(" " + a.String())
			}
			got = append(got, b.String())
		}
	})
	return got
}

func TestFold(t *testing.T) {
	repeat := func(l *slog.Logger, n int, msg string) {
		for i := range n {
			l.Info(msg, "i", i)
		}
	}
	for _, tt := range []struct {
		name string
		log  func(h *Handler, l *slog.Logger)
		want []string
	}{
		{"another record comes", func(_ *Handler, l *slog.Logger) {
			repeat(l, 4, "m")
			repeat(l, 1, "n")
		}, []string{"INFO m i=0", "INFO m repeated=3", "INFO n i=0"}},
		{"the window ends", func(_ *Handler, l *slog.Logger) {
			repeat(l, 4, "m")
			<-time.After(time.Minute)
			synctest.Wait()
			repeat(l, 1, "m")
		}, []string{"INFO m i=0", "INFO m repeated=3", "INFO m i=0"}},
		{"nothing repeats", func(_ *Handler, l *slog.Logger) {
			repeat(l, 1, "m")
			repeat(l, 1, "n")
			<-time.After(time.Hour)
		}, []string{"INFO m i=0", "INFO n i=0"}},
		{"each window", func(_ *Handler, l *slog.Logger) {
			for range 2 {
				repeat(l, 2, "m")
				repeat(l, 3, "n")
				<-time.After(time.Minute + time.Second)
			}
		}, []string{
			"INFO m i=0", "INFO m repeated=1", "INFO n i=0", "INFO n repeated=2",
			"INFO m i=0", "INFO m repeated=1", "INFO n i=0", "INFO n repeated=2",
		}},
		{"flush", func(h *Handler, l *slog.Logger) {
			repeat(l, 3, "m")
			if err := chain.Flush(context.Background(), h); err != nil {
				t.Error(err)
			}
			repeat(l, 2, "m")
		}, []string{"INFO m i=0", "INFO m repeated=2", "INFO m i=0"}},
		{"shutdown", func(h *Handler, l *slog.Logger) {
			repeat(l, 3, "m")
			if err := chain.Shutdown(context.Background(), h); err != nil {
				t.Error(err)
			}
			repeat(l, 2, "m")
		}, []string{"INFO m i=0", "INFO m repeated=2", "INFO m i=0", "INFO m i=1"}},
		{"other options", func(h *Handler, l *slog.Logger) {
			repeat(l, 3, "m")
			if err := h.Controller().Set(nil, 0); err != nil {
				t.Error(err)
			}
			repeat(l, 2, "m")
		}, []string{"INFO m i=0", "INFO m repeated=2", "INFO m i=0", "INFO m i=1"}},
		{"errors are never folded", func(_ *Handler, l *slog.Logger) {
			repeat(l, 2, "m")
			for range 2 {
				l.Error("m")
			}
		}, []string{"INFO m i=0", "INFO m repeated=1", "ERROR m", "ERROR m"}},
		{"the first one's logger", func(_ *Handler, l *slog.Logger) {
			for _, user := range []string{"u", "v"} {
				l.With("user", user, "logger", "db").Info("m")
			}
			l.Info("n")
		}, []string{"INFO m user=u logger=db", "INFO m user=u logger=db repeated=1", "INFO n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, folding(t, tt.log)); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFoldedRecordsAreCountedAndKeepTheirKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		h := NewHandler(rec, &Options{Fold: time.Minute})
		named := slog.New(level.Named(level.NewHandler(h, nil), "db"))
		ctx, cancel := context.WithCancel(t.Context())
		for range 3 {
			<-time.After(time.Second)
			named.WithGroup("g").WarnContext(ctx, "m")
		}
		cancel()
		<-time.After(time.Minute)
		synctest.Wait()
		got := rec.Records()
		if len(got) != 2 || h.Sampled() != 2 {
			t.Fatalf("%d records and %d sampled, want 2 and 2", len(got), h.Sampled())
		}
		first, last := got[0], got[1]
		if last.Level != slog.LevelWarn || last.Message != "m" || !cmp.Equal(first.Source, last.Source) || last.Time.Sub(first.Time) != 2*time.Second {
			t.Errorf("the record that stands for the others is %+v", last)
		}
		if last.Context.Err() != nil {
			t.Error("its context ended with the request")
		}
		if name, ok := last.Attr(level.NameKey); !ok || name.String() != "db" {
			t.Errorf("its logger is %v", name)
		}
	})
}

func TestFoldedRecordsWeighWhatTheyWeighed(t *testing.T) {
	for _, tt := range []struct {
		rule Rule
		want float64 // all together
	}{
		{Rule{}, 12},
		{Rule{Thereafter: 3}, 12},
		{Rule{Probability: 1.0 / 4}, 12}, // 3 of 12 pass, with these random bits
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSink()
			sum := 0.0
			s.see = func(_ context.Context, top []slog.Attr, _ slog.Record) {
				weight := 1.0
				for _, a := range top {
					if a.Key == WeightKey {
						weight = a.Value.Float64()
					}
				}
				sum += weight
			}
			n := uint64(0)
			h := NewHandler(s, &Options{Rules: []Rule{tt.rule}, Weight: true, Fold: time.Hour, Rand: func() uint64 {
				n++
				return n << 62 // every fourth is above three quarters
			}})
			for range 12 {
				if err := h.Handle(t.Context(), record(slog.LevelInfo, "m")); err != nil {
					t.Fatal(err)
				}
			}
			if err := h.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			if s.n.Load() != 2 || math.Abs(sum-tt.want) > 1e-9 {
				t.Errorf("rule %v: %d records weigh %v, want 2 that weigh %v", tt.rule, s.n.Load(), sum, tt.want)
			}
		})
	}
}

func TestErrorsOfFoldedRecordsAreReported(t *testing.T) {
	for name, see := range map[string]func(){"error": nil, "panic": func() { panic("boom") }} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got error
				next := failing{newSink(), see}
				h := NewHandler(next, &Options{Fold: time.Minute, OnError: func(err error) { got = err }})
				for range 2 {
					_ = h.Handle(t.Context(), record(slog.LevelInfo, "m"))
				}
				<-time.After(time.Hour)
				synctest.Wait()
				if got == nil || !strings.HasPrefix(got.Error(), "pass on a repeated record: ") {
					t.Errorf("reported %v", got)
				}
			})
		})
	}
}

// failing fails at its records from the second on.
type failing struct {
	sink

	boom func()
}

func (f failing) HandleTop(context.Context, []slog.Attr, slog.Record) error {
	if f.n.Add(1) > 1 && f.boom != nil {
		f.boom()
	}
	return errors.New("full")
}

func (f failing) Handle(ctx context.Context, r slog.Record) error { return f.HandleTop(ctx, nil, r) }

func TestFlushWaitsForARecordOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		s := newSink()
		s.see = func(_ context.Context, top []slog.Attr, _ slog.Record) {
			if len(top) > 0 {
				<-gate
			}
		}
		h := NewHandler(s, &Options{Fold: time.Minute})
		send(t, h, s, 1, record(slog.LevelInfo, "m"))
		send(t, h, s, 1, record(slog.LevelInfo, "m"))
		<-time.After(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Flush returned %v while a record hangs", err)
		}
		close(gate)
		if err := h.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestSetGoesBackByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSink()
		h := NewHandler(s, &Options{Rules: []Rule{{First: 1, Interval: time.Hour}}})
		c := h.WithGroup("g").(*Handler).Controller()
		r := record(slog.LevelInfo, "m")
		expect := func(want int, expires time.Duration) {
			t.Helper()
			if passed, _ := send(t, h, s, 10, r); passed != want {
				t.Errorf("%d of 10 passed, want %d", passed, want)
			}
			_, at := c.Options()
			if got := time.Until(at); expires == 0 && !at.IsZero() || expires > 0 && got != expires {
				t.Errorf("the options expire at %v, want in %v", at, expires)
			}
		}
		set := func(opts *Options, ttl time.Duration) {
			t.Helper()
			if err := c.Set(opts, ttl); err != nil {
				t.Fatal(err)
			}
		}
		expect(1, 0)
		set(nil, time.Minute)
		expect(10, time.Minute)
		<-time.After(30 * time.Second)
		set(&Options{Rules: []Rule{{First: 5, Interval: time.Hour}}}, time.Minute) // the time starts anew
		<-time.After(45 * time.Second)
		expect(5, 15*time.Second)
		<-time.After(15 * time.Second)
		synctest.Wait()
		expect(1, 0)
		set(nil, time.Minute)
		c.Reset()
		expect(1, 0)
		set(nil, time.Minute)
		set(&Options{Rules: []Rule{{First: 2, Interval: time.Hour}}}, 0) // for good ends for a while
		<-time.After(time.Hour)
		synctest.Wait()
		expect(2, 0)
		set(nil, time.Minute)
		if err := h.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		<-time.After(time.Hour)
		expect(10, 0)
	})
}

func TestSetRefusesWhatIsWrong(t *testing.T) {
	h := NewHandler(newSink(), nil)
	for _, tt := range []struct {
		opts *Options
		ttl  time.Duration
		want string
	}{
		{nil, -1, "set up sampling: ttl -1ns is negative, want 0 (for good) or more"},
		{one(Rule{Probability: 2}), 0, "set up sampling: rule 0: Probability is 2, want more than 0 and at most 1, or 0 for no such limit"},
	} {
		before := h.controller.current.Load()
		if err := h.Controller().Set(tt.opts, tt.ttl); err == nil || err.Error() != tt.want {
			t.Errorf("error %v, want %s", err, tt.want)
		}
		if h.controller.current.Load() != before {
			t.Error("the options changed")
		}
	}
}
