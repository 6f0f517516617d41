package output

import (
	"log/slog"
	"strconv"
)

// AppendLevel appends what l.String() returns, and allocates nothing.
func AppendLevel(dst []byte, l slog.Level) []byte {
	name, base := "ERROR", slog.LevelError
	switch {
	case l < slog.LevelInfo:
		name, base = "DEBUG", slog.LevelDebug
	case l < slog.LevelWarn:
		name, base = "INFO", slog.LevelInfo
	case l < slog.LevelError:
		name, base = "WARN", slog.LevelWarn
	}
	dst = append(dst, name...)
	if l == base {
		return dst
	}
	if l > base {
		dst = append(dst, '+')
	}
	return strconv.AppendInt(dst, int64(l-base), 10)
}
