package console

import (
	"log/slog"
)

// levelWidth is the width of the level's column. DEBUG-4 and ERROR+4 fit.
const levelWidth = 7

// style holds the escape sequences of a handler. All are empty where colours are off.
type style struct {
	reset, time, source, logger, message, key, err, marker string

	debug, info, warn, error string // of levels
}

var colored = style{
	reset:   "\x1b[0m",
	time:    "\x1b[2m",
	source:  "\x1b[2m",
	logger:  "\x1b[36m",
	message: "\x1b[1m",
	key:     "\x1b[2m",
	err:     "\x1b[31m",
	marker:  "\x1b[2m",
	debug:   "\x1b[34m",
	info:    "\x1b[32m",
	warn:    "\x1b[33m",
	error:   "\x1b[1;31m",
}

func (s *style) level(l slog.Level) string {
	switch {
	case l < slog.LevelInfo:
		return s.debug
	case l < slog.LevelWarn:
		return s.info
	case l < slog.LevelError:
		return s.warn
	default:
		return s.error
	}
}
