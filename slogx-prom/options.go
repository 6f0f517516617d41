package slogxprom

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"
)

// Options are the options of [NewHandler]. A nil *Options means the defaults.
type Options struct {
	// Registerer is where the metrics are registered. Nil means [prometheus.DefaultRegisterer]. Where a
	// program has several such handlers, tell them apart by a label that all have, as
	// [prometheus.WrapRegistererWith] adds it.
	Registerer prometheus.Registerer

	// Sink is the label sink of a sink that is not in a package fanout, which knows the names of its
	// sinks. Empty means "default".
	Sink string

	// OnError is told when the metrics cannot be registered. It may be called from any goroutine. Nil
	// means a line on standard error.
	OnError func(error)
}

// DefaultSink is the label sink of a sink that has no name.
const DefaultSink = "default"

// Wrap returns [NewHandler] with opts as a func of the handler to wrap.
func Wrap(opts *Options) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return NewHandler(next, opts) }
}

func (o *Options) report(err error) {
	if o.OnError == nil {
		fmt.Fprintf(os.Stderr, "slogx: %q\n", err.Error())
		return
	}
	defer func() { _ = recover() }() // of theirs
	o.OnError(err)
}
