// Command http measures the middleware of slogx-http beside those that people use today and prints the result as
// Markdown. From the root of the repository:
//
//	go -C docs/benchmarks/http run .
//
// Every middleware stands on the router that it is made for, with its defaults, before a handler that does nothing.
// It logs to JSON as its users have it, jsonlog for ours and slog.JSONHandler for the others; to slog.JSONHandler,
// all of them; to a handler that does nothing, which leaves what the middleware itself takes; and to one whose
// level is off. Ours does more than the others: it also makes a trace and echoes the request id, and has about 20
// attributes a record.
//
// The floor of a router is what it takes without a middleware; it is taken off. All run one after the other in
// many short rounds, so that a machine that slows down slows all of them. A figure is the median of its rounds, a
// ratio the median of the rounds' ratios: ours on the same router as the peer, by the peer's.
package main
