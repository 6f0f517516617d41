package slogx_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/filter"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestSamplingByTheEnvironment(t *testing.T) {
	traced := func(last string) tracectx.Trace {
		tr, err := tracectx.Parse([]string{"00-0000000000000000000000000000" + last + "-00f067aa0ba902b7-00"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	for _, tt := range []struct {
		name string
		env  env
		opts []slogx.Option
		want string
	}{
		{name: "none", want: "a,a,a,a,a,b,W,E,E"},
		{name: "first", env: env{"SLOGX_SAMPLE_FIRST": "2", "SLOGX_SAMPLE_INTERVAL": "1h"}, want: "a,a,b,W,E,E"},
		{name: "thereafter", env: env{"SLOGX_SAMPLE_FIRST": "1", "SLOGX_SAMPLE_INTERVAL": "1h", "SLOGX_SAMPLE_THEREAFTER": "2"}, want: "a,a,a,b,W,E,E"},
		{name: "once", env: env{"SLOGX_SAMPLE_ONCE": "1h"}, want: "a,b,W,E,E"},
		{name: "rate", env: env{"SLOGX_SAMPLE_RATE": "0.001", "SLOGX_SAMPLE_BURST": "3"}, want: "a,a,a,b,W,E,E"},
		{name: "keep", env: env{"SLOGX_SAMPLE_ONCE": "1h", "SLOGX_SAMPLE_KEEP": "info"}, want: "a,a,a,a,a,b,W,E,E"},
		{name: "keep nothing", env: env{"SLOGX_SAMPLE_ONCE": "1h", "SLOGX_SAMPLE_KEEP": "fatal"}, want: "a,b,W,E"},
		{name: "weight", env: env{"SLOGX_SAMPLE_FIRST": "1", "SLOGX_SAMPLE_INTERVAL": "1h", "SLOGX_SAMPLE_THEREAFTER": "4", "SLOGX_SAMPLE_WEIGHT": "true"}, want: "a,a×4,b,W,E,E"},
		{name: "no trace", env: env{"SLOGX_SAMPLE_TRACE_RATIO": "0.5"}, want: "a,a,a,a,a,b,W,E,E"},
		{name: "fold", env: env{"SLOGX_SAMPLE_FOLD": "1h"}, want: "a,a+4,b,W,E,E"},
		{name: "settings without a limit", env: env{"SLOGX_SAMPLE_INTERVAL": "1h", "SLOGX_SAMPLE_BURST": "1", "SLOGX_SAMPLE_WEIGHT": "yes"}, want: "a,a,a,a,a,b,W,E,E"},
		{
			name: "options win", env: env{"SLOGX_SAMPLE_FIRST": "2", "SLOGX_SAMPLE_INTERVAL": "1h", "SLOGX_SAMPLE_WEIGHT": "true"},
			opts: []slogx.Option{slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{First: 3, Interval: time.Hour}}})}, want: "a,a,a,b,W,E,E",
		},
		{
			name: "options leave it to the environment", env: env{"SLOGX_SAMPLE_FIRST": "2", "SLOGX_SAMPLE_INTERVAL": "1h"},
			opts: []slogx.Option{slogx.WithSampling(nil)}, want: "a,a,b,W,E,E",
		},
		{name: "nothing yet", opts: []slogx.Option{slogx.WithSampling(nil)}, want: "a,a,a,a,a,b,W,E,E"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := slogxtest.NewRecorder(t)
			p := build(t, tt.env, append(tt.opts, slogx.WithSink("rec", rec))...)
			log := p.Logger()
			const offered = 9
			for msg := range strings.SplitSeq("a,a,a,a,a,b", ",") {
				log.Info(msg)
			}
			log.Warn("W")
			log.Error("E")
			log.Error("E")
			if err := p.Flush(t.Context()); err != nil {
				t.Error(err)
			}
			var got []string
			extra := uint64(0)
			for _, r := range rec.Records() {
				msg := r.Message
				if w, ok := r.Attr(sample.WeightKey); ok {
					msg += fmt.Sprintf("×%v", w)
				}
				if n, ok := r.Attr(sample.RepeatedKey); ok {
					msg += fmt.Sprintf("+%v", n)
					extra++
				}
				got = append(got, msg)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ",")); diff != "" {
				t.Errorf("passed (-want +got):\n%s", diff)
			}
			if sum := p.Stats().Sampled + p.Stats().Sinks["rec"].Accepted - extra; sum != offered {
				t.Errorf("%d of %d in the books", sum, offered)
			}
		})
	}
	t.Run("trace", func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		log := build(t, env{"SLOGX_SAMPLE_TRACE_RATIO": "0.5"}, slogx.WithSink("rec", rec)).Logger()
		for range 3 {
			log.InfoContext(tracectx.NewContext(t.Context(), traced("0001")), "dropped")
		}
		tr := traced("0002")
		for i := range tr.TraceID {
			tr.TraceID[i] = 0xff
		}
		log.InfoContext(tracectx.NewContext(t.Context(), tr), "passes")
		if got := rec.Records(); len(got) != 1 || got[0].Message != "passes" {
			t.Errorf("passed %v", got)
		}
	})
}

func TestSamplingAdaptsToATargetOfTheEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		log := build(t, env{"SLOGX_SAMPLE_TARGET": "100"}, slogx.WithSink("rec", rec)).Logger()
		const seconds, perSecond = 20, 1000
		for range seconds * perSecond {
			<-time.After(time.Second / perSecond)
			log.Info("m")
		}
		if got := len(rec.Records()); got < 80*seconds || got > 120*seconds {
			t.Errorf("%d a second passed, want 100 ± 20", got/seconds)
		}
	})
}

func TestSamplingChangesForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := slogxtest.NewRecorder(t)
		p := build(t, nil, slogx.WithSampling(nil), slogx.WithSink("rec", rec))
		passed := func() int {
			rec.Reset()
			for range 10 {
				p.Logger().With("a", 1).WithGroup("g").Info("m")
			}
			return len(rec.Records())
		}
		before := passed()
		if err := p.Sampling().Set(&sample.Options{Rules: []sample.Rule{{First: 1, Interval: time.Hour}}}, time.Minute); err != nil {
			t.Fatal(err)
		}
		during := passed()
		<-time.After(time.Minute)
		synctest.Wait()
		if after := passed(); before != 10 || during != 1 || after != 10 {
			t.Errorf("%d, %d and %d of 10 passed, want 10, 1 and 10", before, during, after)
		}
	})
}

func TestSamplingAndFiltersThatJoinByThemselves(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	if p := build(t, nil, slogx.WithSink("rec", rec)); p.Sampling() != nil {
		t.Error("a pipeline without sampling has something to change it")
	}
	p := build(t, nil, slogx.WithSink("rec", rec),
		slogx.WithHandler(slogx.StageSample, filter.Wrap(&filter.Options{Deny: []filter.Rule{{Messages: []string{"noise"}}}})),
		slogx.WithHandler(slogx.StageSample, sample.Wrap(&sample.Options{Rules: []sample.Rule{{Once: time.Hour}}})),
		slogx.WithSink("sampled", sample.NewHandler(newSink(nil), &sample.Options{Rules: []sample.Rule{{Message: "b", Probability: 1e-15}}})),
	)
	for _, msg := range []string{"a", "noise", "a", "noise", "b"} {
		p.Logger().Info(msg)
	}
	st := p.Stats()
	if st.Filtered != 2 || st.Sampled != 1 || st.Sinks["rec"].Accepted != 2 || st.Sinks["sampled"].Accepted != 2 {
		t.Errorf("books %+v", st)
	}
	if p.Sampling() == nil {
		t.Error("sampling that joined by WithHandler cannot be changed")
	}
}

func TestWrongSamplingAndTail(t *testing.T) {
	for _, opt := range []slogx.Option{
		slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{Probability: 2}}}),
		slogx.WithSampling(&sample.Options{MaxKeys: -1}),
	} {
		_, err := slogx.Build(environment(nil), opt)
		if err == nil || !strings.Contains(err.Error(), "set up pipeline: set up sampling") {
			t.Errorf("error %v", err)
		}
		rec := slogxtest.NewRecorder(t)
		standardError(t, func() { slogx.New(environment(nil), opt, slogx.WithSink("rec", rec)).Info("m") })
		if got := rec.Records(); len(got) != 2 || got[0].Level != slog.LevelError || got[1].Message != "m" {
			t.Errorf("New logged %v", got)
		}
	}
	checkWrong(t, env{"SLOGX_TAIL_LEVEL": "error"}, "set up tail: Level is ERROR, want less than Release, ERROR")
}
