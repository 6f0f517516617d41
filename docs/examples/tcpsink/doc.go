// Package tcpsink is a sink for slogx as anybody could write one: JSON lines over TCP, as Logstash, Vector and
// Fluent Bit take them. It is an example, small on purpose: a line that is in the kernel's buffer when the
// connection breaks is lost without a trace, since plain TCP acknowledges nothing.
//
// A sink is a [slog.Handler]. This one leaves to others what they do better: package jsonlog encodes, package
// async queues and keeps the books, and what is left is a writer that dials again when it must. An import makes
// it known by name:
//
//	import _ "github.com/slogx-go/slogx/docs/examples/tcpsink" // SLOGX_SINKS=tcp SLOGX_TCP_ADDRESS=127.0.0.1:5170
//
// Its test is one call: [slogxtest.RunContract].
//
// [slogxtest.RunContract]: https://pkg.go.dev/github.com/slogx-go/slogx/slogx/slogxtest#RunContract
package tcpsink
