package slogxotel

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

func TestConformance(t *testing.T) {
	t.Run("defaults", func(t *testing.T) { slogxtest.Run(t, Wrap(nil)) })
	t.Run("all options", func(t *testing.T) {
		slogxtest.Run(t, Wrap(&Options{Baggage: []string{"tenant"}, Events: slog.LevelDebug, Status: slog.LevelError}))
	})
	t.Run("sink", func(t *testing.T) { slogxtest.Run(t, Sink) })
}

// Every record is an event of a span, with whatever the suite logs.
func TestConformanceWithARecordingSpan(t *testing.T) {
	slogxtest.Run(t, func(next slog.Handler) slog.Handler {
		ctx, _ := withSpan(t)
		return inSpan{NewHandler(next, &Options{Events: slog.LevelDebug, Status: slog.LevelError}), trace.SpanFromContext(ctx)}
	})
}

// inSpan handles all records in a span.
type inSpan struct {
	*Handler

	span trace.Span
}

func (i inSpan) Handle(ctx context.Context, r slog.Record) error {
	return i.HandleTop(ctx, nil, r)
}

func (i inSpan) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	return i.Handler.HandleTop(trace.ContextWithSpan(ctx, i.span), top, r)
}

func (i inSpan) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return i
	}
	return inSpan{i.Handler.WithAttrs(attrs).(*Handler), i.span}
}

func (i inSpan) WithGroup(name string) slog.Handler {
	if name == "" {
		return i
	}
	return inSpan{i.Handler.WithGroup(name).(*Handler), i.span}
}

