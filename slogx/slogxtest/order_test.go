package slogxtest_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestExpectations(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	rec.Logger().Warn("slow request", "n", 3, "d", time.Second, "err", fmt.Errorf("open: %w", fs.ErrNotExist), "list", []int{1, 2},
		slog.Group("request", "status", 200, "path", "/orders"))
	r := rec.Records()[0]
	type num uint16
	for _, tt := range []struct {
		e    slogxtest.Expectation
		text string
		want bool
	}{
		{slogxtest.Expectation{}, "any record", true},
		{slogxtest.Message("slow request"), `message "slow request"`, true},
		{slogxtest.Message("slow"), `message "slow"`, false},
		{slogxtest.MessageContains("slow"), `message with "slow"`, true},
		{slogxtest.MessageContains("fast"), `message with "fast"`, false},
		{slogxtest.Level(slog.LevelWarn), "level WARN", true},
		{slogxtest.Level(slog.LevelError), "level ERROR", false},
		{slogxtest.AtLeast(slog.LevelInfo), "level INFO or above", true},
		{slogxtest.AtLeast(slog.LevelError), "level ERROR or above", false},
		{slogxtest.Attr("n", 3), "n=3", true},
		{slogxtest.Attr("n", int8(3)), "n=3", true},
		{slogxtest.Attr("n", 4), "n=4", false},
		{slogxtest.Attr("n", "3"), "n=3", false},
		{slogxtest.Attr("n", num(3)), "n=3", false},
		{slogxtest.Attr("d", time.Second), "d=1s", true},
		{slogxtest.Attr("list", []int{1, 2}), "list=[1 2]", true},
		{slogxtest.Attr("list", []int{2, 1}), "list=[2 1]", false},
		{slogxtest.Attr("err", fs.ErrNotExist), "err=file does not exist", true},
		{slogxtest.Attr("err", fs.ErrExist), "err=file already exists", false},
		{slogxtest.Attr("request.status", 200), "request.status=200", true},
		{slogxtest.Attr("request", map[string]any{"path": "/orders", "status": 200}), "request=map[path:/orders status:200]", true},
		{slogxtest.Attr("request", map[string]any{"status": 200}), "request=map[status:200]", false},
		{slogxtest.Attr("status", 200), "status=200", false},
		{slogxtest.HasAttr("request.path"), "request.path present", true},
		{slogxtest.HasAttr("request.query"), "request.query present", false},
		{slogxtest.Not(slogxtest.HasAttr("request.query")), "not (request.query present)", true},
		{slogxtest.Not(slogxtest.Message("slow request")), `not (message "slow request")`, false},
		{slogxtest.All(), "any record", true},
		{slogxtest.All(slogxtest.Attr("n", 3), slogxtest.HasAttr("d")), "n=3, d present", true},
		{slogxtest.All(slogxtest.Attr("n", 3), slogxtest.HasAttr("x")), "n=3, x present", false},
		{slogxtest.Func("three attributes", func(r slogxtest.Record) bool { return len(r.Attrs) == 3 }), "three attributes", false},
		{slogxtest.Func("five attributes", func(r slogxtest.Record) bool { return len(r.Attrs) == 5 }), "five attributes", true},
	} {
		if got := tt.e.Match(r); got != tt.want {
			t.Errorf("%v: Match = %v, want %v", tt.e, got, tt.want)
		}
		if got := tt.e.String(); got != tt.text {
			t.Errorf("String() = %q, want %q", got, tt.text)
		}
	}
}

// orders is what a service logged.
func orders(tb testing.TB) *slogxtest.Recorder {
	rec := slogxtest.NewRecorder(tb)
	log := rec.Logger()
	log.Info("started", "port", 8080)
	log.Info("order placed", "order", 1)
	log.Warn("slow request", slog.Group("request", "path", "/orders", "status", 200))
	log.Info("order placed", "order", 2)
	return rec
}

