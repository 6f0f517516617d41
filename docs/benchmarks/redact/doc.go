// Command redact measures the search for secrets of slogx-redact beside the detector of gitleaks and prints the
// result as Markdown. From the root of the repository:
//
//	go -C docs/benchmarks/redact run .
//
// Both get the same lines: a clean one of 267 bytes, and one with an e-mail address, an address, a password and a
// card number in it. gitleaks is asked with its default rules, which are made for source code: it looks for tokens
// of providers and for keys, and finds nothing of the second line. Ours is the whole [slogxredact.Handler] with
// the presets credentials, pci and pii, which also masks what it finds and passes the record on to a handler that
// does nothing. Every line is another one, by its number, so that nothing that remembers lines has an advantage;
// "seen" is ours with one line, which it remembers.
//
// They run one after the other in many short rounds, so that a machine that slows down slows all of them. A figure
// is the median of its rounds, a ratio the median of the rounds' ratios.
//
// The cases are benchmarks, named Benchmark<Op>/<case>/<peer>, for benchstat and pprof:
//
//	go -C docs/benchmarks/redact test -bench . -count 10
package main