func TestRecordsCarryTheActiveSpan(t *testing.T) {
	for name, tt := range map[string]struct {
		flags trace.TraceFlags
		want  string
	}{
		"sampled":             {trace.FlagsSampled, "01"},
		"not sampled":         {0, "00"},
		"random, not sampled": {2, "02"},
	} {
		t.Run(name, func(t *testing.T) {
			want := map[string]any{
				"trace_id": traceID, "span_id": spanID, "trace_flags": tt.want, "g": map[string]any{"k": 1.},
			}
			ctx := tracectx.NewContext(t.Context(), tracectx.New()) // the span wins
			ctx = trace.ContextWithSpanContext(ctx, spanContext(t, tt.flags, ""))
			var w bytes.Buffer
			for name, h := range map[string]slog.Handler{
				"NewHandler": NewHandler(jsonlog.NewHandler(&w, nil), nil),
				"Enricher":   enrich.NewHandler(jsonlog.NewHandler(&w, nil), Enricher(nil)),
				"Trace":      enrich.NewHandler(jsonlog.NewHandler(&w, nil), enrich.Trace()),
			} {
				got := logged(t, &w, func() { slog.New(h).WithGroup("g").InfoContext(ctx, "m", "k", 1) })
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// A middleware asks, so as not to add the ids once more.
func TestHandlersSayThatTheyAddTheTrace(t *testing.T) {
	for name, tt := range map[string]struct {
		h    slog.Handler
		want bool
	}{
		"NewHandler":  {NewHandler(slog.DiscardHandler, &Options{Baggage: []string{"tenant"}}), true},
		"Enricher":    {enrich.NewHandler(slog.DiscardHandler, Enricher(nil)), true},
		"events only": {&Handler{opts: &Options{}}, false},
	} {
		attrs, trace := tt.h.(interface{ AddsContext() (attrs, trace bool) }).AddsContext()
		if attrs || trace != tt.want {
			t.Errorf("%s: adds attributes %v, trace %v", name, attrs, trace)
		}
	}
}

func TestRecordsWithoutASpan(t *testing.T) {
	var w bytes.Buffer
	log := slog.New(NewHandler(jsonlog.NewHandler(&w, nil), &Options{Events: slog.LevelDebug, Baggage: []string{"tenant"}}))
	if diff := cmp.Diff(map[string]any{}, logged(t, &w, func() { log.Info("m") })); diff != "" {
		t.Errorf("no trace (-want +got):\n%s", diff)
	}
	tr := tracectx.New()
	ids := strings.Split(tr.Traceparent(), "-")
	want := map[string]any{"trace_id": ids[1], "span_id": ids[2], "trace_flags": "02"}
	got := logged(t, &w, func() { log.InfoContext(tracectx.NewContext(t.Context(), tr), "m") })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trace of a request (-want +got):\n%s", diff)
	}
}

func TestSourceKnowsTheStateOfTheSpan(t *testing.T) {
	for _, state := range []string{"", "rojo=1", "rojo=1,congo=2", "rojo=1,congo=3", "rojo=1", "rojo=12"} { // of one span id
		ctx := trace.ContextWithSpanContext(t.Context(), spanContext(t, trace.FlagsSampled, state))
		for range 2 {
			if got, ok := tracectx.FromContext(ctx); !ok || got.State != state {
				t.Errorf("state %q, want %q", got.State, state)
			}
		}
	}
}

func TestOnlyTheBaggageThatIsNamedIsLogged(t *testing.T) {
	ctx := withBaggage(t.Context(), t, "tenant", "acme", "password", "hunter2", "empty", "", "unicode", "größe")
	var w bytes.Buffer
	opts := &Options{Baggage: []string{"unicode", "tenant", "missing", "empty"}}
	for name, h := range map[string]slog.Handler{
		"NewHandler": NewHandler(jsonlog.NewHandler(&w, nil), opts),
		"Enricher":   enrich.NewHandler(jsonlog.NewHandler(&w, nil), Enricher(opts)),
	} {
		want := map[string]any{"unicode": "größe", "tenant": "acme", "empty": ""}
		got := logged(t, &w, func() { slog.New(h).InfoContext(ctx, "m") })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if at, end := strings.Index(w.String(), "unicode"), strings.Index(w.String(), "tenant"); at > end {
			t.Errorf("%s: not in the order of the options: %s", name, &w)
		}
	}
}

func TestWrongOptionsAreLeftOut(t *testing.T) {
	var told []error
	opts := &Options{
		Baggage: []string{"tenant", "", "trace_id", "tenant", "\xff"},
		OnError: func(err error) { told = append(told, err) },
	}
	err := opts.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{`"tenant" stands there twice`, `"trace_id": the key is that of the trace`, `want a name`, `want UTF-8`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	var w bytes.Buffer
	h := NewHandler(jsonlog.NewHandler(&w, nil), opts)
	if len(told) != 1 || told[0].Error() != err.Error() {
		t.Errorf("OnError was told %q", told)
	}
	ctx := withBaggage(t.Context(), t, "tenant", "acme", "trace_id", "x")
	if diff := cmp.Diff(map[string]any{"tenant": "acme"}, logged(t, &w, func() { slog.New(h).InfoContext(ctx, "m") })); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	NewHandler(jsonlog.NewHandler(&w, nil), &Options{Baggage: []string{""}, OnError: func(error) { panic("boom") }})
	NewHandler(jsonlog.NewHandler(&w, nil), &Options{Baggage: []string{""}})
	if err := (*Options)(nil).Validate(); err != nil {
		t.Error(err)
	}
}

func TestOptionsDoNotChangeAfterwards(t *testing.T) {
	opts := &Options{Baggage: []string{"tenant"}}
	var w bytes.Buffer
	h := NewHandler(jsonlog.NewHandler(&w, nil), opts)
	opts.Baggage[0] = "password"
	ctx := withBaggage(t.Context(), t, "tenant", "acme", "password", "hunter2")
	if got := logged(t, &w, func() { slog.New(h).InfoContext(ctx, "m") }); got["tenant"] != "acme" || len(got) != 1 {
		t.Errorf("logged %v", got)
	}
}

func TestNextHandlerDecidesAndItsErrorIsReturned(t *testing.T) {
	ctx, s := withSpan(t)
	next := slog.NewTextHandler(failing{}, &slog.HandlerOptions{Level: slog.LevelError})
	h := NewHandler(next, &Options{Events: slog.LevelDebug})
	if h.Enabled(ctx, slog.LevelWarn) || !h.Enabled(ctx, slog.LevelError) || h.Unwrap() == nil {
		t.Error("the next handler does not decide")
	}
	if err := h.Handle(ctx, slog.Record{Level: slog.LevelError}); !errors.Is(err, errFull) || len(s.events) != 1 {
		t.Errorf("error %v, %d events", err, len(s.events))
	}
}

var errFull = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