func TestAssertInOrderAndInAnyOrder(t *testing.T) {
	placed := slogxtest.Message("order placed")
	first, second := slogxtest.Attr("order", 1), slogxtest.Attr("order", 2)
	slow := slogxtest.All(slogxtest.Level(slog.LevelWarn), slogxtest.MessageContains("slow"))
	for _, tt := range []struct {
		name           string
		want           []slogxtest.Expectation
		ordered, other bool
	}{
		{"nothing", nil, true, true},
		{"all", []slogxtest.Expectation{slogxtest.Message("started"), first, slow, second}, true, true},
		{"some", []slogxtest.Expectation{first, second}, true, true},
		{"turned round", []slogxtest.Expectation{second, first}, false, true},
		{"one record for two", []slogxtest.Expectation{first, first}, false, false},
		{"wide before narrow", []slogxtest.Expectation{placed, first}, false, true},
		{"wide before narrow, twice", []slogxtest.Expectation{placed, placed, first}, false, false},
		{"chain of wide ones", []slogxtest.Expectation{{}, placed, slogxtest.AtLeast(slog.LevelInfo), second}, true, true},
		{"more than there are", []slogxtest.Expectation{{}, {}, {}, {}, {}}, false, false},
		{"missing", []slogxtest.Expectation{slogxtest.Message("stopped")}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &spy{TB: t}
			rec := orders(s)
			if got := rec.AssertInOrder(tt.want...); got != tt.ordered || got == (len(s.errors) == 1) {
				t.Errorf("AssertInOrder = %v, errors %q", got, s.errors)
			}
			s.errors = nil
			if got := rec.AssertAnyOrder(tt.want...); got != tt.other || got == (len(s.errors) == 1) {
				t.Errorf("AssertAnyOrder = %v, errors %q", got, s.errors)
			}
		})
	}
}

