package slogxotel

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

const (
	traceID = "0af7651916cd43dd8448eb211c80319c"
	spanID  = "b7ad6b7169203331"
)

// event is one that a span was given.
type event struct {
	Name   string
	Attrs  map[string]any
	Nanos  int64 // of its time
	Length int   // number of attributes
}

// span is one that records, without an SDK. It is looked at when nobody uses it any more.
type span struct {
	noop.Span

	sc          trace.SpanContext
	mu          sync.Mutex // of what is below
	events      []event
	code        codes.Code
	description string
}

func (s *span) SpanContext() trace.SpanContext { return s.sc }
func (s *span) IsRecording() bool              { return true }

func (s *span) AddEvent(name string, opts ...trace.EventOption) {
	c := trace.NewEventConfig(opts...)
	e := event{Name: name, Attrs: map[string]any{}, Length: len(c.Attributes())}
	if t := c.Timestamp(); t.Year() == 2000 { // else it is the present
		e.Nanos = t.UnixNano()
	}
	for _, a := range c.Attributes() {
		e.Attrs[string(a.Key)] = a.Value.AsInterface()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

func (s *span) SetStatus(code codes.Code, description string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code, s.description = code, description
}

func spanContext(tb testing.TB, flags trace.TraceFlags, state string) trace.SpanContext {
	tb.Helper()
	t, err := trace.TraceIDFromHex(traceID)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := trace.SpanIDFromHex(spanID)
	if err != nil {
		tb.Fatal(err)
	}
	ts, err := trace.ParseTraceState(state)
	if err != nil {
		tb.Fatal(err)
	}
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: t, SpanID: s, TraceFlags: flags, TraceState: ts})
}

// withSpan returns a context with a recording span.
func withSpan(tb testing.TB) (context.Context, *span) {
	tb.Helper()
	s := &span{sc: spanContext(tb, trace.FlagsSampled, "")}
	return trace.ContextWithSpan(tb.Context(), s), s
}

// withBaggage returns ctx with members, given as pairs of key and value.
func withBaggage(ctx context.Context, tb testing.TB, pairs ...string) context.Context {
	tb.Helper()
	var b baggage.Baggage
	for i := 0; i < len(pairs); i += 2 {
		m, err := baggage.NewMemberRaw(pairs[i], pairs[i+1])
		if err != nil {
			tb.Fatal(err)
		}
		if b, err = b.SetMember(m); err != nil {
			tb.Fatal(err)
		}
	}
	return baggage.ContextWithBaggage(ctx, b)
}

// logged returns what h writes of one record to w, as JSON.
func logged(tb testing.TB, w *bytes.Buffer, log func()) map[string]any {
	tb.Helper()
	w.Reset()
	log()
	var m map[string]any
	if err := json.Unmarshal(w.Bytes(), &m); err != nil {
		tb.Fatalf("%v: %s", err, w)
	}
	for _, key := range []string{slog.TimeKey, slog.LevelKey, slog.MessageKey} {
		delete(m, key)
	}
	return m
}
