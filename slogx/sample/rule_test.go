package sample

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// send has h handle n records, and returns how many of them passed and were counted.
func send(t *testing.T, h *Handler, s sink, n int, r slog.Record) (passed, sampled int) {
	t.Helper()
	before, counted := s.n.Load(), h.Sampled()
	for range n {
		if err := h.Handle(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	passed, sampled = int(s.n.Load()-before), int(h.Sampled()-counted)
	if passed+sampled != n {
		t.Errorf("%d passed and %d sampled, want %d together", passed, sampled, n)
	}
	return passed, sampled
}

func TestFirstThenEveryMth(t *testing.T) {
	for _, tt := range []struct{ first, thereafter, passed, sampled int }{
		{1, 1, 1000, 0},
		{1, 0, 1, 999},
		{1, 100, 10, 990},
		{0, 10, 100, 900},
		{100, 100, 109, 891},
		{1000, 0, 1000, 0},
	} {
		t.Run(fmt.Sprintf("%d then %d", tt.first, tt.thereafter), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSink()
				h := NewHandler(s, one(Rule{First: tt.first, Thereafter: tt.thereafter, Interval: 5 * time.Second}))
				r := record(slog.LevelInfo, "m")
				if passed, sampled := send(t, h, s, 1000, r); passed != tt.passed || sampled != tt.sampled {
					t.Errorf("%d passed and %d sampled, want %d and %d", passed, sampled, tt.passed, tt.sampled)
				}
				<-time.After(5 * time.Second)
				if passed, _ := send(t, h, s, 1, r); passed != min(tt.first, 1) {
					t.Errorf("the record after the interval: %d passed, want %d", passed, min(tt.first, 1))
				}
			})
		})
	}
}

func TestProbability(t *testing.T) {
	const n = 100_000
	for _, p := range []float64{0.001, 0.1, 0.5, 0.9, 1} {
		s := newSink()
		h := NewHandler(s, one(Rule{Probability: p}))
		passed, _ := send(t, h, s, n, record(slog.LevelInfo, "m"))
		if bound := 4 * math.Sqrt(n*p*(1-p)); math.Abs(float64(passed)-n*p) > bound {
			t.Errorf("probability %v: %d of %d passed, want %v ± %.0f", p, passed, n, n*p, bound)
		}
	}
}

func TestTracesAreWholeOrAbsent(t *testing.T) {
	const traces, each = 100_000, 3
	random := rand.New(rand.NewPCG(3, 4))
	half, tenth := newSink(), newSink()
	services := []*Handler{NewHandler(half, one(Rule{TraceRatio: 0.5})), NewHandler(half, one(Rule{TraceRatio: 0.5})), NewHandler(half, one(Rule{TraceRatio: 0.5}))}
	strict := NewHandler(tenth, one(Rule{TraceRatio: 0.1}))
	r := record(slog.LevelInfo, "m")
	whole := 0
	for range traces {
		tr := tracectx.Trace{SpanID: [8]byte{1}}
		binary.BigEndian.PutUint64(tr.TraceID[:8], random.Uint64())
		binary.BigEndian.PutUint64(tr.TraceID[8:], random.Uint64())
		ctx := tracectx.NewContext(t.Context(), tr)
		before, fewer := half.n.Load(), tenth.n.Load()
		for _, h := range services {
			if err := h.Handle(ctx, r); err != nil {
				t.Fatal(err)
			}
		}
		if err := strict.Handle(ctx, r); err != nil {
			t.Fatal(err)
		}
		switch n := half.n.Load() - before; {
		case n == each:
			whole++
		case n != 0:
			t.Fatalf("%d of %d records of one trace passed", n, each)
		case tenth.n.Load() > fewer:
			t.Fatal("a trace is kept at 0.1 and dropped at 0.5")
		}
	}
	if sd := math.Sqrt(traces * 0.25); math.Abs(float64(whole)-traces/2) > 4*sd {
		t.Errorf("%d of %d traces passed, want half", whole, traces)
	}
	if n, sd := float64(tenth.n.Load()), math.Sqrt(traces*0.09); math.Abs(n-traces/10) > 4*sd {
		t.Errorf("%v of %d traces passed, want a tenth", n, traces)
	}
}

func TestRecordsWithoutTracePassTraceRatio(t *testing.T) {
	s := newSink()
	h := NewHandler(s, one(Rule{TraceRatio: 0.001}))
	if passed, _ := send(t, h, s, 1000, record(slog.LevelInfo, "m")); passed != 1000 {
		t.Errorf("%d of 1000 passed", passed)
	}
	if err := h.Handle(nil, record(slog.LevelInfo, "m")); err != nil || s.n.Load() != 1001 { //nolint:staticcheck // callers do it
		t.Errorf("a nil context: error %v, %d passed", err, s.n.Load())
	}
}

