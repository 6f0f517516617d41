package slogxtest

import (
	"errors"
	"log/slog"
	"reflect"

	"github.com/google/go-cmp/cmp"
)

// Assert compares the records so far with want, in order, and reports a difference to the test as an
// error. It returns whether they are equal.
//
// A wanted record is written as [Record.Map] returns it, with two freedoms: the time and the level are
// compared only where want has them, and numbers may be of any type that [slog.AnyValue] makes the same
// of. Errors are equal if one is the other in the sense of [errors.Is], or has the same text.
//
//	rec.Assert(
//		map[string]any{"msg": "started", "port": 8080},
//		map[string]any{"msg": "failed", "level": slog.LevelError, "request": map[string]any{"id": "r1"}},
//	)
func (r *Recorder) Assert(want ...map[string]any) bool {
	r.tb.Helper()
	records := r.Records()
	got := make([]map[string]any, len(records))
	for i, rec := range records {
		got[i] = normalize(rec.Map())
		if i < len(want) {
			for _, key := range []string{slog.TimeKey, slog.LevelKey} {
				if _, ok := want[i][key]; !ok {
					delete(got[i], key)
				}
			}
		}
	}
	normal := make([]map[string]any, len(want))
	for i, m := range want {
		normal[i] = normalize(m)
	}
	d := diff(normal, got)
	if d != "" {
		r.tb.Errorf("the records differ (-want +got):\n%s", d)
	}
	return d == ""
}

func diff(want, got any) string {
	return cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true }), cmp.FilterValues(areErrors, cmp.Comparer(sameError)))
}

// normalize makes the values of m what a Record holds for them, at any depth.
func normalize(m map[string]any) map[string]any {
	n := make(map[string]any, len(m))
	for k, v := range m {
		n[k] = normalValue(v)
	}
	return n
}

func normalValue(v any) any {
	if group, ok := v.(map[string]any); ok {
		return normalize(group)
	}
	return slog.AnyValue(v).Any()
}

func areErrors(a, b any) bool {
	_, ok := a.(error)
	_, ok2 := b.(error)
	return ok && ok2
}

// sameError is for what areErrors.
func sameError(a, b any) bool {
	x, _ := a.(error)
	y, _ := b.(error)
	return errors.Is(x, y) || errors.Is(y, x) || x.Error() == y.Error()
}
