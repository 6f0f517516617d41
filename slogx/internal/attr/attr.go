// Package attr resolves the values of attributes without trusting the code behind them.
package attr

import (
	"fmt"
	"log/slog"
	"reflect"
)

// maxLogValues is slog's own bound on a chain of LogValuers.
const maxLogValues = 100

// Resolve is [slog.Value.Resolve], but a LogValue method that panics gives the text of [Panic], without
// the stack frames that slog puts into the log.
func Resolve(v slog.Value) slog.Value {
	if v.Kind() != slog.KindLogValuer {
		return v
	}
	return resolve(v)
}

func resolve(v slog.Value) (rv slog.Value) {
	orig := v.Any()
	cur := orig
	defer func() {
		if p := recover(); p != nil {
			rv = slog.StringValue(Panic(cur, p))
		}
	}()
	for range maxLogValues {
		if v.Kind() != slog.KindLogValuer {
			return v
		}
		cur = v.Any()
		v = v.LogValuer().LogValue()
	}
	return slog.AnyValue(fmt.Errorf("LogValue called too many times on Value of type %T", orig))
}

// Panic is the text that stands for a value v one of whose methods panicked with p: "<nil>" for a nil
// pointer, which its methods did not expect, as log/slog shows it, else "!PANIC: " and p.
func Panic(v, p any) string {
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
		return "<nil>"
	}
	return fmt.Sprintf("!PANIC: %v", p)
}
