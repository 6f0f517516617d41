package slogxtest

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"time"
)

// Record is a log record as a [Recorder] saw it. Nothing in it changes any more.
type Record struct {
	Time    time.Time
	Level   slog.Level
	Message string
	Source  *slog.Source // nil if the record came without a program counter

	// Attrs are the attributes at the top level of the record, in order, those of With and the groups
	// that WithGroup opened among them. LogValuers are resolved, empty groups and zero attributes left
	// out, groups without a key inlined, all as [slog.Handler] asks.
	Attrs []slog.Attr

	// Context is the context that the record was logged with.
	Context context.Context //nolint:containedctx // what was logged, not what to obey
}

// Attr returns the value at path: the keys of groups and of the attribute, joined by dots. Where keys
// are repeated, or contain dots themselves, the last attribute that fits is found.
func (r Record) Attr(path string) (slog.Value, bool) { return lookUp(r.Attrs, path) }

func lookUp(attrs []slog.Attr, path string) (found slog.Value, ok bool) {
	for _, a := range attrs {
		if a.Key == path {
			found, ok = a.Value, true
			continue
		}
		rest, in := strings.CutPrefix(path, a.Key+".")
		if !in || a.Value.Kind() != slog.KindGroup {
			continue
		}
		if v, in := lookUp(a.Value.Group(), rest); in {
			found, ok = v, true
		}
	}
	return found, ok
}

// Map returns the record in the form that [testing/slogtest] works with: the message, the level and,
// unless it is zero, the time under [slog.MessageKey], [slog.LevelKey] and [slog.TimeKey]; attributes
// as [slog.Value.Any] gives them; groups as maps. Of repeated keys the last counts; repeated groups are
// merged.
func (r Record) Map() map[string]any {
	m := map[string]any{slog.LevelKey: r.Level, slog.MessageKey: r.Message}
	if !r.Time.IsZero() {
		m[slog.TimeKey] = r.Time
	}
	fill(m, r.Attrs)
	return m
}

func fill(m map[string]any, attrs []slog.Attr) {
	for _, a := range attrs {
		if a.Value.Kind() != slog.KindGroup {
			m[a.Key] = a.Value.Any()
			continue
		}
		group := make(map[string]any)
		if old, ok := m[a.Key].(map[string]any); ok {
			maps.Copy(group, old)
		}
		fill(group, a.Value.Group())
		m[a.Key] = group
	}
}
