package slogxotel

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// The keys and names of events.
const (
	eventLog       = "log"
	eventException = "exception"

	keySeverity         = "log.severity"
	keyMessage          = "log.message"
	keyExceptionType    = "exception.type"
	keyExceptionMessage = "exception.message"
)

// mark leaves r on the active span. A span that panics costs its event, not the record.
func (h *Handler) mark(ctx context.Context, top []slog.Attr, r *slog.Record) {
	defer func() {
		if p := recover(); p != nil {
			h.opts.report(fmt.Errorf("add a record to a span: panic: %v", p))
		}
	}()
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	if h.wants(h.opts.Events, r.Level) {
		h.addEvent(span, top, r)
	}
	if h.wants(h.opts.Status, r.Level) {
		span.SetStatus(codes.Error, r.Message)
	}
}

func (h *Handler) addEvent(span trace.Span, top []slog.Attr, r *slog.Record) {
	c := converter{attrs: make([]attribute.KeyValue, 0, 4+len(top)+len(h.attrs)+r.NumAttrs()), err: h.err}
	c.attrs = append(c.attrs, attribute.String(keySeverity, r.Level.String()), attribute.String(keyMessage, r.Message))
	for _, a := range top {
		if !isID(a.Key) {
			c.add("", a)
		}
	}
	c.attrs = append(c.attrs, h.attrs[:min(len(h.attrs), max(0, maxAttrs-len(c.attrs)))]...)
	r.Attrs(func(a slog.Attr) bool {
		c.add(h.prefix, a)
		return true
	})
	name := eventLog
	if c.err != nil {
		name = eventException
		c.attrs = append(c.attrs, attribute.String(keyExceptionType, reflect.TypeOf(c.err).String()),
			attribute.String(keyExceptionMessage, textOf(c.err)))
	}
	opts := []trace.EventOption{trace.WithAttributes(c.attrs...)}
	if !r.Time.IsZero() {
		opts = append(opts, trace.WithTimestamp(r.Time))
	}
	span.AddEvent(name, opts...)
}

// isID reports whether key is that of an id that the span has itself.
func isID(key string) bool {
	return key == tracectx.TraceIDKey || key == tracectx.SpanIDKey || key == tracectx.TraceFlagsKey
}
