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
// Three commands measure more:
//
//	go -C docs/benchmarks run . queue   # what a caller waits for a record on its way to a file, and what gets there
//	go -C docs/benchmarks run . rotate  # what a file that rotates adds to each write
//	go -C docs/benchmarks run . stages  # what each stage of the production pipeline costs
//
// queue gives every peer a file of its own and 1,100,000 records: 100,000 at 100,000/s from one goroutine,
// whose calls it times one by one (the two looks at the clock are in the figures, also in the floor's), and
// the rest from four goroutines that never pause, until the last record is in the file. Then it reads the
// file: a record is lost that is not there, parsed and once.
//
// Command docs/benchmarks/load puts a load of any kind on our queue and checks its books.
//
// The handlers' cases are benchmarks, named Benchmark<Op>/<case>/<peer>, for benchstat and pprof:
//
//	go -C docs/benchmarks test -bench JSON -count 10
//
// The module is a workspace of its own (go.work beside this file), so that the versions of the peers never
// reach the tests of the other modules.
package main
