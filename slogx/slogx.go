package slogx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/level"
)

// New returns a logger on a pipeline as [Build] makes it, and never fails. Each wrong setting becomes an
// ERROR record on the logger and a line on standard error, and its default is used: standard error for a
// sink that cannot be opened. If redaction was asked for and cannot be had, every message and every value
// is replaced by REDACTED.
//
// [Shutdown] ends what New began.
func New(opts ...Option) *slog.Logger {
	s := resolve(opts)
	p, errs := build(s)
	for _, err := range errs {
		fmt.Fprintf(os.Stderr, "slogx: %q\n", err.Error())
		// Past redaction, which may be what is missing, and past levels and sampling.
		r := slog.NewRecord(time.Now(), slog.LevelError, "slogx: wrong setting", 0)
		r.AddAttrs(slog.String("error", err.Error()))
		_ = p.sinks.Handle(context.Background(), r)
	}
	s.warnOf(p)
	return p.Logger()
}

// ErrNothingToShutDown is the error of [Shutdown] for a logger without a handler of ours: a nil error
// would promise that nothing was lost.
var ErrNothingToShutDown = errors.New("shut down logger: it has no slogx handler")

// Shutdown hands on what the handlers of l have queued, and closes what [New] opened, as
// [Pipeline.Shutdown] does. l may be any logger made from the one that New returned, and may have other
// handlers on top if those have a method Unwrap.
func Shutdown(ctx context.Context, l *slog.Logger) error {
	if l == nil {
		return ErrNothingToShutDown
	}
	ours := false
	chain.Walk(l.Handler(), func(h slog.Handler) bool {
		if _, ok := h.(chain.Handler); ok {
			ours = true
		}
		return !ours
	})
	if !ours {
		return ErrNothingToShutDown
	}
	return shutdown(ctx, l.Handler())
}

// ContextWithAttrs returns a context whose attributes, those of ctx and attrs, stand at the top level of
// every record that is logged with it.
func ContextWithAttrs(ctx context.Context, attrs ...slog.Attr) context.Context {
	return enrich.ContextWithAttrs(ctx, attrs...)
}

// Named returns a logger whose records have the top-level attribute "logger" with its name, by which
// levels are set: see [WithLevels]. A name given to a named logger is added behind a dot: "http.client".
// With an empty name Named returns l.
func Named(l *slog.Logger, name string) *slog.Logger {
	if name == "" {
		return l
	}
	return slog.New(level.Named(l.Handler(), name))
}
