// Command sql measures what package slowsql adds to a statement beside what others add, and prints the
// result as Markdown. From the root of the repository:
//
//	go -C docs/benchmarks/sql run .
//
// All peers wrap the same driver, which does nothing, so that what is left is package sql and the wrapper;
// none has anything to write: the statements are fast and the levels are off. They run one after the other
// in many short rounds, so that a machine that slows down slows all of them. The overhead of a peer is its
// time less that of the bare driver in the same round; figures are medians of the rounds, and a ratio is the
// median of the rounds' ratios. The peers:
//
//   - sqlmw with a timer: ngrok/sqlmw with an interceptor that looks at the clock before and behind a
//     statement and compares with a threshold, which is the least that a slow-query log needs; it does not
//     see how long the rows take;
//   - sqlmw, rows timed too: the same until the rows are closed, which is what package slowsql measures;
//   - sqldb-logger: simukti/sqldb-logger with the least level above what a statement has;
//   - otelsql: XSAM/otelsql with a tracer provider of the SDK that ends spans without exporting them.
//
// They are benchmarks, too, named BenchmarkStatement/<case>/<peer>, for benchstat and pprof. The module is a
// workspace of its own (go.work beside this file), so that the versions of the peers never reach the tests
// of the other modules.
package main