func TestTracestateRandomness(t *testing.T) {
	for _, tt := range []struct {
		state string
		want  uint64
		ok    bool
	}{
		{"", 0, false},
		{"ot=rv:0000000000000f", 15, true},
		{"ot=th:8;rv:6e6d1a75832a2f", 0x6e6d1a75832a2f, true},
		{"vendor=1, ot=rv:ffffffffffffff ,x=2", 1<<56 - 1, true},
		{"xot=rv:ffffffffffffff", 0, false},
		{"ot=th:8", 0, false},
		{"ot=rv:6E6D1A75832A2F", 0, false},
		{"ot=rv:6e6d1a75832a2", 0, false},
		{"ot=rv:+6e6d1a75832a2", 0, false},
		{"ot=rv:6e_d1a75832a2f", 0, false},
	} {
		if bits, ok := explicitBits(tt.state); bits != tt.want || ok != tt.ok {
			t.Errorf("%q: %x %t, want %x %t", tt.state, bits, ok, tt.want, tt.ok)
		}
	}
	tr := tracectx.Trace{TraceID: [16]byte{15: 1}, SpanID: [8]byte{1}, State: "ot=rv:ffffffffffffff"}
	s := newSink()
	h := NewHandler(s, one(Rule{TraceRatio: 0.001}))
	for _, state := range []string{tr.State, ""} {
		tr.State = state
		if err := h.Handle(tracectx.NewContext(t.Context(), tr), record(slog.LevelInfo, "m")); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.n.Load(); n != 1 {
		t.Errorf("%d passed, want the one whose tracestate says so", n)
	}
}

func FuzzTracestateRandomness(f *testing.F) {
	f.Add("ot=th:8;rv:6e6d1a75832a2f")
	f.Add("vendor=1, ot=rv:ffffffffffffff")
	f.Fuzz(func(t *testing.T, state string) {
		if bits, ok := explicitBits(state); bits>>56 != 0 || !ok && bits != 0 {
			t.Errorf("%q: %x %t", state, bits, ok)
		}
	})
}

func TestTokenBucketByKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSink()
		h := NewHandler(s, one(Rule{Rate: 10, Burst: 3, By: ByMessage}))
		a, b := record(slog.LevelInfo, "a"), record(slog.LevelInfo, "b")
		for _, step := range []struct {
			wait time.Duration
			r    slog.Record
			n    int
			want int
		}{
			{0, a, 10, 3},
			{0, b, 10, 3},
			{100 * time.Millisecond, a, 10, 1},
			{50 * time.Millisecond, a, 1, 0},
			{50 * time.Millisecond, a, 1, 1},
			{time.Hour, a, 10, 3},
			{0, b, 10, 3},
		} {
			<-time.After(step.wait)
			if passed, _ := send(t, h, s, step.n, step.r); passed != step.want {
				t.Errorf("%q after %v: %d passed, want %d", step.r.Message, step.wait, passed, step.want)
			}
		}
		<-time.After(time.Minute)
		passed := 0
		for range 10_000 {
			<-time.After(time.Millisecond)
			n, _ := send(t, h, s, 1, a)
			passed += n
		}
		if passed != 10*10+2 { // the burst, less the token that it shares with the first tenth of a second
			t.Errorf("in 10 s at 1000/s %d passed, want 102", passed)
		}
	})
}

func TestOnceInAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSink()
		h := NewHandler(s, one(Rule{Once: time.Minute}))
		a, b := record(slog.LevelInfo, "a"), record(slog.LevelWarn, "a")
		for range 3 {
			for _, r := range []slog.Record{a, b} {
				if passed, _ := send(t, h, s, 10, r); passed != 1 {
					t.Errorf("%d passed, want 1", passed)
				}
			}
			<-time.After(time.Minute - 1)
			if passed, _ := send(t, h, s, 1, a); passed != 0 {
				t.Error("one passed before the window ended")
			}
			<-time.After(1)
		}
	})
}

func TestAdaptiveTarget(t *testing.T) {
	for _, tt := range []struct {
		target  float64
		offered time.Duration // a record each
	}{{100, 100 * time.Microsecond}, {0.5, 10 * time.Millisecond}, {100, 20 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			s := newSink()
			h := NewHandler(s, one(Rule{Target: tt.target}))
			r := record(slog.LevelInfo, "m")
			want := min(tt.target, float64(time.Second/tt.offered))
			window := time.Duration(max(1, 10/tt.target) * float64(time.Second))
			perWindow := want * window.Seconds()
			for i := range 5 {
				passed := 0
				for range int(window / tt.offered) {
					n, _ := send(t, h, s, 1, r)
					passed += n
					<-time.After(tt.offered)
				}
				if p := float64(passed); p < 0.8*perWindow || p > 1.2*perWindow {
					t.Errorf("target %v: window %d of %v: %d of %d passed, want %v ± 20 %%", tt.target, i, window, passed, window/tt.offered, perWindow)
				}
			}
		})
	}
}

