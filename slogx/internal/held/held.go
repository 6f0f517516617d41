// Package held is what the stages of a pipeline know of records that a tail buffer holds back: the gate and
// sampling mark a record that they would drop, the tail buffer keeps those with a mark, and what it releases
// goes past the minimum levels of the sinks.
//
// Mark and release travel in the context. A context of a released record hides mark and buffer: what is
// logged with it, from inside a sink, is a record as any other.
package held

import (
	"context"
	"log/slog"
)

// Buffer is a tail buffer as seen from the stages before it.
type Buffer interface {
	// Takes reports whether a record that would be dropped is of use: it is false once the buffer let
	// its records go.
	Takes() bool
}

type (
	bufferKey   struct{}
	markKey     struct{}
	releasedKey struct{}
)

// WithBuffer returns a context of ctx whose records b may hold.
func WithBuffer(ctx context.Context, b Buffer) context.Context {
	return context.WithValue(ctx, bufferKey{}, b)
}

// From returns the buffer of ctx, or nil.
func From(ctx context.Context) Buffer {
	if ctx == nil {
		return nil
	}
	b, _ := ctx.Value(bufferKey{}).(Buffer)
	return b
}

// Wanted reports whether ctx has a buffer that takes records.
func Wanted(ctx context.Context) bool {
	b := From(ctx)
	return b != nil && b.Takes()
}

// Mark is on a record that would have been dropped. It belongs to the goroutine that handles the record, and
// then to the buffer.
type Mark struct {
	context.Context //nolint:containedctx // it is a context, made by hand to allocate once

	level     slog.Level
	onRelease []func()
}

// Value implements [context.Context].
func (m *Mark) Value(key any) any {
	if key == (markKey{}) {
		return m
	}
	return m.Context.Value(key)
}

// WithMark returns a context of ctx, which is not nil, that marks the record of level l handled with it.
func WithMark(ctx context.Context, l slog.Level) context.Context {
	if MarkOf(ctx, l) != nil { // by another gate
		return ctx
	}
	return &Mark{Context: ctx, level: l}
}

// MarkOf returns the mark of a record of level l that is handled with ctx, or nil. A mark of another level is that
// of a record whose handling logged this one.
func MarkOf(ctx context.Context, l slog.Level) *Mark {
	if m := MarkIn(ctx); m != nil && m.level == l {
		return m
	}
	return nil
}

// MarkIn returns the mark in ctx, or nil.
func MarkIn(ctx context.Context) *Mark {
	if ctx == nil {
		return nil
	}
	m, _ := ctx.Value(markKey{}).(*Mark)
	return m
}

// OnRelease has f called when the record is released.
func (m *Mark) OnRelease(f func()) { m.onRelease = append(m.onRelease, f) }

// Release calls what OnRelease was given. A nil Mark was given nothing.
func (m *Mark) Release() {
	if m == nil {
		return
	}
	for _, f := range m.onRelease {
		f()
	}
	m.onRelease = nil
}

// released is the context of a released record: the values of one context, the end of another.
type released struct {
	context.Context //nolint:containedctx // as in Mark

	values context.Context //nolint:containedctx // as in Mark
}

// Value implements [context.Context].
func (r *released) Value(key any) any {
	switch key {
	case releasedKey{}:
		return true
	case bufferKey{}, markKey{}:
		return nil
	}
	return r.values.Value(key)
}

// WithRelease returns a context for a record that is released: it ends with ctx, and has the values of
// values, the context that the record was logged with.
func WithRelease(ctx, values context.Context) context.Context { return &released{ctx, values} }

// Released reports whether the record handled with ctx was released.
func Released(ctx context.Context) bool {
	if ctx == nil {
		return false
	}
	yes, _ := ctx.Value(releasedKey{}).(bool)
	return yes
}

// Holder is a handler that keeps marked records, or leads to one.
type Holder interface {
	// HoldsFrom returns the lowest level that is held, or nil if nothing is.
	HoldsFrom() slog.Leveler
}

// Behind returns the lowest level that is held by the tail buffers behind h, or nil if not every record that
// is handed to h comes to one.
func Behind(h slog.Handler) slog.Leveler {
	switch h := h.(type) {
	case Holder:
		return h.HoldsFrom()
	case interface{ Unwrap() slog.Handler }:
		return Behind(h.Unwrap())
	case interface{ Unwrap() []slog.Handler }:
		var from slog.Leveler
		for _, next := range h.Unwrap() {
			if from = Behind(next); from == nil {
				return nil
			}
		}
		return from
	default:
		return nil
	}
}
