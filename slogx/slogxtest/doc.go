// Package slogxtest tests what is logged, and what handles logs: a [Recorder] for the tests of a
// program, and conformance suites for authors of handlers.
//
// # Looking at what was logged
//
// A [Recorder] is a [slog.Handler] that keeps resolved records. Give its Logger to the code under test,
// then look at Records, compare them with Assert, or Wait for one:
//
//	rec := slogxtest.NewRecorder(t)
//	serve(rec.Logger())
//	rec.Assert(map[string]any{"msg": "served", "request": map[string]any{"status": 200}})
//
// Assert knows every record. Where a test cares for some of them, it says what they are like by
// [Expectation]s: AssertInOrder, AssertAnyOrder, AssertNone; AssertBelow(slog.LevelWarn) says that nothing
// went wrong. AssertGolden compares all with a file. A failure lists the records, says which expectation each
// one met, and what the closest one lacks.
//
//	rec.AssertInOrder(
//		slogxtest.Message("order placed"),
//		slogxtest.All(slogxtest.AtLeast(slog.LevelWarn), slogxtest.Attr("request.status", 500)),
//	)
//
// Wait and WaitAll never poll: they return with the record, or with an error when their context ends. A
// Recorder may be used by goroutines that outlive the test, since only the methods that assert talk to the
// test. [NewLogger] makes a logger that shows records in the log of a test, and is as safe.
//
// # Standing in for the world
//
// [Clock] gives records a time that can be compared. [Flaky], [Slow] and [Gate] make sinks that fail, take
// their time, or hang, for tests of what stands before them.
//
// # Testing a wrapper
//
// [Run] tests a handler that wraps another:
//
//	func TestConformance(t *testing.T) {
//		slogxtest.Run(t, func(next slog.Handler) slog.Handler { return mine.NewHandler(next, nil) })
//	}
//
// It runs [testing/slogtest] first; then what slog's documentation asks but slogtest does not look at,
// and what a stack of handlers relies on:
//
//   - WithGroup("") returns the receiver, WithAttrs(nil) changes nothing; zero attributes and empty
//     groups vanish, groups without a key are inlined, in With as in the record.
//   - Groups and attributes come out where they belong for every order of up to five calls.
//   - Handlers made from one parent never see each other, for many sizes, and from many goroutines.
//   - A LogValuer is asked once per handler at most, on the goroutine that logs, before Handle returns.
//   - The record is neither changed in place nor kept without Clone; HandleTop's slice is neither
//     extended in place nor kept.
//   - Top-level attributes stand at the top level under open groups, whether the wrapped handler is a
//     [chain.Handler] or not.
//   - Methods of values that panic, nil pointers, cycles and LogValuers without end cost their value.
//   - The wrapper is still there after With, Unwrap leads through it, changes of level are seen at once,
//     and context, time, level, source and order reach the wrapped handler.
//
// A wrapper that delivers later has a Flush method, which the suite calls before it looks.
//
// # Testing an encoder
//
// [RunSink] tests a handler that writes:
//
//	func TestConformance(t *testing.T) {
//		slogxtest.RunSink(t, func(w io.Writer) slog.Handler { return mine.NewHandler(w, nil) }, parse)
//	}
//
// It asks what holds for wrappers, where it applies, and:
//
//   - A record is one Write call that ends in exactly one newline; calls do not overlap.
//   - No message, key, value or group name forges or breaks a record; the output is valid UTF-8 without
//     control characters.
//   - A value whose method panicked is shown as "!PANIC: " and the reason.
//   - 10 MiB of text, 100,000 attributes, and 10,000 groups within each other are written.
//   - Handle returns the error of the writer, and io.ErrShortWrite for a short write.
//
// # Testing a sink of any kind
//
// [RunContract] tests a handler that delivers records to wherever it does: over a network, into a queue, to
// a table. It asks what holds for wrappers, where it applies, and:
//
//   - Values are delivered as they were when the record was logged.
//   - Records of one goroutine arrive in order.
//   - A record whose context has ended arrives, or is refused: never lost in silence. Flush with such a
//     context does not wait.
//   - Shutdown delivers what was accepted, may be called again, and while others log.
//   - Stats adds up, and agrees with what arrived.
//
// # What a failure of a suite looks like
//
// Faults that Go cannot recover from, such as an encoder that follows a cyclic map until the stack ends,
// end the test program; the name of the subtest that was running says which rule it was.
//
// Log/slog's own handlers do not pass RunSink: they ignore short writes, follow LogValuers within groups
// without end, and, in the case of TextHandler, cyclic maps.
package slogxtest