func TestAdaptiveFollowsWhatIsOffered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSink()
		h := NewHandler(s, one(Rule{Target: 100}))
		r := record(slog.LevelInfo, "m")
		for i, tt := range []struct{ offered, low, high int }{
			{50, 50, 50}, {5000, 80, 120}, {5000, 80, 120}, {200, 1, 120}, {200, 80, 120}, {50, 20, 50}, {50, 50, 50},
		} {
			if passed, _ := send(t, h, s, tt.offered, r); passed < tt.low || passed > tt.high {
				t.Errorf("second %d: %d of %d passed, want %d to %d", i, passed, tt.offered, tt.low, tt.high)
			}
			<-time.After(time.Second)
		}
		<-time.After(time.Minute)
		if passed, _ := send(t, h, s, 100, r); passed != 100 {
			t.Errorf("after a quiet minute: %d of 100 passed", passed)
		}
	})
}

// A pattern in what comes must not decide what passes.
func TestAdaptiveKeepsAFairShareOfEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSink()
		got := make(map[string]int)
		s.see = func(_ context.Context, _ []slog.Attr, r slog.Record) { got[r.Message]++ }
		h := NewHandler(s, one(Rule{Target: 100}))
		for range 20 {
			for i := range 10_000 {
				send(t, h, s, 1, record(slog.LevelInfo, []string{"a", "b"}[i%2]))
			}
			<-time.After(time.Second)
		}
		if a, b := got["a"], got["b"]; a < 800 || b < 800 || a+b > 2020 {
			t.Errorf("%d and %d of 2000 passed, want about half each", a, b)
		}
	})
}

