package slogx_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestStagesInOrder(t *testing.T) {
	var passed []string
	at := func(stage slogx.Stage, n int) slogx.Option {
		return slogx.WithHandler(stage, spying(func([]slog.Attr, slog.Record) {
			passed = append(passed, fmt.Sprintf("%v %d", stage, n))
		}))
	}
	var opts []slogx.Option
	for n := range 2 { // in another order than that of the stages
		for stage := slogx.StageTail; stage >= slogx.StageObserve; stage-- {
			opts = append(opts, at(stage, n))
		}
	}
	log := build(t, nil, append(opts, slogx.WithSink("discard", newSink(nil)))...).Logger()
	want := []string{
		"observe 0", "observe 1", "sample 0", "sample 1", "enrich 0", "enrich 1", "redact 0", "redact 1", "tail 0", "tail 1",
	}
	for name, l := range map[string]*slog.Logger{
		"plain": log, "derived": log.With("a", 1).WithGroup("g").With("b", 2), "named": slogx.Named(log.WithGroup("g"), "db"),
	} {
		passed = nil
		l.Info("m")
		if diff := cmp.Diff(want, passed); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		passed = nil
		if l.Debug("below the level"); passed != nil {
			t.Errorf("%s: %v saw a record that the level drops", name, passed)
		}
	}
}

func TestWhatEachStageSees(t *testing.T) {
	seen := map[slogx.Stage][]string{}
	var opts []slogx.Option
	for stage := slogx.StageObserve; stage <= slogx.StageTail; stage++ {
		opts = append(opts, slogx.WithHandler(stage, spying(func(top []slog.Attr, _ slog.Record) {
			for _, a := range top {
				seen[stage] = append(seen[stage], a.Key)
			}
		})))
	}
	log := build(t, nil, append(opts, slogx.WithSink("discard", newSink(nil)))...).Logger()
	slogx.Named(log, "db").InfoContext(slogx.ContextWithAttrs(t.Context(), slog.Int("request", 1)), "m")
	early, late := []string{"logger"}, []string{"logger", "request"}
	want := map[slogx.Stage][]string{
		slogx.StageObserve: early, slogx.StageSample: early, slogx.StageEnrich: late, slogx.StageRedact: late, slogx.StageTail: late,
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("top-level attributes (-want +got):\n%s", diff)
	}
}

func TestWrapperThatCannotBePut(t *testing.T) {
	for name, wrap := range map[string]func(slog.Handler) slog.Handler{
		"panics": func(slog.Handler) slog.Handler { panic("boom") }, "returns nothing": func(slog.Handler) slog.Handler { return nil },
	} {
		rec := slogxtest.NewRecorder(t)
		opt := slogx.WithHandler(slogx.StageSample, wrap)
		_, err := slogx.Build(environment(nil), opt)
		if err == nil || !strings.Contains(err.Error(), "stage sample: WithHandler") {
			t.Errorf("%s: %v", name, err)
		}
		standardError(t, func() { slogx.New(environment(nil), opt, slogx.WithSink("rec", rec)).Info("m") })
		if got := rec.Records(); len(got) != 2 || got[1].Message != "m" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTopLevelAttributesUnderOpenGroups(t *testing.T) {
	trace, err := tracectx.Parse([]string{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	log := func(opts ...slogx.Option) {
		p := build(t, env{"SLOGX_SERVICE": "orders", "NO_COLOR": "1"}, opts...)
		ctx := slogx.ContextWithAttrs(tracectx.NewContext(t.Context(), trace), slog.String("request_id", "r1"))
		slogx.Named(p.Logger().WithGroup("g").With("a", 1).WithGroup("h"), "db").InfoContext(ctx, "m", "b", 2)
	}
	for format, want := range map[slogx.Format]string{
		slogx.FormatJSON: `"msg":"m","service.name":"orders","logger":"db","request_id":"r1","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",` +
			`"span_id":"00f067aa0ba902b7","trace_flags":"01","g":{"a":1,"h":{"b":2}}}`,
		slogx.FormatText: `msg=m service.name=orders logger=db request_id=r1 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 ` +
			`span_id=00f067aa0ba902b7 trace_flags=01 g.a=1 g.h.b=2`,
		slogx.FormatConsole: `[db] m service.name=orders request_id=r1 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 ` +
			`span_id=00f067aa0ba902b7 trace_flags=01 g.a=1 g.h.b=2`,
	} {
		var out output
		log(slogx.WithFormat(format), slogx.WithOutput(&out))
		got := strings.TrimSpace(out.String())
		placed := strings.HasSuffix(got, want)
		if format == slogx.FormatConsole { // the order of fields is the console's matter
			line := strings.Fields(got)
			placed = !slices.ContainsFunc(strings.Fields(want), func(field string) bool { return !slices.Contains(line, field) })
		}
		if !placed {
			t.Errorf("%s:\nwant …%s\ngot  %s", format, want, got)
		}
	}
	var out output
	log(slogx.WithSink("foreign", slog.NewJSONHandler(&out, nil)), slogx.WithHandler(slogx.StageTail, hide))
	want := []map[string]any{{
		"level": "INFO", "msg": "m", "service.name": "orders", "logger": "db", "request_id": "r1",
		"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7", "trace_flags": "01",
		"g": map[string]any{"a": 1.0, "h": map[string]any{"b": 2.0}},
	}}
	if diff := cmp.Diff(want, out.records(t)); diff != "" {
		t.Errorf("foreign sink (-want +got):\n%s", diff)
	}
}

func TestConformance(t *testing.T) {
	pipeline := func(opts ...slogx.Option) func(slog.Handler) slog.Handler {
		return func(next slog.Handler) slog.Handler {
			p, err := slogx.Build(append(opts, environment(nil), slogx.WithLevel(levelOf{next}), slogx.WithSink("next", next))...)
			if err != nil {
				t.Fatal(err)
			}
			return p.Handler()
		}
	}
	t.Run("default", func(t *testing.T) { slogxtest.Run(t, pipeline()) })
	t.Run("sampling and tail", func(t *testing.T) { slogxtest.Run(t, pipeline(slogx.WithSampling(nil), slogx.WithTail(nil))) })
	t.Run("around a handler that hides the next", func(t *testing.T) {
		slogxtest.Run(t, pipeline(slogx.WithHandler(slogx.StageSample, hide)))
	})
}

// levelOf is the lowest level that a handler is enabled for.
type levelOf struct{ h slog.Handler }

func (l levelOf) Level() slog.Level {
	for level := slog.Level(-16); level < 16; level++ {
		if l.h.Enabled(context.Background(), level) {
			return level
		}
	}
	return 16
}
