// Package slogx sets up logging for a service: one call makes a pipeline of [slog.Handler]s, each of which
// does one thing, and a [slog.Logger] upon it.
//
//	p, err := slogx.Build()
//	if err != nil {
//		return err
//	}
//	slog.SetDefault(p.Logger())
//	defer p.Shutdown(ctx)
//
// [Build] is strict: it returns every wrong setting. [New] never fails, logs them, and goes on with safe
// defaults.
//
// # The way of a record
//
//	logger → gate → observe → sample → enrich → redact → tail → fan-out → sinks
//
// The gate is package level: levels by logger name that change while the program runs. Sample is package
// sample, if [WithSampling] says so. Enrich is package enrich: attributes of the context, the trace, the
// host. Tail is package tail, if [WithTail] says so: it holds what a request logs below its level, and
// writes it if the request fails. Fan-out is package fanout, which keeps sinks apart: one that panics, fails
// or hangs costs neither the others nor the caller. The sinks that write text are package jsonlog or console,
// behind a queue (package async) where nobody may wait. Handlers join at a [Stage] by [WithHandler]; any
// handler is a sink by [WithSink].
//
// fmt.Println(p) shows the stages of a pipeline with their settings.
//
// # Settings
//
// Everything is set by environment variables that begin with SLOGX_, or by options, which win. [WriteEnv]
// lists the variables of all packages that are linked. A variable that is set to nothing counts as not
// set. One that begins with SLOGX_ and is read by nobody is an error: a typing error must not switch
// anything off.
//
// Below both stands a preset:
//
//	default      INFO to standard output: console on a terminal, JSON elsewhere. Synchronous: a
//	             program that just exits loses nothing.
//	development  DEBUG to standard output for a person: console, with source.
//	production   INFO as JSON behind a queue: call Shutdown before the program ends. Redaction, if
//	             package slogxredact is linked; if not, one WARN record at the start says how to link
//	             it, or to say no to it: SLOGX_USE=-redact.
//
// # Names
//
// [Named] gives a logger a name, which stands in its records as "logger" and decides its level:
//
//	db := slogx.Named(slog.Default(), "db")
//
// SLOGX_LEVELS=db=debug then lets its DEBUG records through, and [Pipeline.Levels] does so for ten
// minutes.
//
// # Books
//
// [Pipeline.Stats] accounts for every record that a sink was given: accepted = delivered + dropped +
// queued + spooled, at any time. What sampling, filters and tail keep from the sinks is counted beside them.
// [Pipeline.SetObserver] and [Pipeline.Queues] are for packages that export metrics; package chain says how.
//
// # Last words
//
// [CrashOutput] keeps what the runtime writes when a program crashes. What net/http writes by itself is
// logged with
//
//	server.ErrorLog = slog.NewLogLogger(p.Handler(), slog.LevelWarn)
//
// # Extending
//
// A package adds a sink with [RegisterSink], or options with [RegisterExtension], in an init func, and
// lists its variables with [RegisterVars]. Programs import it for that, as they do with the drivers of
// database/sql. Names that nobody registered are errors that say which import would.
package slogx
