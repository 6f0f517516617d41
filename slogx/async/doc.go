// Package async lets callers log without waiting for the sink, and accounts for every record.
//
// It has two forms. [Writer] is a queue of encoded lines before an io.Writer: what standard output and
// files want, since it is quicker and nothing but bytes outlives the call. [Handler] is a queue of records
// before any slog.Handler.
//
//	w := async.NewWriter(file, nil)
//	defer w.Close()
//	logger := slog.New(jsonlog.NewHandler(w, nil))
//
// # A full queue
//
// [Overflow] says what becomes of a record for which there is no room: its caller waits (Block), or it is
// dropped, or an older one is, or low levels are thinned out before. Records of level WARN and above
// (Keep) are worth more: they have room of their own, push out records below, and wait a moment before
// they are given up. Waits end with the caller's context, or when the sink has delivered nothing for a
// while: so nothing is lost while the sink makes progress, at the price of callers that wait for their
// turn; and a sink that hangs, or that logs into its own queue, stops nobody for good.
//
// # Losses
//
// What is lost is counted by reason ([Writer.Stats]) and reported by a record of its own, "log records
// lost", by reason and level, as soon as there is room. An error or a panic of the sink costs the records
// that it was given and did not take. A line of which a sink took only a part is finished before anything
// else is written; what a Write call that panicked has written is not known, and taken to be nothing.
//
// # The end
//
// Shutdown waits until all is delivered. Records that come meanwhile wait, too, and afterwards go straight
// to the sink, which stays open. At its deadline Shutdown returns an error that says how many records are
// left; the goroutine that called a sink which hangs for ever is then left behind. A program that just
// exits loses what is queued, at most what came within FlushInterval if the sink keeps up.
//
// # Cost
//
// The caller copies its line under a lock and allocates nothing. It does not wake the writing goroutine
// for each record: that one rests for FlushInterval after each round, sees what has come, and ends when
// nothing did. So a queue that is not in use has no goroutine.
package async
