package slogxtest

import (
	"log/slog"
	"math"
)

// testCase is a rule that one log call shows.
type testCase struct {
	name        string
	explanation string
	f           func(*slog.Logger) // logs one record
	checks      []check
}

func (c testCase) run(t tester, s subject) {
	if !survive(t, func() { c.f(slog.New(s.handler)) }) {
		t.Errorf("%s", c.explanation)
		return
	}
	got, ok := s.output(t, 1)
	if !ok {
		t.Errorf("%s", c.explanation)
		return
	}
	for _, check := range c.checks {
		if problem := check(got[0]); problem != "" {
			t.Errorf("%s: %s", problem, c.explanation)
		}
	}
}

var cases = []testCase{
	{
		name:        "zero-attr",
		explanation: withSource("a Handler should ignore a zero Attr beside others"),
		f: func(l *slog.Logger) {
			l.Info("msg", "before", "b", slog.Attr{}, slog.Group("G", slog.Attr{}, slog.String("c", "d")), "after", "a")
		},
		checks: intact(missingKey(""), inGroup("G", onlyKeys("c"))),
	},
	{
		name:        "zero-attr-With",
		explanation: withSource("a Handler should ignore a zero Attr in WithAttrs"),
		f: func(l *slog.Logger) {
			l.With(slog.Attr{}, slog.String("before", "b"), slog.Attr{}).With(slog.Attr{}).Info("msg", "after", "a")
		},
		checks: intact(missingKey("")),
	},
	{
		name:        "zero-attr-WithGroup",
		explanation: withSource("a Handler should not output a group in which there is only a zero Attr"),
		f: func(l *slog.Logger) {
			l.With("before", "b", "after", "a").WithGroup("G").With(slog.Attr{}).Info("msg", slog.Attr{})
		},
		checks: intact(missingKey(""), missingKey("G")),
	},
	{
		name:        "empty-group-With",
		explanation: withSource("a Handler should ignore empty groups in WithAttrs"),
		f: func(l *slog.Logger) {
			l.With("before", "b", slog.Group("G"), slog.Group("H", slog.Group("I"))).Info("msg", "after", "a")
		},
		checks: intact(missingKey("G"), missingKey("H")),
	},
	{
		name:        "nested-empty-group",
		explanation: withSource("a Handler should ignore a group in which there are only empty groups"),
		f: func(l *slog.Logger) {
			l.Info("msg", "before", "b", slog.Group("G", slog.Group("H", slog.Group("I")), slog.Attr{}), "after", "a")
		},
		checks: intact(missingKey("G")),
	},
	{
		name:        "empty-group-from-LogValuer",
		explanation: withSource("a Handler should ignore a group that a LogValuer left empty"),
		f: func(l *slog.Logger) {
			l.Info("msg", "before", "b", "G", valuer(func() slog.Value { return slog.GroupValue() }), "after", "a")
		},
		checks: intact(missingKey("G")),
	},
	{
		name:        "inline-group-With",
		explanation: withSource("a Handler should inline groups with an empty key, also in WithAttrs and under groups"),
		f: func(l *slog.Logger) {
			l.With(slog.Group("", slog.String("before", "b"))).With("after", "a").WithGroup("G").With(slog.Group("", "c", "d")).Info("msg", slog.Group("", slog.Group("", "e", "f")))
		},
		checks: intact(missingKey(""), inGroup("G", onlyKeys("c", "e"))),
	},
	{
		name:        "LogValuer-group",
		explanation: withSource("a Handler should resolve LogValuers within the group that a LogValuer returns"),
		f: func(l *slog.Logger) {
			l.Info("msg", "before", "b", "G", valuer(func() slog.Value { return slog.GroupValue(slog.Any("c", constant("d"))) }), "after", "a")
		},
		checks: intact(inGroup("G", hasAttr("c", "d"))),
	},
	{
		name:        "LogValuer-panics",
		explanation: withSource("a LogValue method that panics should cost its value only"),
		f: func(l *slog.Logger) {
			l.Info("msg", "before", "b", "v", panicky{}, "after", "a")
		},
		checks: intact(isPanic("v")),
	},
	{
		name:        "LogValuer-panics-With",
		explanation: withSource("a LogValue method that panics in WithAttrs should cost its value only"),
		f: func(l *slog.Logger) {
			l.With("before", "b", "v", panicky{}, slog.Group("G", "w", panicky{})).Info("msg", "after", "a")
		},
		checks: intact(isPanic("v"), inGroup("G", isPanic("w"))),
	},
	{
		name:        "nil-pointers",
		explanation: withSource("a nil pointer whose methods expect a value should be shown as such"),
		f: func(l *slog.Logger) {
			l.Info("msg", "before", "b", "t", nilTime, "re", nilRegexp, "e", errNil, "v", nilValuer, "n", nil, "after", "a")
		},
		checks: intact(isNil("t"), isNil("re"), isNil("e"), isNil("v"), isNil("n")),
	},
	{
		name:        "numbers",
		explanation: withSource("a Handler should output NaN, infinities and the ends of the ranges"),
		f: func(l *slog.Logger) {
			l.Info("msg", "before", "b", "nan", math.NaN(), "inf", math.Inf(1), "-inf", math.Inf(-1), "max", uint64(math.MaxUint64), "after", "a")
		},
		checks: intact(hasKey("nan"), hasKey("inf"), hasKey("-inf"), hasKey("max")),
	},
	{
		name:        "cycles",
		explanation: withSource("a Handler should output cyclic maps, slices and pointers without hanging or overflowing the stack"),
		f: func(l *slog.Logger) {
			l.With("before", "b", "w", cyclicMap()).Info("msg", "m", cyclicMap(), "s", cyclicSlice(), "p", cyclicPointer(), "after", "a")
		},
		checks: intact(hasKey("w"), hasKey("m"), hasKey("s"), hasKey("p")),
	},
	{
		name:        "endless-LogValuer",
		explanation: withSource("a LogValuer that returns itself, also within a group, should be cut"),
		f: func(l *slog.Logger) {
			l.With("before", "b", "w", newEndless(false)).Info("msg", "v", newEndless(false), "g", newEndless(true), "after", "a")
		},
		checks: intact(hasKey("w"), hasKey("v"), hasKey("g"), lacksText(tooOften)),
	},
}

// intact adds to checks that what stood before and after the value in question is there.
func intact(checks ...check) []check {
	return append(checks,
		hasAttr(slog.MessageKey, "msg"), hasKey(slog.LevelKey), hasAttr("before", "b"), hasAttr("after", "a"))
}
