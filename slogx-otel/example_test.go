package slogxotel_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx"
	slogxotel "github.com/slogx-go/slogx/slogx-otel"
)

// inSpan returns a context with a span, as a tracer of OpenTelemetry makes one.
func inSpan() context.Context {
	return trace.ContextWithSpanContext(context.Background(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{0x0a, 0xf7}, SpanID: trace.SpanID{0xb7}, TraceFlags: trace.FlagsSampled,
	}))
}

// noTime writes lines without a time, so that the output of the examples is the same every time.
var noTime = &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

// With a pipeline the import is enough for the ids; Correlation adds the rest.
func Example() {
	p, err := slogx.Build(
		slogxotel.Correlation(&slogxotel.Options{
			Baggage: []string{"tenant"},
			Events:  slog.LevelError, // ERROR records are events of the span,
			Status:  slog.LevelError, // and set its status
		}),
		slogx.WithSink("text", slog.NewTextHandler(os.Stdout, noTime)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	tenant, err := baggage.NewMember("tenant", "acme")
	if err != nil {
		fmt.Println(err)
	}
	b, err := baggage.New(tenant)
	if err != nil {
		fmt.Println(err)
	}
	ctx := baggage.ContextWithBaggage(inSpan(), b)

	p.Logger().WithGroup("order").InfoContext(ctx, "paid", "id", 4)
	// Output: level=INFO msg=paid trace_id=0af70000000000000000000000000000 span_id=b700000000000000 trace_flags=01 tenant=acme order.id=4
}

func ExampleNewHandler() {
	log := slog.New(slogxotel.NewHandler(slog.NewTextHandler(os.Stdout, noTime), nil))
	log.InfoContext(inSpan(), "paid")
	// Output: level=INFO msg=paid trace_id=0af70000000000000000000000000000 span_id=b700000000000000 trace_flags=01
}

// Any handler is a sink; here one that stands for go.opentelemetry.io/contrib/bridges/otelslog.
func ExampleSink() {
	otelslog := slog.NewTextHandler(os.Stdout, noTime)
	p, err := slogx.Build(slogx.WithSink("otlp", slogxotel.Sink(otelslog)))
	if err != nil {
		fmt.Println(err)
		return
	}
	p.Logger().Log(inSpan(), slog.Level(40), "beyond all severities") // the sink takes the ids from the context
	// Output: level=ERROR+7 msg="beyond all severities"
}
