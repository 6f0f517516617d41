package slogx_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestSinkThatFailsDoesNotCostTheOthers(t *testing.T) {
	first, last := slogxtest.NewRecorder(t), slogxtest.NewRecorder(t)
	var heard []string
	p := build(t, nil, slogx.WithErrorHandler(func(err error) { heard = append(heard, err.Error()) }),
		slogx.WithSink("first", first),
		slogx.WithSink("error", newSink(func(string) error { return errors.New("refused") })),
		slogx.WithSink("panic", newSink(func(string) error { panic("boom") })),
		slogx.WithSink("last", last))
	for range 3 {
		p.Logger().Info("m")
	}
	want := map[string]chain.Stats{
		"first": {Accepted: 3, Delivered: 3}, "last": {Accepted: 3, Delivered: 3},
		"error": {Accepted: 3, Dropped: map[string]uint64{chain.ReasonError: 3}},
		"panic": {Accepted: 3, Dropped: map[string]uint64{chain.ReasonPanic: 3}},
	}
	if diff := cmp.Diff(want, p.Stats().Sinks); diff != "" {
		t.Errorf("books (-want +got):\n%s", diff)
	}
	if len(first.Records()) != 3 || len(last.Records()) != 3 {
		t.Errorf("the sinks beside got %d and %d records", len(first.Records()), len(last.Records()))
	}
	if len(heard) != 2 || !strings.Contains(heard[0], `sink "error": refused`) || !strings.Contains(heard[1], `sink "panic": panic: boom`) {
		t.Errorf("heard %q, want one report of each", heard)
	}
	health := p.Health(t.Context())
	if health["first"] != nil || health["last"] != nil || health["error"] == nil || health["panic"] == nil {
		t.Errorf("health: %v", health)
	}
}

type angry struct{}

func (angry) LogValue() slog.Value { panic("in LogValue") }

type angryError struct{}

func (angryError) Error() string { panic("in Error") }

func TestValuesAndEnrichersThatPanic(t *testing.T) {
	for _, format := range []slogx.Format{slogx.FormatJSON, slogx.FormatConsole, slogx.FormatText} {
		var out output
		p := build(t, env{"NO_COLOR": "1"}, slogx.WithOutput(&out), slogx.WithFormat(format),
			slogx.WithEnricher(func(context.Context, []slog.Attr) []slog.Attr { panic("in an enricher") }))
		p.Logger().With("bound", angry{}).Info("whole", "v", angry{}, "err", angryError{}, "after", "seen")
		got := out.String()
		for _, want := range []string{"whole", "seen", "!PANIC", "!ENRICHER"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %s in %s", format, want, got)
			}
		}
		if st := p.Stats().Sinks["stdout"]; st.Delivered != 1 {
			t.Errorf("%s: %+v", format, st)
		}
	}
}

func TestLoggingFromInside(t *testing.T) {
	for form, queue := range map[string][]slogx.SinkOption{"synchronous": nil, "queue": {slogx.Queue(nil)}} {
		var log *slog.Logger
		rec := slogxtest.NewRecorder(t)
		var once atomic.Bool
		p := build(t, nil,
			slogx.WithErrorHandler(func(err error) { log.Error("from the error handler", "err", err) }),
			slogx.WithSink("rec", rec),
			slogx.WithSink("logs", newSink(func(msg string) error {
				if once.CompareAndSwap(false, true) {
					log.Info("from the sink")
				}
				if msg == "outside" {
					return errors.New("refused")
				}
				return nil
			}), queue...))
		log = p.Logger()
		log.Info("outside", "v", logging{log})
		shutdown(t, p)
		seen := map[string]int{}
		for _, r := range rec.Records() {
			seen[r.Message]++
		}
		want := map[string]int{"outside": 1, "from the sink": 1, "from the error handler": 1, "from LogValue": 1}
		delete(seen, "log records lost")
		if seen["from LogValue"] >= 1 { // a sink each
			seen["from LogValue"] = 1
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("%s: messages (-want +got):\n%s", form, diff)
		}
		checkBooks(t, p.Stats())
	}
}

type logging struct{ log *slog.Logger }

func (l logging) LogValue() slog.Value {
	l.log.Info("from LogValue")
	return slog.StringValue("v")
}

func TestPipelinesAndRegistriesConcurrently(t *testing.T) {
	slogx.IsolateRegistry(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			name := fmt.Sprint("concurrent-", i)
			slogx.RegisterVars(name, slogx.Var{Name: "SLOGX_" + name})
			slogx.RegisterSink(name, func(context.Context, slogx.SinkConfig) (slog.Handler, error) { return newSink(nil), nil })
			slogx.RegisterExtension(name, func(context.Context, slogx.ExtensionConfig) (slogx.Option, error) { return slogx.Option{}, nil })
			for range 20 {
				p, err := slogx.Build(environment(env{"SLOGX_SINKS": name, "SLOGX_USE": name, "SLOGX_" + name: "1"}))
				if err != nil {
					t.Error(err)
					return
				}
				p.Logger().Info("m")
				if err := p.Shutdown(t.Context()); err != nil || p.Stats().Sinks[name].Delivered != 1 {
					t.Error(err, p.Stats())
				}
				if err := slogx.WriteEnv(&output{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
