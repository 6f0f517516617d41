package slogxotel

import (
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
)

const (
	maxAttrs  = 126 // of an event, beside those of an exception: the SDK has room for 128 by default
	maxGroups = 32  // inside each other, so that a group that contains itself ends
)

// converter makes attributes of OpenTelemetry.
type converter struct {
	attrs []attribute.KeyValue
	err   error // the first one that was added
	depth int   // of groups
}

func (c *converter) addAll(prefix string, attrs []slog.Attr) {
	for _, a := range attrs {
		c.add(prefix, a)
	}
}

// add adds a, or the members of the group that it is, with prefix before their keys.
func (c *converter) add(prefix string, a slog.Attr) {
	if a.Equal(slog.Attr{}) || len(c.attrs) >= maxAttrs {
		return
	}
	v := resolve(a.Value)
	if v.Kind() != slog.KindGroup {
		if v.Kind() == slog.KindAny && c.err == nil {
			c.err, _ = v.Any().(error)
		}
		c.attrs = append(c.attrs, attribute.KeyValue{Key: attribute.Key(prefix + a.Key), Value: convert(v)})
		return
	}
	if c.depth == maxGroups {
		return
	}
	c.depth++
	if a.Key != "" {
		prefix += a.Key + "."
	}
	c.addAll(prefix, v.Group())
	c.depth--
}

// maxAsked bounds how often a LogValuer may answer with another one.
const maxAsked = 100

// resolve asks a LogValuer, which may panic. Unlike slog it shows no stack then.
func resolve(v slog.Value) (resolved slog.Value) {
	defer func() {
		if p := recover(); p != nil {
			resolved = slog.StringValue(panicked(v.Any(), p))
		}
	}()
	for range maxAsked {
		if v.Kind() != slog.KindLogValuer {
			return v
		}
		v = v.LogValuer().LogValue()
	}
	return slog.StringValue("!ERROR: LogValue returns LogValuers without end")
}

// convert returns the value for v, which is neither a group nor a LogValuer.
func convert(v slog.Value) attribute.Value {
	switch v.Kind() {
	case slog.KindString:
		return attribute.StringValue(v.String())
	case slog.KindInt64:
		return attribute.Int64Value(v.Int64())
	case slog.KindUint64:
		if n := v.Uint64(); n > math.MaxInt64 {
			return attribute.StringValue(strconv.FormatUint(n, 10))
		}
		return attribute.Int64Value(int64(v.Uint64()))
	case slog.KindFloat64:
		return attribute.Float64Value(v.Float64())
	case slog.KindBool:
		return attribute.BoolValue(v.Bool())
	case slog.KindDuration:
		return attribute.Int64Value(v.Duration().Nanoseconds())
	case slog.KindTime:
		return attribute.Int64Value(v.Time().UnixNano())
	default:
		return convertAny(v.Any())
	}
}

func convertAny(v any) attribute.Value {
	switch v := v.(type) {
	case []string:
		return attribute.StringSliceValue(v)
	case []int:
		return attribute.IntSliceValue(v)
	case []int64:
		return attribute.Int64SliceValue(v)
	case []float64:
		return attribute.Float64SliceValue(v)
	case []bool:
		return attribute.BoolSliceValue(v)
	case []byte:
		return attribute.StringValue(string(v))
	default:
		return attribute.StringValue(textOf(v))
	}
}

// textOf returns v as text, or why there is none. It asks package json for what has no text of its own: fmt never
// ends with a map that contains itself.
func textOf(v any) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = panicked(v, p)
		}
	}()
	switch v := v.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		if err != nil {
			return "!ERROR: " + err.Error()
		}
		return string(text)
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return "!ERROR: " + err.Error()
	}
	return string(encoded)
}

// panicked is what stands for v, one of whose methods panicked with p. A nil pointer is shown as slog shows it.
func panicked(v, p any) (text string) {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
		return "<nil>"
	}
	defer func() {
		if recover() != nil { // what it panicked with panics, too
			text = fmt.Sprintf("!PANIC: %T", p)
		}
	}()
	return fmt.Sprintf("!PANIC: %v", p)
}
