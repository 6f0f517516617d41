// Package tail keeps what a request logged below its level until it is known how the request ends: the debug
// records of a request that fails are written, those of all others are not.
//
//	ctx, buf := tail.NewContext(r.Context())
//	defer buf.Discard()
//	if err := serve(ctx); err != nil {
//		_ = buf.Release(ctx)
//	}
//
// # What is held
//
// A record belongs to a request if it is logged with the request's context, one of [NewContext]: by DebugContext,
// not by Debug. Of those, a [Handler] holds the ones that would otherwise be dropped:
//
//   - because the level of its logger is off: the gate, package level, asks the context where tail is used;
//   - because a rule of package sample drops it;
//   - because the next handler is not enabled for it.
//
// All other records pass as ever, at once. Records below [Options].Level are not held. A record of
// [Options].Release and above that passes, an ERROR unless set, releases what its request holds before it.
//
// Loggers are enabled for what is held: in a request, what a program does for its debug records only, it does.
//
// # How it ends
//
// [Buffer.Release] hands the held records on in the order in which they came, each with its own time, and to
// sinks whose minimum level is above theirs, too (see slogx.NoTail). What the request still logs after that
// passes. [Buffer.Discard] lets the records go; what the request still logs is dropped again where it was
// before. The first of the two counts, and both may be called while other goroutines log.
//
// # Memory
//
// A held record is frozen: what the caller changes afterwards does not show in it. It is about 1 KB with its
// own share of the books. [Options] bound what one request holds and what all of them hold together, in records
// and bytes. A record that finds no room makes the oldest ones of its request, or of all requests, go; a
// request that lost some says so when it is released. So a Buffer that nobody settles costs what it holds until
// younger records need the room, and no more.
//
// [Handler.Held] and [Handler.Discarded] are the books: a record that a Handler held was released, is still
// held, or counts as discarded.
//
// # Where it stands
//
// Behind redaction, so that held memory has no secret in it, and before the sinks. Handlers before it see held
// records, too, as they come; one that counts records asks [OnRelease] whether to count this one now.
package tail
