package chain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
)

// Walk calls visit for h and for every handler below it that Unwrap methods lead to, the outermost
// first. It goes no deeper where visit returns false. A handler that several others share is visited
// once.
func Walk(h slog.Handler, visit func(slog.Handler) bool) {
	walk(h, visit, make(map[slog.Handler]struct{}))
}

func walk(h slog.Handler, visit func(slog.Handler) bool, seen map[slog.Handler]struct{}) {
	if h == nil {
		return
	}
	if reflect.TypeOf(h).Comparable() && reflect.ValueOf(h).Comparable() {
		if _, ok := seen[h]; ok {
			return
		}
		seen[h] = struct{}{}
	}
	if !visit(h) {
		return
	}
	switch u := h.(type) {
	case interface{ Unwrap() slog.Handler }:
		walk(u.Unwrap(), visit, seen)
	case interface{ Unwrap() []slog.Handler }:
		for _, next := range u.Unwrap() {
			walk(next, visit, seen)
		}
	}
}

// Flush calls Flush(ctx) on h and on every handler below it that has that method, the outermost
// first, so that what a queue hands on is flushed by the sink behind it. All are called, also when one
// fails or panics. It returns the errors joined.
func Flush(ctx context.Context, h slog.Handler) error {
	var errs []error
	Walk(h, func(h slog.Handler) bool {
		if f, ok := h.(interface{ Flush(context.Context) error }); ok {
			errs = append(errs, call(ctx, "flush", h, f.Flush))
		}
		return true
	})
	return errors.Join(errs...)
}

// Shutdown calls Shutdown(ctx) on h and on every handler below it that has that method, the outermost
// first. All are called, also when one fails or panics, or ctx is done. It returns the errors joined.
func Shutdown(ctx context.Context, h slog.Handler) error {
	var errs []error
	Walk(h, func(h slog.Handler) bool {
		if s, ok := h.(interface{ Shutdown(context.Context) error }); ok {
			errs = append(errs, call(ctx, "shut down", h, s.Shutdown))
		}
		return true
	})
	return errors.Join(errs...)
}

// call calls f, a method of h. A foreign handler that panics must not keep the others from being called.
func call(ctx context.Context, what string, h slog.Handler, f func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s %T: panic: %v", what, h, p)
		}
	}()
	return f(ctx)
}
