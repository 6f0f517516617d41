// Package slogxotel ties log records to OpenTelemetry traces, in both directions: records carry the ids of the
// span that is active in their context, and spans, if asked to, the records.
//
// Linking it is enough for the ids: it tells package tracectx of the active span, and everything in slogx that
// asks for a context's trace then finds that span.
//
//	import _ "github.com/slogx-go/slogx/slogx-otel"
//
// It needs the API of OpenTelemetry and no SDK. Where no SDK is installed there are no spans, and records carry
// the trace that package slogxhttp read from the request, if any.
//
// # Ids
//
// A record whose context has a span gets trace_id, span_id and trace_flags at the top level, whatever groups are
// open on the logger, and whether or not the span is sampled: a log is most needed where there is no trace to
// look at. Pipelines of package slogx add them by themselves. For a handler of your own there is [Enricher],
// and [NewHandler], which does all that follows, too.
//
// # Baggage
//
// [Options].Baggage names the members of the baggage to add to records as attributes. Others are never shown:
// baggage comes from whoever calls, and travels to whomever is called.
//
// # Records on spans
//
// With [Options].Events, records from a level on become events of the span, if it is recording, with the record's
// time. Off by default: it costs a copy of the record, and traces then hold what logs hold.
//
//   - A record with an error among its attributes becomes an event called "exception" with exception.type and
//     exception.message of the first one; any other one called "log".
//   - Either has log.severity, such as "ERROR", log.message, and the record's attributes. Groups are joined to
//     their members' keys with dots. The ids are left out, since the span has them.
//   - Numbers, text and booleans, and slices of these, stay what they are; unsigned numbers beyond int64 become
//     text, durations and times nanoseconds. An error, a Stringer and a TextMarshaler become their text, anything
//     else JSON. At most 126 attributes are taken.
//
// With [Options].Status, records from a level on set the span's status to Error, with their message.
//
// In a pipeline both come behind redaction. Around handlers of your own put [NewHandler] behind it.
//
// # Sinks
//
// Any [slog.Handler] is a sink, also those that send records by OTLP, such as
// go.opentelemetry.io/contrib/bridges/otelslog. [Sink] fits records for them: it keeps the severity within the
// numbers that OpenTelemetry has, and hands the trace over as their context has it.
package slogxotel