func TestSelection(t *testing.T) {
	never := func(r Rule) Rule { r.First, r.Interval = 1, time.Hour; return r } // drops the second
	named := func(name string) []slog.Attr { return []slog.Attr{slog.String(level.NameKey, name)} }
	for _, tt := range []struct {
		name string
		opts Options
		top  []slog.Attr
		r    slog.Record
		drop bool
	}{
		{"no rule", Options{}, nil, record(slog.LevelDebug, "m"), false},
		{"any", Options{Rules: []Rule{never(Rule{})}}, nil, record(slog.LevelWarn, "m"), true},
		{"error", Options{Rules: []Rule{never(Rule{})}}, nil, record(slog.LevelError, "m"), false},
		{"above keep", Options{Keep: slog.LevelWarn, Rules: []Rule{never(Rule{})}}, nil, record(slog.LevelWarn, "m"), false},
		{"below keep", Options{Keep: slog.Level(20), Rules: []Rule{never(Rule{})}}, nil, record(slog.LevelError, "m"), true},
		{"max level", Options{Rules: []Rule{never(Rule{MaxLevel: slog.LevelInfo})}}, nil, record(slog.LevelInfo, "m"), true},
		{"above max level", Options{Rules: []Rule{never(Rule{MaxLevel: slog.LevelInfo})}}, nil, record(slog.LevelInfo+1, "m"), false},
		{"min level", Options{Rules: []Rule{never(Rule{MinLevel: slog.LevelInfo})}}, nil, record(slog.LevelInfo, "m"), true},
		{"below min level", Options{Rules: []Rule{never(Rule{MinLevel: slog.LevelInfo})}}, nil, record(slog.LevelInfo-1, "m"), false},
		{"message", Options{Rules: []Rule{never(Rule{Message: "m"})}}, nil, record(slog.LevelInfo, "m"), true},
		{"other message", Options{Rules: []Rule{never(Rule{Message: "m"})}}, nil, record(slog.LevelInfo, "mm"), false},
		{"logger", Options{Rules: []Rule{never(Rule{Logger: "db"})}}, named("db.pool"), record(slog.LevelInfo, "m"), true},
		{"other logger", Options{Rules: []Rule{never(Rule{Logger: "db"})}}, named("dbx"), record(slog.LevelInfo, "m"), false},
		{"first rule decides", Options{Rules: []Rule{{Message: "m"}, never(Rule{})}}, nil, record(slog.LevelInfo, "m"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSink()
			h := NewHandler(s, &tt.opts)
			for range 2 {
				if err := h.HandleTop(t.Context(), tt.top, tt.r); err != nil {
					t.Fatal(err)
				}
			}
			want := uint64(0)
			if tt.drop {
				want = 1
			}
			if got := h.Sampled(); got != want {
				t.Errorf("%d dropped, want %d", got, want)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	kinds := []struct {
		logger string
		r      slog.Record
	}{
		{"a", record(slog.LevelInfo, "m")}, {"b", record(slog.LevelInfo, "m")}, {"a", record(slog.LevelWarn, "m")}, {"a", record(slog.LevelInfo, "n")},
		{"b", record(slog.LevelWarn, "n")}, {"", record(slog.LevelInfo, "am")},
	}
	for _, tt := range []struct {
		by   Key
		want int64
	}{
		{0, 6},
		{ByLevel | ByLogger | ByMessage, 6},
		{ByLevel, 2},
		{ByLogger, 3},
		{ByMessage, 3},
		{ByLogger | ByMessage, 5},
		{ByNothing, 1},
	} {
		s := newSink()
		h := NewHandler(s, one(Rule{Once: time.Hour, By: tt.by}))
		for range 2 {
			for _, k := range kinds {
				named := h.WithAttrs([]slog.Attr{slog.String(level.NameKey, k.logger)}) // shares the keys
				if k.logger == "" {
					named = h
				}
				if err := named.WithGroup("g").WithAttrs([]slog.Attr{slog.String(level.NameKey, "x")}).Handle(t.Context(), k.r); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := s.n.Load(); n != tt.want {
			t.Errorf("by %b: %d keys, want %d", tt.by, n, tt.want)
		}
	}
}

func TestKeysAreBounded(t *testing.T) {
	s := newSink()
	h := NewHandler(s, &Options{MaxKeys: 100, Rules: []Rule{{Once: time.Hour}}})
	for i := range 10_000 {
		send(t, h, s, 1, record(slog.LevelInfo, fmt.Sprint(i)))
	}
	if n := len(h.controller.current.Load().rules[0].keys.buckets) * ways; n != 128 {
		t.Errorf("room for %d keys, want 128", n)
	}
	if n := s.n.Load(); n != 10_000 {
		t.Errorf("%d of 10000 kinds passed: others were taken for them", n)
	}
	if passed, _ := send(t, h, s, 10, record(slog.LevelInfo, "hot")); passed != 1 {
		t.Errorf("a key in use: %d passed, want 1", passed)
	}
}

func TestWeights(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule Rule
		ctx  func(context.Context) context.Context
		err  float64
	}{
		{name: "probability", rule: Rule{Probability: 0.25}, err: 0.02},
		{name: "first and thereafter", rule: Rule{First: 10, Thereafter: 7}},
		{name: "rate", rule: Rule{Rate: 100, Burst: 1}},
		{name: "target", rule: Rule{Target: 100}},
		{name: "combined", rule: Rule{Probability: 0.5, Thereafter: 10}, err: 0.05},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSink()
			sum, last := 0.0, 0.0
			s.see = func(_ context.Context, top []slog.Attr, _ slog.Record) {
				last = 1
				for _, a := range top {
					if a.Key == WeightKey {
						last = a.Value.Float64()
					}
				}
				sum += last
			}
			opts := one(tt.rule)
			opts.Weight = true
			h := NewHandler(s, opts)
			const n = 100_000
			for range n {
				send(t, h, s, 1, record(slog.LevelInfo, "m"))
				<-time.After(100 * time.Microsecond)
			}
			if tail := max(tt.err*n, 2*last); math.Abs(sum-n) > tail { // what was dropped last weighs on none yet
				t.Errorf("%s: the weights sum up to %v, want %d ± %v", tt.name, sum, n, tail)
			}
		})
	}
}

func TestNoWeightUnlessAsked(t *testing.T) {
	for _, weight := range []bool{false, true} {
		s := newSink()
		var got [][]slog.Attr
		s.see = func(_ context.Context, top []slog.Attr, _ slog.Record) {
			got = append(got, append([]slog.Attr(nil), top...))
		}
		h := NewHandler(s, &Options{Weight: weight, Rules: []Rule{{First: 1, Thereafter: 2, Interval: time.Hour}}})
		send(t, h, s, 3, record(slog.LevelInfo, "m"))
		want := [][]slog.Attr{nil, nil}
		if weight {
			want[1] = []slog.Attr{slog.Float64(WeightKey, 2)}
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b slog.Attr) bool { return a.Equal(b) })); diff != "" {
			t.Errorf("weight %t: top-level attributes (-want +got):\n%s", weight, diff)
		}
	}
}
