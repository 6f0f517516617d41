package slogxloki

import (
	"context"
	"errors"
	"log/slog"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
)

// Handler sends records to Loki. It is safe for concurrent use; handlers derived from one share its queue.
type Handler struct{}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler. It fails where [Options.Validate] does, and where the spool cannot be used.
// It does not connect: a server that is down is none of its errors.
//
// Call Shutdown before the program ends.
func NewHandler(opts *Options) (*Handler, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	return nil, errors.New("set up loki: not yet")
}

// Sink returns an option that adds the sink loki to a pipeline.
func Sink(opts *Options) slogx.Option {
	h, err := NewHandler(opts)
	if err != nil {
		return slogx.Invalid(err)
	}
	return slogx.WithSink("loki", h)
}

func (h *Handler) Enabled(context.Context, slog.Level) bool { return true }

func (h *Handler) Handle(context.Context, slog.Record) error { return nil }

func (h *Handler) HandleTop(context.Context, []slog.Attr, slog.Record) error { return nil }

func (h *Handler) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h *Handler) WithGroup(string) slog.Handler { return h }

// Flush waits until what was logged before is delivered or lost, or ctx is done.
func (h *Handler) Flush(context.Context) error { return nil }

// Shutdown delivers what is left, until ctx is done.
func (h *Handler) Shutdown(context.Context) error { return nil }

// Stats returns the books.
func (h *Handler) Stats() chain.Stats { return chain.Stats{} }

// Health returns what is wrong at present.
func (h *Handler) Health(context.Context) error { return nil }
