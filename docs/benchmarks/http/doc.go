// Command http measures the middleware of slogx-http beside those that people use today and prints the result as
// Markdown. From the root of the repository:
//
//	go -C docs/benchmarks/http run .
//
// Every middleware stands on the router that it is made for, with its defaults, before a handler that does
// nothing, and logs to the same handler: one that does nothing ("null": what the middleware itself takes), one
// whose level is off, and slog.JSONHandler on io.Discard. Ours, without "same keys as the peer" being tried, does
// more: it also makes a trace, and echoes the request id.
//
// The floor of a router is what it takes without a middleware; it is taken off. All run one after the other in
// many short rounds, so that a machine that slows down slows all of them. A figure is the median of its rounds, a
// ratio the median of the rounds' ratios: ours on the same router as the peer, by the peer's.
package main
