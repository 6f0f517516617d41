package integration

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx"
	slogxotel "github.com/slogx-go/slogx/slogx-otel"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// newTracer returns a tracer, and what its spans become.
func newTracer(t *testing.T, sampler sdktrace.Sampler) (trace.Tracer, *tracetest.SpanRecorder) { //nolint:ireturn // the SDK's are not exported
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans), sdktrace.WithSampler(sampler))
	t.Cleanup(func() {
		if err := provider.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return provider.Tracer("test"), spans
}

// newLogger returns a logger on a pipeline, and what it logs.
func newLogger(t *testing.T, opts ...slogx.Option) (*slog.Logger, *slogxtest.Recorder) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	p, err := slogx.Build(append(opts, slogx.WithLookuper(slogx.MapLookuper(nil)), slogx.WithSink("recorder", rec))...)
	if err != nil {
		t.Fatal(err)
	}
	return p.Logger(), rec
}

func wantIDs(t *testing.T, r slogxtest.Record, sc trace.SpanContext) {
	t.Helper()
	m := r.Map()
	got := []any{m["trace_id"], m["span_id"], m["trace_flags"]}
	want := []any{sc.TraceID().String(), sc.SpanID().String(), sc.TraceFlags().String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestRecordsCarrySpansOfTheSDK(t *testing.T) {
	for name, sampler := range map[string]sdktrace.Sampler{"sampled": sdktrace.AlwaysSample(), "not sampled": sdktrace.NeverSample()} {
		t.Run(name, func(t *testing.T) {
			tracer, _ := newTracer(t, sampler)
			log, rec := newLogger(t)
			ctx, outer := tracer.Start(t.Context(), "outer")
			defer outer.End()
			inner, span := tracer.Start(ctx, "inner")
			log.InfoContext(ctx, "outer")
			log.WithGroup("g").InfoContext(inner, "inner", "k", 1)
			span.End()
			log.InfoContext(inner, "late") // the span has ended; the record is still its own
			records := rec.Records()
			wantIDs(t, records[0], outer.SpanContext())
			wantIDs(t, records[1], span.SpanContext())
			wantIDs(t, records[2], span.SpanContext())
			if outer.SpanContext().IsSampled() != (name == "sampled") {
				t.Errorf("sampled: %v", outer.SpanContext().IsSampled())
			}
		})
	}
}

func TestErrorsThatAreLoggedAreOnTheSpan(t *testing.T) {
	tracer, spans := newTracer(t, sdktrace.AlwaysSample())
	log, rec := newLogger(t, slogxotel.Correlation(&slogxotel.Options{Events: slog.LevelError, Status: slog.LevelError}))
	ctx, span := tracer.Start(t.Context(), "op")
	log.InfoContext(ctx, "below")
	log.With("with", 1).WithGroup("g").ErrorContext(ctx, "failed", "err", errors.New("no room"), "n", 2)
	span.End()
	log.ErrorContext(ctx, "late")

	ended := spans.Ended()
	if len(ended) != 1 || len(ended[0].Events()) != 1 {
		t.Fatalf("spans %v", ended)
	}
	e := ended[0].Events()[0]
	got := map[string]any{}
	for _, a := range e.Attributes {
		got[string(a.Key)] = a.Value.AsInterface()
	}
	want := map[string]any{
		"log.severity": "ERROR", "log.message": "failed", "with": int64(1), "g.err": "no room", "g.n": int64(2),
		"exception.type": "*errors.errorString", "exception.message": "no room",
	}
	if diff := cmp.Diff(want, got); e.Name != "exception" || e.DroppedAttributeCount != 0 || diff != "" {
		t.Errorf("event %q, %d attributes dropped (-want +got):\n%s", e.Name, e.DroppedAttributeCount, diff)
	}
	if records := rec.Records(); !e.Time.Equal(records[1].Time) {
		t.Errorf("event at %v, record at %v", e.Time, records[1].Time)
	}
	if status := ended[0].Status(); status.Code != codes.Error || status.Description != "failed" {
		t.Errorf("status %+v", status)
	}
}

func TestStatusOKStays(t *testing.T) {
	tracer, spans := newTracer(t, sdktrace.AlwaysSample())
	log, _ := newLogger(t, slogxotel.Correlation(&slogxotel.Options{Status: slog.LevelError}))
	ctx, span := tracer.Start(t.Context(), "op")
	span.SetStatus(codes.Ok, "")
	log.ErrorContext(ctx, "but it went well in the end")
	span.End()
	if status := spans.Ended()[0].Status(); status.Code != codes.Ok {
		t.Errorf("status %+v", status)
	}
}

func TestBaggageOfARequestIsLoggedIfItIsNamed(t *testing.T) {
	log, rec := newLogger(t, slogxotel.Correlation(&slogxotel.Options{Baggage: []string{"tenant"}}))
	propagator := propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx := propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		log.InfoContext(ctx, "served")
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r.Header.Set("Baggage", "tenant=acme%20co;ttl=1, token=hunter2")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	m := rec.Records()[0].Map()
	if m["tenant"] != "acme co" || m["token"] != nil || m["trace_id"] != "0af7651916cd43dd8448eb211c80319c" {
		t.Errorf("logged %v", m)
	}
}

// Users of slogx-otel must not pay for what only these tests need.
func TestModuleDoesNotNeedTheSDK(t *testing.T) {
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range []string{"otel/sdk", "otel/exporters", "contrib", "otel/log"} {
		if strings.Contains(string(text), module) {
			t.Errorf("go.mod of slogx-otel names %s", module)
		}
	}
}
