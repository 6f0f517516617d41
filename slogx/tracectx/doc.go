// Package tracectx carries the W3C Trace Context of a request: it parses and formats the headers, keeps
// the trace in a context, and is the one place that knows which trace a context belongs to.
//
// # Which trace
//
// [FromContext] asks the sources first that [RegisterSource] added, in their order, and then looks for a
// trace that [NewContext] put into the context. A tracing library that registers itself as a source so
// makes its active span the trace of every log record.
//
// [AppendAttrs] gives the ids as attributes. It costs no allocation for a trace from NewContext, and for
// one from a source one for each span, not for each record.
//
// # Which format
//
// [Parse] follows W3C Trace Context Level 2, https://www.w3.org/TR/trace-context-2/:
//
//   - There is exactly one traceparent line. Several mean that the trace must be restarted.
//   - Version 00 has exactly 55 characters; a higher version may go on after a dash with what is ignored
//     here; version ff is invalid. Hexadecimal digits are in lower case, and ids are not zero.
//   - Of the flags the two that are defined are kept, [Sampled] and [Random]; the others are reserved and
//     must not be sent on.
//   - All tracestate lines together are one list. Its keys are 1 to 256 characters of a-z, 0-9, '_', '-',
//     '*', '/' and, not in the first place, '@': Level 2 knows no other rule for '@', unlike Level 1.
//     Values are 1 to 256 printable ASCII characters without ',' and '='. White space around members and
//     empty members are ignored.
//   - Of several members with one key the first is kept, which is the newest: there are receivers that
//     would discard a list with both.
//   - A list with an invalid member or more than 32 members is discarded whole. It never invalidates the
//     traceparent. A list that is valid is kept whole: 32 members of the greatest size take 16,447 bytes,
//     and that is the only bound.
package tracectx
