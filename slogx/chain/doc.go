// Package chain is how the handlers of a stack find each other.
//
// Every slogx handler that wraps another is a [Handler]: a [slog.Handler] that can also be handed
// top-level attributes. Those stand at the top level of a record whatever groups are open on the
// logger: a trace id belongs beside the message, not inside "request.db". [Adapt] gives any
// slog.Handler that ability, so a chain may end in a handler that knows nothing of slogx.
//
// # Top-level attributes
//
// HandleTop's top slice is lent. It is valid until HandleTop returns, nobody keeps it, and nobody
// appends to it in place: two handlers that append to one array overwrite each other. A handler that
// adds top-level attributes copies them with [Top], which takes its room from a pool:
//
//	more := chain.Top(top, slog.String("trace_id", id))
//	defer more.Release()
//	return h.next.HandleTop(ctx, more.Attrs(), r)
//
// # Life cycle
//
// There is no life-cycle interface to implement. A handler, or the writer below an encoder, that
// holds records back has a method Flush(context.Context) error or Shutdown(context.Context) error; a
// handler that wraps others has Unwrap() slog.Handler or Unwrap() []slog.Handler. [Flush] and
// [Shutdown] walk the stack and call what they find.
//
// # Books
//
// [Stats] says what became of the records that a sink was given. In every snapshot the records that
// were accepted are those delivered, dropped, queued and spooled.
//
// # Measurements
//
// What [Stats] cannot hold goes to an [Observer], which [SetObserver] hands to all of a stack that have a method
// SetObserver(Observer). It stays there for the loggers derived from that stack, too, and may be set and taken
// away at any time; who has none measures nothing. Counters grow by the value. The handlers of slogx tell of:
//
//	slogx_sampled_records_total                    counter    package sample
//	slogx_redactions_total{rule}                   counter    slogx-redact
//	slogx_rotations_total{sink,reason,result}      counter    package rotate
//	slogx_sink_sent_bytes_total{sink}              counter    queues of bytes, and sinks that send by themselves
//	slogx_sink_request_duration_seconds{sink,code} histogram  one write, or record, or request; code is ok or
//	                                                          error, and a class of status codes for servers
//	slogx_sink_retries_total{sink}                 counter    sinks that try again
//
// Nobody but the fan-out knows how a sink is called: it adds the label sink to all that comes from behind it.
//
// A package that exports metrics of a whole pipeline, as slogx-prom does, has three sources. A handler at
// slogx.StageObserve counts records by level; it asks tail.OnRelease which of them to count later, or never.
// slogx.WithStart hands it the pipeline that was built, where Pipeline.SetObserver is SetObserver for all of it.
// When it is asked, it reads Pipeline.Stats and Pipeline.Queues: records accepted, sent (Delivered), dropped by
// reason, queued, spooled, sampled and held, and how full the queues are.
package chain
