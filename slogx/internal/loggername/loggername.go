// Package loggername finds and compares the names of loggers.
package loggername

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/slogx-go/slogx/slogx/level"
)

// In returns the name that attrs, which stand at the top level, give the logger: the last one, or "".
func In(attrs []slog.Attr) string {
	for _, a := range slices.Backward(attrs) {
		if a.Key == level.NameKey && a.Value.Kind() == slog.KindString {
			return a.Value.String()
		}
	}
	return ""
}

// Covers reports whether the logger called name is the one called prefix or below it: "db" covers "db" and
// "db.pool" but not "dbx". The prefix "" covers all.
func Covers(prefix, name string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	return ok && (rest == "" || prefix == "" || rest[0] == '.')
}
