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
//     slogxhttp continues;
//   - once more, should next panic, with text in place of values that have methods: one of those panicked.
func Sink(next slog.Handler) slog.Handler { return &sink{chain.Adapt(next)} }

type sink struct{ next chain.Handler }

var _ chain.Handler = (*sink)(nil)

func (s *sink) Enabled(ctx context.Context, l slog.Level) bool { return s.next.Enabled(ctx, clamp(l)) }

func (s *sink) Handle(ctx context.Context, r slog.Record) error { return s.HandleTop(ctx, nil, r) }

func (s *sink) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) (err error) {
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
	defer func() {
		if recover() != nil {
			err = s.next.HandleTop(ctx, inert(top, 0), inertRecord(&r))
		}
	}()
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

func (s *sink) WithAttrs(attrs []slog.Attr) (h slog.Handler) {
	if len(attrs) == 0 {
		return s
	}
	defer func() {
		if recover() != nil {
			h = Sink(s.next.WithAttrs(inert(attrs, 0)))
		}
	}()
	for _, a := range attrs {
		// An error is kept as such, and asked for its text with every record.
		if err, ok := a.Value.Any().(error); ok {
			_ = err.Error()
		}
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

// inertRecord returns r with inert attributes.
func inertRecord(r *slog.Record) slog.Record {
	r2 := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		r2.AddAttrs(inert([]slog.Attr{a}, 0)...)
		return true
	})
	return r2
}

// inert returns attrs with text in place of values that have methods, in groups too.
func inert(attrs []slog.Attr, depth int) []slog.Attr {
	out := make([]slog.Attr, 0, len(attrs))
	for _, a := range attrs {
		a.Value = resolve(a.Value)
		switch a.Value.Kind() {
		case slog.KindGroup:
			if depth == maxGroups {
				continue
			}
			a.Value = slog.GroupValue(inert(a.Value.Group(), depth+1)...)
		case slog.KindAny:
			a.Value = slog.StringValue(textOf(a.Value.Any()))
		}
		out = append(out, a)
	}
	return out
}
