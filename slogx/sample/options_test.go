package sample

import (
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"
)

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		opts *Options
		want string // in the error; "" is none
	}{
		{nil, ""},
		{&Options{}, ""},
		{one(Rule{Probability: 1, TraceRatio: 0.5, Once: 1, First: 1, Interval: 1, Rate: 1, Burst: 1, Target: 1, By: ByLevel | ByMessage}), ""},
		{one(Rule{Probability: -0.1}), "rule 0: Probability is -0.1"},
		{one(Rule{Probability: math.NaN()}), "Probability is NaN"},
		{one(Rule{TraceRatio: 1.1}), "TraceRatio is 1.1"},
		{one(Rule{Once: -1}), "Once is -1ns"},
		{one(Rule{First: -1}), "First is -1"},
		{one(Rule{Thereafter: -1}), "Thereafter is -1"},
		{one(Rule{First: 1, Interval: -1}), "Interval is -1ns"},
		{one(Rule{Interval: 1}), "Interval is 1ns, want 0 without First or Thereafter"},
		{one(Rule{Rate: -1}), "Rate is -1"},
		{one(Rule{Rate: math.Inf(1)}), "Rate is +Inf"},
		{one(Rule{Burst: 1}), "Burst is 1, want 0 without a Rate"},
		{one(Rule{Rate: 1, Burst: -1}), "Burst is -1"},
		{one(Rule{Target: math.NaN()}), "Target is NaN"},
		{one(Rule{By: ByNothing | ByLevel}), "By is 129"},
		{one(Rule{By: 8}), "By is 8"},
		{one(Rule{MinLevel: slog.LevelWarn, MaxLevel: slog.LevelInfo}), "MinLevel is WARN, want at most MaxLevel"},
		{&Options{Rules: []Rule{{}, {Probability: 3}}}, "rule 1: Probability is 3"},
		{&Options{Fold: -time.Second}, "Fold is -1s"},
		{&Options{MaxKeys: -1}, "MaxKeys is -1"},
		{&Options{MaxKeys: 1 << 30}, "MaxKeys is 1073741824"},
	} {
		err := tt.opts.Validate()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%+v: error %v, want %q", tt.opts, err, tt.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "set up sampling: ") {
			t.Errorf("error %q does not say what was attempted", err)
		}
	}
}

func TestFaultyRulesAreLeftOutAndReported(t *testing.T) {
	var reported error
	s := newSink()
	h := NewHandler(s, &Options{
		Fold: -1, MaxKeys: -1,
		Rules:   []Rule{{Message: "m", Rate: math.NaN()}, {First: 1, Interval: time.Hour}},
		OnError: func(err error) { reported = err },
	})
	if passed, _ := send(t, h, s, 10, record(slog.LevelInfo, "m")); passed != 1 {
		t.Errorf("%d passed, want 1, by the rule that is right", passed)
	}
	if reported == nil || !strings.Contains(reported.Error(), "Rate is NaN") {
		t.Errorf("reported %v", reported)
	}
}
