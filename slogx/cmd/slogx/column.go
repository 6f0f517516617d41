package main

import (
	"encoding/json"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"
)

// sourceLocation is the key of Google Cloud Logging for the source.
const sourceLocation = "logging.googleapis.com/sourceLocation"

// columns take the values of keys that the console shows in columns. One that returns false leaves the
// value to the attributes: it is of another type, or the column is taken.
var columns = map[string]func(*entry, slog.Value) bool{
	"time": takeTime, "ts": takeTime, "timestamp": takeTime, "@timestamp": takeTime,

	"level": takeLevel, "lvl": takeLevel, "log.level": takeLevel,
	"severity": takeLevel, "severity_text": takeLevel, "severity_number": takeSeverity,

	"msg": takeMessage, "message": takeMessage, "body": takeBody,

	"logger": takeLogger, "log.logger": takeLogger,

	"caller":      takeCaller,
	"source.file": takeFile, "source.line": takeLine, "source.function": takeFunction,
	"code.file.path": takeFile, "code.line.number": takeLine, "code.function.name": takeFunction,
	"log.origin.file.name": takeFile, "log.origin.file.line": takeLine, "log.origin.function": takeFunction,
	sourceLocation + ".file": takeFile, sourceLocation + ".line": takeLine, sourceLocation + ".function": takeFunction,
}

// nests are objects in which columns are.
var nests = map[string]bool{
	"attributes": true, "source": true, sourceLocation: true,
	"code": true, "code.file": true, "code.line": true, "code.function": true,
	"log": true, "log.origin": true, "log.origin.file": true,
}

// timeLayouts are tried one after the other.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", time.DateTime}

func takeTime(e *entry, v slog.Value) bool {
	if !e.time.IsZero() {
		return false
	}
	if n, ok := v.Any().(json.Number); ok {
		e.time = epochTime(n)
		return !e.time.IsZero()
	}
	if v.Kind() != slog.KindString {
		return false
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, v.String()); err == nil {
			e.time = t
			break
		}
	}
	return !e.time.IsZero()
}

// epochTime reads seconds, milliseconds, microseconds or nanoseconds since 1970, by their size, or returns
// the zero time.
func epochTime(n json.Number) time.Time {
	if i, err := n.Int64(); err == nil {
		switch abs := math.Abs(float64(i)); {
		case abs < 1e11:
			return time.Unix(i, 0).UTC()
		case abs < 1e14:
			return time.UnixMilli(i).UTC()
		case abs < 1e17:
			return time.UnixMicro(i).UTC()
		default:
			return time.Unix(0, i).UTC()
		}
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) >= 1e14 {
		return time.Time{}
	}
	if math.Abs(f) >= 1e11 { // milliseconds
		f /= 1e3
	}
	sec, frac := math.Modf(f)
	return time.Unix(int64(sec), int64(frac*1e9)).Round(time.Microsecond).UTC()
}

func takeLevel(e *entry, v slog.Value) bool {
	if e.hasLevel {
		return false
	}
	if n, ok := v.Any().(json.Number); ok { // of pino and bunyan: 10 is trace, 20 debug, …, 60 fatal
		i, err := n.Int64()
		if err != nil || i < 10 || i > 60 {
			return false
		}
		e.level = slog.Level((i - 30) * 4 / 10)
		e.hasLevel = true
		return true
	}
	if v.Kind() != slog.KindString {
		return false
	}
	l, ok := parseLevel(v.String())
	if ok {
		e.level, e.hasLevel = l, true
	}
	return ok
}

var levelNames = map[string]slog.Level{
	"trace": slog.LevelDebug - 4, "debug": slog.LevelDebug,
	"info": slog.LevelInfo, "default": slog.LevelInfo, "notice": slog.LevelInfo + 2,
	"warn": slog.LevelWarn, "warning": slog.LevelWarn,
	"error": slog.LevelError, "err": slog.LevelError,
	"fatal": slog.LevelError + 4, "critical": slog.LevelError + 4, "alert": slog.LevelError + 4, "emergency": slog.LevelError + 4,
	"panic": slog.LevelError + 4, "dpanic": slog.LevelError + 4,
}

func parseLevel(s string) (slog.Level, bool) {
	if l, ok := levelNames[strings.ToLower(s)]; ok {
		return l, true
	}
	var l slog.Level
	err := l.UnmarshalText([]byte(s))
	return l, err == nil
}

// takeSeverity reads the number of OpenTelemetry, which counts only where there is no name.
func takeSeverity(e *entry, v slog.Value) bool {
	n, ok := v.Any().(json.Number)
	if !ok {
		return false
	}
	i, err := n.Int64()
	if err != nil || i < 1 || i > 24 {
		return false
	}
	if !e.hasLevel {
		e.level = slog.Level(i - 9)
	}
	return true
}

func takeMessage(e *entry, v slog.Value) bool { return take(&e.message, v) }

func takeBody(e *entry, v slog.Value) bool {
	e.otel = true
	return takeMessage(e, v)
}

func takeLogger(e *entry, v slog.Value) bool { return take(&e.logger, v) }

// take takes a text if there is none yet.
func take(column *string, v slog.Value) bool {
	if *column != "" || v.Kind() != slog.KindString {
		return false
	}
	*column = v.String()
	return true
}

// takeCaller reads file.go:12.
func takeCaller(e *entry, v slog.Value) bool {
	i := strings.LastIndexByte(v.String(), ':')
	if v.Kind() != slog.KindString || i < 0 {
		return false
	}
	line, err := strconv.Atoi(v.String()[i+1:])
	if err != nil || e.source.File != "" {
		return false
	}
	e.source.File, e.source.Line = v.String()[:i], line
	return true
}

func takeFile(e *entry, v slog.Value) bool { return take(&e.source.File, v) }

// takeFunction takes the name of the function, which the console does not show.
func takeFunction(e *entry, v slog.Value) bool { return take(&e.source.Function, v) }

// takeLine reads a number, which Google Cloud Logging has as a string.
func takeLine(e *entry, v slog.Value) bool {
	line, err := strconv.Atoi(v.String())
	if err != nil || e.source.Line != 0 {
		return false
	}
	e.source.Line = line
	return true
}
