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
package chain