func TestFailuresSayWhatHappened(t *testing.T) {
	slow := slogxtest.All(slogxtest.Level(slog.LevelWarn), slogxtest.Message("slow request"), slogxtest.Attr("request.status", 500))
	for _, tt := range []struct {
		name   string
		assert func(*slogxtest.Recorder) bool
		want   string
	}{
		{
			"in order", func(rec *slogxtest.Recorder) bool { return rec.AssertInOrder(slogxtest.Attr("order", 1), slow) }, `
expectation 2 of 2 is not met behind record 2, which met the one before:
	want:    level WARN, message "slow request", request.status=500
	closest: record 3: request.status is 200
records:
	 1 INFO "started" port=8080
	 2 INFO "order placed" order=1  ← met 1
	 3 WARN "slow request" request=[path=/orders status=200]
	 4 INFO "order placed" order=2`,
		},
		{
			"too early", func(rec *slogxtest.Recorder) bool {
				return rec.AssertInOrder(slogxtest.Attr("order", 2), slogxtest.Attr("order", 1))
			}, `
expectation 2 of 2 is not met behind record 4, which met the one before:
	want:    order=1
	but:     record 2, which is like that, came too early
records:
	 1 INFO "started" port=8080
	 2 INFO "order placed" order=1
	 3 WARN "slow request" request=[path=/orders status=200]
	 4 INFO "order placed" order=2  ← met 1`,
		},
		{
			"any order", func(rec *slogxtest.Recorder) bool {
				return rec.AssertAnyOrder(slogxtest.Attr("order", "2"), slogxtest.Attr("port", 8080), slogxtest.HasAttr("port"))
			}, `
expectation 1 of 3 is not met:
	want:    order=2
	closest: record 4: order is int64(2), not string(2)
expectation 3 of 3 is not met:
	want:    port present
	closest: record 4: port is missing
	but:     record 1, which is like that, met another expectation
records:
	 1 INFO "started" port=8080  ← met 2
	 2 INFO "order placed" order=1
	 3 WARN "slow request" request=[path=/orders status=200]
	 4 INFO "order placed" order=2`,
		},
		{
			"none", func(rec *slogxtest.Recorder) bool { return rec.AssertBelow(slog.LevelWarn) }, `
1 of 4 records are what none should be: level WARN or above
	 1 INFO "started" port=8080
	 2 INFO "order placed" order=1
	 3 WARN "slow request" request=[path=/orders status=200]  ← not wanted
	 4 INFO "order placed" order=2`,
		},
		{
			"no records", func(rec *slogxtest.Recorder) bool {
				rec.Reset()
				return rec.AssertInOrder(slogxtest.Message("x"))
			}, `
expectation 1 of 1 is not met:
	want:    message "x"
there were no records`,
		},
		{
			"many records", func(rec *slogxtest.Recorder) bool {
				for i := range 60 {
					rec.Logger().Info("filler", "i", i)
				}
				return rec.AssertInOrder(slogxtest.Attr("order", 2), slogxtest.Message("x"))
			}, "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &spy{TB: t}
			if tt.assert(orders(s)) || len(s.errors) != 1 {
				t.Fatalf("errors %q, want one", s.errors)
			}
			got := "\n" + s.errors[0]
			if tt.want == "" { // the list is shortened, but keeps what has a note
				lines := strings.Count(got, "filler")
				if lines < 49 || lines > 51 || !strings.Contains(got, `4 INFO "order placed" order=2  ← met 1`) || !strings.Contains(got, "… 3 more") {
					t.Errorf("%s", got)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("the message (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAssertNone(t *testing.T) {
	s := &spy{TB: t}
	rec := orders(s)
	if !rec.AssertNone(slogxtest.Attr("order", 3)) || !rec.AssertBelow(slog.LevelError) || len(s.errors) != 0 {
		t.Errorf("errors %q, want none", s.errors)
	}
	if rec.AssertNone(slogxtest.Attr("order", 2)) || rec.AssertBelow(slog.LevelWarn) || len(s.errors) != 2 {
		t.Errorf("errors %q, want two", s.errors)
	}
}

func TestWaitAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		done := make(chan error)
		go func() {
			done <- rec.WaitAll(t.Context(), slogxtest.Message("b"), slogxtest.Message("a"), slogxtest.Expectation{})
		}()
		for _, msg := range []string{"a", "b", "c"} {
			synctest.Wait()
			if len(done) > 0 {
				t.Fatalf("WaitAll returned before %q", msg)
			}
			rec.Logger().Info(msg)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := rec.WaitAll(ctx, slogxtest.Message("a"), slogxtest.Message("d"))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("error %v, want context.DeadlineExceeded", err)
		}
		for _, part := range []string{`want:    message "d"`, `1 INFO "a"  ← met 1`} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("the error lacks %q: %v", part, err)
			}
		}
	})
}

// TestAnyOrderFindsEveryAssignment compares with trying all permutations.
func TestAnyOrderFindsEveryAssignment(t *testing.T) {
	const n = 4
	for bits := range 1 << (n * n) {
		if bits%7 != 0 { // one in seven is enough
			continue
		}
		fits := func(i, j int) bool { return bits>>(i*n+j)&1 == 1 }
		rec := slogxtest.NewRecorder(&spy{TB: t})
		want := make([]slogxtest.Expectation, n)
		for i := range n {
			rec.Logger().Info("m", "j", i)
			want[i] = slogxtest.Func("fits", func(r slogxtest.Record) bool {
				j, _ := r.Attr("j")
				return fits(i, int(j.Int64()))
			})
		}
		possible := false
		for p := range permutations(n) {
			possible = possible || !slices.ContainsFunc([]int{0, 1, 2, 3}, func(i int) bool { return !fits(i, p[i]) })
		}
		if got := rec.AssertAnyOrder(want...); got != possible {
			t.Fatalf("%0*b: AssertAnyOrder = %v, want %v", n*n, bits, got, possible)
		}
	}
}

func permutations(n int) func(func([]int) bool) {
	return func(yield func([]int) bool) {
		var rec func(p []int) bool
		rec = func(p []int) bool {
			if len(p) == n {
				return yield(p)
			}
			for i := range n {
				if !slices.Contains(p, i) && !rec(append(slices.Clip(p), i)) {
					return false
				}
			}
			return true
		}
		rec(nil)
	}
}
