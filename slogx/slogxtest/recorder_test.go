package slogxtest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestRecorderPassesSlogtest(t *testing.T) {
	var rec *slogxtest.Recorder
	slogtest.Run(t, func(t *testing.T) slog.Handler {
		rec = slogxtest.NewRecorder(t)
		return rec
	}, func(t *testing.T) map[string]any {
		t.Helper()
		return rec.Records()[0].Map()
	})
}

func TestRecordAttr(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	rec.Logger().With("a", 1).WithGroup("g").With("b", 2).WithGroup("h").
		Info("msg", "c", 3, "dotted.key", 4, "c", 5, slog.Group("i", "d", 6))
	r := rec.Records()[0]
	for _, tt := range []struct {
		path string
		want int64
	}{
		{"a", 1}, {"g.b", 2}, {"g.h.c", 5}, {"g.h.dotted.key", 4}, {"g.h.i.d", 6},
	} {
		if v, ok := r.Attr(tt.path); !ok || v.Int64() != tt.want {
			t.Errorf("Attr(%q) = %v, %v, want %d", tt.path, v, ok, tt.want)
		}
	}
	if v, ok := r.Attr("g.h.i"); !ok || v.Kind() != slog.KindGroup {
		t.Errorf("Attr of a group = %v, %v", v, ok)
	}
	for _, path := range []string{"", "b", "g.c", "a.b", "g.", ".a"} {
		if v, ok := r.Attr(path); ok {
			t.Errorf("Attr(%q) = %v, want nothing", path, v)
		}
	}
}

func TestRecordKeepsOrderSourceAndContext(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	rec := slogxtest.NewRecorder(t)
	h := chain.Adapt(rec.WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g"))
	r := slog.NewRecord(time.Time{}, slog.LevelWarn, "msg", 0)
	r.AddAttrs(slog.Int("z", 3), slog.Int("y", 4))
	if err := h.HandleTop(ctx, []slog.Attr{slog.Int("top", 2)}, r); err != nil {
		t.Fatal(err)
	}
	rec.Logger().Info("with source")
	got := rec.Records()
	want := []slog.Attr{slog.Int("a", 1), slog.Int("top", 2), slog.Group("g", "z", 3, "y", 4)}
	if diff := cmp.Diff(want, got[0].Attrs); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if got[0].Context.Value(key{}) != "value" {
		t.Error("the context is not the one that was handed over")
	}
	if got[0].Source != nil {
		t.Errorf("a record without a program counter has the source %v", got[0].Source)
	}
	if src := got[1].Source; src == nil || !strings.HasSuffix(src.File, "recorder_test.go") {
		t.Errorf("source %v, want a line of this file", src)
	}
}

func TestRecorderKeepsValuesAsTheyWere(t *testing.T) {
	type inner struct{ N int }
	type outer struct {
		P *inner
		S []int
		M map[string]int
		A [1][]int
		I any

		hidden int
	}
	v := &outer{P: &inner{1}, S: []int{1}, M: map[string]int{"k": 1}, A: [1][]int{{1}}, I: []int{1}, hidden: 1}
	list, table := []int{1}, map[string][]int{"k": {1}}
	rec := slogxtest.NewRecorder(t)
	rec.Logger().With("with", list).Info("msg", "v", v, "list", list, slog.Group("g", "table", table))
	v.P.N, v.S[0], v.M["k"], v.A[0][0], v.I.([]int)[0] = 2, 2, 2, 2, 2
	list[0], table["k"][0] = 2, 2
	table["new"] = nil

	rec.Assert(map[string]any{
		"msg":  "msg",
		"with": []int{1},
		"list": []int{1},
		"v":    &outer{P: &inner{1}, S: []int{1}, M: map[string]int{"k": 1}, A: [1][]int{{1}}, I: []int{1}, hidden: 1},
		"g":    map[string]any{"table": map[string][]int{"k": {1}}},
	})
}

func TestRecorderKeepsErrorsThemselves(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	_, err := os.Open("/does/not/exist")
	rec.Logger().Error("msg", "err", err, "wrapped", fmt.Errorf("start: %w", err))
	for _, key := range []string{"err", "wrapped"} {
		v, _ := rec.Records()[0].Attr(key)
		if got, ok := v.Any().(error); !ok || !errors.Is(got, os.ErrNotExist) {
			t.Errorf("%s is %v, want an error that is os.ErrNotExist", key, v)
		}
	}
}

func TestWaitReturnsTheOldestMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		rec.Logger().Info("before")
		done := make(chan slogxtest.Record)
		go func() {
			r, err := rec.Wait(t.Context(), func(r slogxtest.Record) bool { return r.Level >= slog.LevelError })
			if err != nil {
				t.Error(err)
			}
			done <- r
		}()
		synctest.Wait() // until Wait waits
		rec.Logger().Info("no match")
		synctest.Wait()
		rec.Reset()
		rec.Logger().Error("first")
		rec.Logger().Error("second")
		if r := <-done; r.Message != "first" {
			t.Errorf("Wait returned %q, want the first match", r.Message)
		}
	})
}

func TestWaitErrorSaysWhatThereWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		rec := slogxtest.NewRecorder(t)
		if _, err := rec.Wait(ctx, nil); err == nil || !strings.Contains(err.Error(), "no records") {
			t.Errorf("error %v, want one that says there were no records", err)
		}
		rec.Logger().Info("hello", "k", "v")
		_, err := rec.Wait(ctx, func(slogxtest.Record) bool { return false })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("error %v, want context.DeadlineExceeded", err)
		}
		if want := "wait for a record: context deadline exceeded; none of these 1 matched:\n\t 1 INFO \"hello\" k=v"; err.Error() != want {
			t.Errorf("error %q, want %q", err, want)
		}
	})
}

func TestWaitAfterResetSeesNewRecordsOnly(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	for i := range 5 {
		rec.Reset()
		rec.Logger().Info("msg", "i", i)
		r, err := rec.Wait(t.Context(), nil)
		if v, _ := r.Attr("i"); err != nil || v.Int64() != int64(i) {
			t.Errorf("round %d: got %v, %v", i, r.Attrs, err)
		}
	}
}

func TestRecorderIsSafeAfterTheTest(t *testing.T) {
	var rec *slogxtest.Recorder
	t.Run("ends", func(t *testing.T) { rec = slogxtest.NewRecorder(t) })
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				rec.Logger().With("a", 1).Info("late") // t.Log would panic here
			}
		})
	}
	wg.Wait()
	if n := len(rec.Records()); n != 400 {
		t.Errorf("%d records, want 400", n)
	}
}

func TestSetLevel(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	l := rec.Logger().With("a", 1)
	l.Log(t.Context(), -100, "all levels")
	rec.SetLevel(slog.LevelWarn)
	l.Info("below")
	l.Warn("above")
	rec.SetLevel(nil)
	l.Debug("all levels again")
	rec.Assert(
		map[string]any{"msg": "all levels", "a": 1},
		map[string]any{"msg": "above", "a": 1},
		map[string]any{"msg": "all levels again", "a": 1},
	)
}

// spy is a test whose errors are looked at.
type spy struct {
	testing.TB

	errors []string
}

func (s *spy) Helper() {}

func (s *spy) Errorf(format string, args ...any) {
	s.errors = append(s.errors, fmt.Sprintf(format, args...))
}

func TestAssert(t *testing.T) {
	sentinel := errors.New("sentinel")
	for _, tt := range []struct {
		name string
		want []map[string]any
		diff string // part of the message; "" if there is none
	}{
		{"equal", []map[string]any{{"msg": "m", "n": 1, "err": sentinel, "g": map[string]any{"d": time.Second}}}, ""},
		{"level", []map[string]any{{"msg": "m", "level": slog.LevelInfo, "n": uint8(1), "err": errors.New("wrapped: sentinel"), "g": map[string]any{"d": time.Second}}}, "uint64"},
		{"other value", []map[string]any{{"msg": "m", "n": 2, "err": sentinel, "g": map[string]any{"d": time.Second}}}, "int64(2)"},
		{"other level", []map[string]any{{"msg": "m", "level": slog.LevelWarn, "n": 1, "err": sentinel, "g": map[string]any{"d": time.Second}}}, "WARN"},
		{"missing in group", []map[string]any{{"msg": "m", "n": 1, "err": sentinel, "g": map[string]any{}}}, `"d"`},
		{"other error", []map[string]any{{"msg": "m", "n": 1, "err": errors.New("other"), "g": map[string]any{"d": time.Second}}}, "other"},
		{"no records", nil, "sentinel"},
		{"too many", []map[string]any{{"msg": "m", "n": 1, "err": sentinel, "g": map[string]any{"d": time.Second}}, {"msg": "x"}}, `"x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &spy{TB: t}
			rec := slogxtest.NewRecorder(s)
			rec.Logger().Info("m", "n", 1, "err", fmt.Errorf("wrapped: %w", sentinel), slog.Group("g", "d", time.Second))
			equal := rec.Assert(tt.want...)
			if equal != (tt.diff == "") || len(s.errors) > 1 || equal == (len(s.errors) > 0) {
				t.Fatalf("Assert = %v, errors %q", equal, s.errors)
			}
			if !equal && !strings.Contains(s.errors[0], tt.diff) {
				t.Errorf("the difference does not show %q:\n%s", tt.diff, s.errors[0])
			}
		})
	}
}
