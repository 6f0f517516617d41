package console

import (
	"context"
	"io"
	"log/slog"
	"os"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Handler writes records for a person to read. It is safe for concurrent use.
type Handler struct {
	*shared

	pre    []byte // the attributes of WithAttrs as they stand on the line, each with a space before it
	blocks []byte // their values of several lines
	logger string // the last attribute "logger" among them

	groups []string // open groups
	prefix []byte   // their names, each with a dot behind it
	quoted bool     // whether keys with this prefix need quotes
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that writes to w. A nil w means standard error.
//
// If w has a method
//
//	WriteRecord(ctx context.Context, level slog.Level, line []byte) error
//
// that is called instead of Write. If w has a method
//
//	SetLossEncoder(func(dst []byte, r slog.Record) []byte)
//
// it is handed, here, a func with which w can encode records of its own.
func NewHandler(w io.Writer, opts *Options) *Handler {
	if w == nil {
		w = os.Stderr
	}
	if opts == nil {
		opts = new(Options)
	}
	h := &Handler{shared: newShared(w, opts)}
	if q, ok := w.(interface {
		SetLossEncoder(encode func(dst []byte, r slog.Record) []byte)
	}); ok {
		q.SetLossEncoder(h.appendRecord)
	}
	return h
}

// Enabled reports whether l is at least the level of the options.
func (h *Handler) Enabled(_ context.Context, l slog.Level) bool {
	if h.level == nil {
		return l >= slog.LevelInfo
	}
	return l >= h.level.Level()
}

// Handle writes r with a single Write.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.HandleTop(ctx, nil, r)
}

// HandleTop implements [chain.Handler]. The attributes of top come last on the line.
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	e := newEncoder(h.shared)
	defer e.release()
	e.record(h, top, &r)
	return h.out.WriteLine(ctx, r.Level, e.line)
}

// WithAttrs returns a Handler whose records also have attrs. They are formatted here, once.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	e := newEncoder(h.shared)
	defer e.release()
	e.enter(h)
	for _, a := range attrs {
		e.attr(a)
	}
	h2 := h.clone()
	h2.pre = append(h2.pre, e.line...)
	h2.blocks = append(h2.blocks, e.blocks...)
	if e.logger != "" {
		h2.logger = e.logger
	}
	return h2
}

// WithGroup returns a Handler that puts name and a dot before the keys of attributes that come later.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	h2 := h.clone()
	h2.groups = append(h2.groups, name)
	h2.prefix = append(append(h2.prefix, name...), '.')
	h2.quoted = h.quoted || examine(name)&needsQuotes != 0
	return h2
}

// clone returns a copy to whose slices may be appended.
func (h *Handler) clone() *Handler {
	h2 := *h
	h2.pre, h2.blocks = slices.Clip(h.pre), slices.Clip(h.blocks)
	h2.groups, h2.prefix = slices.Clip(h.groups), slices.Clip(h.prefix)
	return &h2
}

// appendRecord appends r, as h writes it, to dst.
func (h *Handler) appendRecord(dst []byte, r slog.Record) []byte {
	e := newEncoder(h.shared)
	defer e.release()
	e.record(h, nil, &r)
	return append(dst, e.line...)
}

// Flush calls the method Flush(context.Context) error of the writer, if it has one.
func (h *Handler) Flush(ctx context.Context) error {
	return h.out.Flush(ctx)
}

// Shutdown calls the method Shutdown(context.Context) error of the writer, if it has one. It does not
// close the writer: who opened it closes it.
func (h *Handler) Shutdown(ctx context.Context) error {
	return h.out.Shutdown(ctx)
}
