package jsonlog

import (
	"log/slog"
	"math"
	"strconv"
)

// appendFloat appends f as encoding/json does; NaN and the infinities, which JSON lacks, as the string
// in which log/slog reports encoding/json's error.
func appendFloat(buf []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		buf = append(buf, `"!ERROR:json: unsupported value: `...)
		buf = strconv.AppendFloat(buf, f, 'g', -1, 64)
		return append(buf, '"')
	}
	// The form of ECMAScript's Number.prototype.toString, which encoding/json follows.
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	buf = strconv.AppendFloat(buf, f, format, -1, 64)
	if n := len(buf); format == 'e' && n >= 4 && buf[n-4] == 'e' && buf[n-3] == '-' && buf[n-2] == '0' {
		buf[n-2] = buf[n-1] // e-09 is e-9
		buf = buf[:n-1]
	}
	return buf
}

// appendLevel appends l as [slog.Level.String] does, without quotes and without allocating.
func appendLevel(buf []byte, l slog.Level) []byte {
	name, base := "ERROR", slog.LevelError
	switch {
	case l < slog.LevelInfo:
		name, base = "DEBUG", slog.LevelDebug
	case l < slog.LevelWarn:
		name, base = "INFO", slog.LevelInfo
	case l < slog.LevelError:
		name, base = "WARN", slog.LevelWarn
	}
	buf = append(buf, name...)
	if l == base {
		return buf
	}
	if l > base {
		buf = append(buf, '+')
	}
	return strconv.AppendInt(buf, int64(l-base), 10)
}
