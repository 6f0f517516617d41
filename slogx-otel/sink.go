package slogxotel

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// The lowest and the highest level that have a severity in OpenTelemetry: TRACE and FATAL4.
const (
	minLevel = slog.Level(1 - severityOfInfo)
	maxLevel = slog.Level(24 - severityOfInfo)

	severityOfInfo = 9
)

// Severity returns the severity number that OpenTelemetry's log data model has for l: 9 for INFO, and so on in
// steps of one, at least 1 and at most 24.
func Severity(l slog.Level) int { return int(clamp(l)) + severityOfInfo }

func clamp(l slog.Level) slog.Level { return min(max(l, minLevel), maxLevel) }

// Sink returns next, a handler that sends records to OpenTelemetry, as a sink of a pipeline. Records come to it
//
//   - at a level whose severity OpenTelemetry has, see [Severity];
//   - without the attributes trace_id, span_id and trace_flags that a pipeline adds: it takes them from the context;
//   - with a context that has them, also where the trace is none of OpenTelemetry's, but one that package
//     slogxhttp continues.
func Sink(next slog.Handler) slog.Handler { return &sink{chain.Adapt(next)} }

type sink struct{ next chain.Handler }

var _ chain.Handler = (*sink)(nil)

func (s *sink) Enabled(ctx context.Context, l slog.Level) bool { return s.next.Enabled(ctx, clamp(l)) }

func (s *sink) Handle(ctx context.Context, r slog.Record) error { return s.HandleTop(ctx, nil, r) }

func (s *sink) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	r.Level = clamp(r.Level)
	if t, ok := tracectx.FromContext(ctx); ok {
		ctx = withTrace(ctx, t)
		rest := chain.Top(nil)
		defer rest.Release()
		for _, a := range top {
			if !isID(a.Key) {
				rest.Set(append(rest.Attrs(), a))
			}
		}
		top = rest.Attrs()
	}
	return s.next.HandleTop(ctx, top, r)
}

// withTrace returns ctx with t as its span, unless it has one.
func withTrace(ctx context.Context, t tracectx.Trace) context.Context {
	if trace.SpanContextFromContext(ctx).IsValid() {
		return ctx
	}
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: t.TraceID, SpanID: t.SpanID, TraceFlags: trace.TraceFlags(t.Flags),
	}))
}

func (s *sink) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return s
	}
	return Sink(s.next.WithAttrs(attrs))
}

func (s *sink) WithGroup(name string) slog.Handler {
	if name == "" {
		return s
	}
	return Sink(s.next.WithGroup(name))
}

// Unwrap returns the handler that sends.
func (s *sink) Unwrap() slog.Handler { return s.next }
