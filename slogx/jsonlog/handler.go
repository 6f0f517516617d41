package jsonlog

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/buffer"
	"github.com/slogx-go/slogx/slogx/internal/output"
)

// Handler writes each record as one line of JSON. It is safe for concurrent use. Make one with
// [NewHandler].
type Handler struct {
	*core // shared by all handlers derived from one

	// What WithAttrs and WithGroup added, encoded. pre begins with a comma, as everything behind the
	// level does; topLen is where its first group opens, or its length.
	pre    []byte
	topLen int
	lifted []byte           // the part of it that the schema writes above pre
	parts  [nObjects][]byte // the parts that the schema writes into objects of their own

	groups  []string // the open groups
	nOpen   int      // how many of them pre opens
	pending []byte   // what opens the others
}

// core is where lines go and how they look.
type core struct {
	out output.Output
	format
}

var _ chain.Handler = (*Handler)(nil)

// NewHandler returns a Handler that writes to w. Each record is one call of w.Write with a whole line,
// and calls do not overlap. If w has a method
//
//	WriteRecord(ctx context.Context, level slog.Level, line []byte) error
//
// that is called instead, from any goroutine; line is valid until it returns. If w has a method
// SetLossEncoder, it gets a func that encodes records as this handler does.
//
// NewHandler never fails: an unknown Schema or Duplicates counts as the default, which
// [Options.Validate] would have told. A nil w is read as [io.Discard].
func NewHandler(w io.Writer, opts *Options) *Handler {
	if w == nil {
		w = io.Discard
	}
	if opts == nil {
		opts = new(Options)
	}
	h := &Handler{core: &core{out: output.New(w)}}
	h.init(*opts)
	if l, ok := w.(interface {
		SetLossEncoder(func([]byte, slog.Record) []byte)
	}); ok {
		l.SetLossEncoder(func(dst []byte, r slog.Record) []byte { return h.appendLine(dst, nil, &r) })
	}
	return h
}

// Enabled reports whether l is at or above the level of the options.
func (h *Handler) Enabled(_ context.Context, l slog.Level) bool {
	if h.opts.Level == nil {
		return l >= slog.LevelInfo
	}
	return l >= h.opts.Level.Level()
}

// Handle writes r. It returns the error of the writer, or [io.ErrShortWrite].
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.handle(ctx, nil, &r)
}

// HandleTop implements [chain.Handler].
func (h *Handler) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	return h.handle(ctx, top, &r)
}

// AppendRecord appends what HandleTop would write, its line break too, and writes nothing. It is for sinks
// that send lines on together with something else. top is only lent, and may be nil.
func (h *Handler) AppendRecord(dst []byte, top []slog.Attr, r slog.Record) []byte {
	return h.appendLine(dst, top, &r)
}

func (h *Handler) handle(ctx context.Context, top []slog.Attr, r *slog.Record) error {
	b := buffer.Get()
	line := h.appendLine(*b, top, r)
	err := h.out.WriteLine(ctx, r.Level, line)
	*b = line
	buffer.Put(b)
	return err
}

// WithAttrs returns a Handler whose records begin with attrs. They are encoded once, here.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if !slices.ContainsFunc(attrs, isNoEmptyGroup) {
		return h
	}
	h2 := *h
	pre := slices.Concat(h.pre, h.pending)
	l := attrList{attrs: attrs}
	var some bool
	if len(h.groups) > 0 {
		pre, some = h.appendGrouped(pre, h.groups, &l)
	} else {
		h2.lifted, some = h.appendRoot(slices.Clip(h.lifted), inLifted, &l)
		var body bool
		pre, body = h.appendRoot(pre, inBody, &l)
		h2.parts = h.appendParts(h.parts, &l)
		some = some || body || l.seen != 0
	}
	if !some {
		return h
	}
	h2.pre, h2.pending, h2.nOpen = slices.Clip(pre), nil, len(h.groups)
	if len(h.groups) == 0 {
		h2.topLen = len(pre)
	}
	return &h2
}

// isNoEmptyGroup is what log/slog asks of an attribute of a handler: a group must not be empty. One that a
// LogValuer makes later passes.
func isNoEmptyGroup(a slog.Attr) bool {
	return a.Value.Kind() != slog.KindGroup || len(a.Value.Group()) > 0
}

// WithGroup returns a Handler that puts what follows into a group.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	h2 := *h
	h2.groups = append(slices.Clip(h.groups), name)
	opened := appendKey(slices.Concat(h.pre, h.pending), name)
	h2.pending = bytes.Clone(append(opened, '{')[len(h.pre):])
	return &h2
}

// Flush calls the writer's Flush(context.Context) error, if it has that method.
func (h *Handler) Flush(ctx context.Context) error {
	return h.out.Flush(ctx)
}

// Shutdown calls the writer's Shutdown(context.Context) error, if it has that method. It closes nothing:
// who opened the writer closes it.
func (h *Handler) Shutdown(ctx context.Context) error {
	return h.out.Shutdown(ctx)
}
