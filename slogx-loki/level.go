package slogxloki

import "log/slog"

// levelNames are the values of the label level: those that Loki and Grafana know.
var levelNames = [...]string{"trace", "debug", "info", "warn", "error", "fatal"}

// LevelName returns the value of the label level for l: one that Loki and Grafana know.
func LevelName(l slog.Level) string { return levelNames[bandOf(l)] }

// bandOf returns which of levelNames l belongs to.
func bandOf(l slog.Level) int {
	switch {
	case l < slog.LevelDebug:
		return 0
	case l < slog.LevelInfo:
		return 1
	case l < slog.LevelWarn:
		return 2
	case l < slog.LevelError:
		return 3
	case l < slog.LevelError+4:
		return 4
	default:
		return 5
	}
}
