package console

import (
	"encoding"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/attr"
	"github.com/slogx-go/slogx/slogx/internal/output"
)

// appendScalar appends a number, a boolean, a duration or a time. None of these needs quotes.
func appendScalar(dst []byte, v slog.Value) []byte {
	switch v.Kind() {
	case slog.KindInt64:
		return strconv.AppendInt(dst, v.Int64(), 10)
	case slog.KindUint64:
		return strconv.AppendUint(dst, v.Uint64(), 10)
	case slog.KindFloat64:
		return appendFloat(dst, v.Float64())
	case slog.KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case slog.KindDuration:
		return append(dst, v.Duration().String()...)
	case slog.KindTime:
		return appendTime(dst, v.Time())
	default:
		return append(dst, v.String()...)
	}
}

// appendFloat appends f without an exponent where that is readable.
func appendFloat(dst []byte, f float64) []byte {
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e15) {
		format = 'g'
	}
	return strconv.AppendFloat(dst, f, format, -1, 64)
}

// appendTime appends t in RFC 3339 with at most milliseconds.
func appendTime(dst []byte, t time.Time) []byte {
	return t.Truncate(time.Millisecond).AppendFormat(dst, time.RFC3339Nano)
}

// any writes an attribute whose value is of no kind of slog's own.
func (e *encoder) any(key string, v any) {
	line, blocks := len(e.line), len(e.blocks)
	defer func() {
		if p := recover(); p != nil { // a value that changes while it is written, or the like
			e.line, e.blocks = e.line[:line], e.blocks[:blocks]
			e.text(key, attr.Panic(v, p), e.style.err)
		}
	}()
	switch v := v.(type) {
	case *slog.Source:
		e.sourceAttr(key, v)
		return
	case slog.Level:
		e.key(key)
		e.line = output.AppendLevel(e.line, v)
		return
	case error:
		text, _ := callText(v)
		e.error(key, v, text)
		return
	}
	if text, ok := callText(v); ok {
		e.text(key, text, "")
		return
	}
	e.key(key)
	e.line = appendDump(e.line, v)
}

// inlineValue writes a resolved value that is no group, and stays on the line.
func (e *encoder) inlineValue(v slog.Value) {
	switch v.Kind() {
	case slog.KindString:
		e.line = appendValueText(e.line, v.String(), examine(v.String()))
	case slog.KindAny:
		if text, ok := callText(v.Any()); ok {
			e.line = appendValueText(e.line, text, examine(text))
			return
		}
		e.line = appendDump(e.line, v.Any())
	default:
		e.line = appendScalar(e.line, v)
	}
}

// callText returns the text that v itself gives, and whether it gives one. A method that panics gives the
// text of [attr.Panic].
func callText(v any) (text string, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			text, ok = attr.Panic(v, p), true
		}
	}()
	switch v := v.(type) {
	case nil:
		return "<nil>", true
	case time.Time:
		return string(appendTime(nil, v)), true
	case *time.Time:
		return string(appendTime(nil, *v)), true
	case error:
		return v.Error(), true
	case encoding.TextMarshaler:
		b, err := v.MarshalText()
		if err != nil {
			return "!ERROR:" + err.Error(), true
		}
		return string(b), true
	case fmt.Formatter: // what it hides must not be looked for with reflect
		return fmt.Sprintf("%+v", v), true
	case fmt.Stringer:
		return v.String(), true
	case json.Marshaler:
		return jsonText(v), true
	default:
		return bytesText(v)
	}
}

func jsonText(v json.Marshaler) string {
	b, err := v.MarshalJSON()
	if err != nil {
		return "!ERROR:" + err.Error()
	}
	var s string
	if json.Unmarshal(b, &s) == nil {
		return s
	}
	return string(b)
}

// bytesText returns bytes as the text that they are, or in hexadecimal.
func bytesText(v any) (string, bool) {
	b, ok := v.([]byte)
	if !ok {
		rv := reflect.ValueOf(v)
		if rv.Kind() != reflect.Slice || rv.Type().Elem().Kind() != reflect.Uint8 {
			return "", false
		}
		b = rv.Bytes()
	}
	switch {
	case b == nil:
		return "<nil>", true
	case examine(b)&hasUnsafe == 0:
		return string(b), true
	default:
		return "0x" + hex.EncodeToString(b), true
	}
}
