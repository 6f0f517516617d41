package slogx

import (
	"context"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/chain"
)

// masked is what a masker writes.
const masked = "REDACTED"

// masker stands in for redaction that was asked for and could not be set up: it lets no message and no
// value through.
type masker struct{ next chain.Handler }

var _ chain.Handler = masker{}

func (m masker) Enabled(ctx context.Context, l slog.Level) bool { return m.next.Enabled(ctx, l) }

func (m masker) Handle(ctx context.Context, r slog.Record) error { return m.HandleTop(ctx, nil, r) }

// HandleTop implements [chain.Handler].
func (m masker) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	r2 := slog.NewRecord(r.Time, r.Level, masked, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		r2.AddAttrs(mask(a))
		return true
	})
	return m.next.HandleTop(ctx, maskAll(top), r2)
}

func (m masker) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return m
	}
	return masker{chain.Adapt(m.next.WithAttrs(maskAll(attrs)))}
}

func (m masker) WithGroup(name string) slog.Handler {
	if name == "" {
		return m
	}
	return masker{chain.Adapt(m.next.WithGroup(name))}
}

// Unwrap returns the next handler.
func (m masker) Unwrap() slog.Handler { return m.next }

func maskAll(attrs []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = mask(a)
	}
	return out
}

// mask replaces the values of a, and asks none of them for anything.
func mask(a slog.Attr) slog.Attr {
	if a.Equal(slog.Attr{}) {
		return a
	}
	if a.Value.Kind() == slog.KindGroup {
		a.Value = slog.GroupValue(maskAll(a.Value.Group())...)
		return a
	}
	a.Value = slog.StringValue(masked)
	return a
}
