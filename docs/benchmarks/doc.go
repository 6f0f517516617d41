// Command benchmarks measures the handlers of slogx beside those that people use today and prints the
// result as Markdown. From the root of the repository:
//
//	go -C docs/benchmarks run .
//
// All peers do the same work: the same log statement, called through [slog.Logger.LogAttrs] as a program
// does, with handlers set up to write the same keys and values (TestPeersWriteTheSame), to [io.Discard].
// They run one after the other in many short rounds, so that a machine that slows down slows all of them:
// the ratios repeat to about 0.01 on a busy machine, too. The figure of each peer is the median of its
// rounds. The floor is a handler that does nothing: what [slog.Logger] itself takes, whatever stands behind
// it. A ratio is the median of the rounds' ratios; "without the floor" takes the floor of the same round off
// both sides, which leaves the handlers alone.
//
// The same cases are benchmarks, named Benchmark<Op>/<case>/<peer>, for benchstat and pprof:
//
//	go -C docs/benchmarks test -bench JSON -count 10
//
// The module is a workspace of its own (go.work beside this file), so that the versions of the peers never
// reach the tests of the other modules.
package main
