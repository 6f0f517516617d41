package chain

import (
	"context"
	"log/slog"
	"os"
	"slices"
)

// Handler is a [slog.Handler] that can be handed attributes for the top level of the record.
type Handler interface {
	slog.Handler

	// HandleTop is Handle with the attributes of top at the top level of the record, behind those
	// that WithAttrs added before the first WithGroup, whatever groups are open. With an empty top
	// it does what Handle does.
	//
	// top is lent: it is valid until HandleTop returns and must be neither kept nor appended to.
	HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error
}

// Adapt returns h as a [Handler]. If h is not one already, the result forwards every call to h, and
// places top-level attributes by nesting the record's own attributes in the groups that are open.
// Adapt does not change what h writes for records without top-level attributes.
//
// A nil h is read as a [slog.TextHandler] on standard error: a mistake in the set-up must not lose
// records.
func Adapt(h slog.Handler) Handler {
	switch h := h.(type) {
	case nil:
		return &adapter{next: slog.NewTextHandler(os.Stderr, nil)}
	case Handler:
		return h
	default:
		return &adapter{next: h}
	}
}

// adapter gives a foreign handler HandleTop.
type adapter struct {
	next slog.Handler // with every WithAttrs and WithGroup applied
	root slog.Handler // next as it was when the first group opened; nil while none is open
	ops  []op         // what was applied to root since
}

// op is one WithGroup (group is not empty) or one WithAttrs.
type op struct {
	group string
	attrs []slog.Attr
}

func (a *adapter) Enabled(ctx context.Context, l slog.Level) bool { return a.next.Enabled(ctx, l) }

func (a *adapter) Handle(ctx context.Context, r slog.Record) error { return a.next.Handle(ctx, r) }

func (a *adapter) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	if len(top) == 0 {
		return a.next.Handle(ctx, r)
	}
	if a.root == nil {
		return a.handleFlat(ctx, top, r)
	}
	attrs := make([]slog.Attr, 0, r.NumAttrs())
	r.Attrs(func(at slog.Attr) bool {
		attrs = append(attrs, at)
		return true
	})
	for _, o := range slices.Backward(a.ops) {
		if o.group == "" {
			attrs = slices.Concat(o.attrs, attrs)
		} else {
			attrs = []slog.Attr{{Key: o.group, Value: slog.GroupValue(attrs...)}}
		}
	}
	r2 := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r2.AddAttrs(top...)
	r2.AddAttrs(attrs...)
	return a.root.Handle(ctx, r2)
}

// handleFlat is HandleTop without open groups: top and the record's attributes stand side by side.
func (a *adapter) handleFlat(ctx context.Context, top []slog.Attr, r slog.Record) error {
	all := Top(top)
	r.Attrs(func(at slog.Attr) bool {
		all.attrs = append(all.attrs, at)
		return true
	})
	r2 := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r2.AddAttrs(all.attrs...) // copies
	all.Release()
	return a.next.Handle(ctx, r2)
}

func (a *adapter) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return a
	}
	a2 := *a
	if a.root != nil {
		a2.ops = append(slices.Clip(a.ops), op{attrs: slices.Clone(attrs)})
	}
	a2.next = a.next.WithAttrs(attrs)
	return &a2
}

func (a *adapter) WithGroup(name string) slog.Handler {
	if name == "" {
		return a
	}
	a2 := *a
	if a.root == nil {
		a2.root = a.next
	}
	a2.ops = append(slices.Clip(a.ops), op{group: name})
	a2.next = a.next.WithGroup(name)
	return &a2
}

// Unwrap returns the foreign handler.
func (a *adapter) Unwrap() slog.Handler { return a.next }
