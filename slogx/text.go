package slogx

import (
	"context"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/rotate"
)

// textHandler is an encoder that leads to the end of its chain: the queue and the file that it writes to,
// as handlers that a walk finds there. Records do not pass them.
type textHandler struct {
	chain.Handler
	end slog.Handler
}

func (h *textHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return &textHandler{chain.Adapt(h.Handler.WithAttrs(attrs)), h.end}
}

func (h *textHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &textHandler{chain.Adapt(h.Handler.WithGroup(name)), h.end}
}

func (h *textHandler) Unwrap() slog.Handler { return h.end }

// queueEnd is the queue behind an encoder. The queue itself is the one to flush, to shut down, and to ask
// for books and health.
type queueEnd struct {
	*async.Writer
	slog.Handler // what is behind it
}

func (q queueEnd) Unwrap() slog.Handler { return q.Handler }

// fileEnd is a file that the pipeline opened, and closes.
type fileEnd struct {
	slog.Handler
	file *rotate.File
}

// Shutdown closes the file. Records that come later are counted as closed.
func (f fileEnd) Shutdown(context.Context) error { return f.file.Close() } //nolint:contextcheck // has a bound of its own

// SetObserver has o told of rotations.
func (f fileEnd) SetObserver(o chain.Observer) { f.file.SetObserver(o) }

// Flush hands the file's data to the disk.
func (f fileEnd) Flush(context.Context) error { return f.file.Sync() }
