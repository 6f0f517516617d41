package slogxtest

import (
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// check returns what is wrong with the output of one record, "" if nothing is. Values are compared as
// fmt.Sprint writes them, since encoders give numbers back in different types, and some only text.
type check func(map[string]any) string

func hasAttr(key string, want any) check {
	return func(m map[string]any) string {
		got, ok := m[key]
		switch {
		case !ok:
			return fmt.Sprintf("missing key %q in %s", key, show(m))
		case fmt.Sprint(got) != fmt.Sprint(want):
			return fmt.Sprintf("%q: got %v, want %v", key, got, want)
		}
		return ""
	}
}

func hasKey(key string) check {
	return func(m map[string]any) string {
		if _, ok := m[key]; !ok {
			return fmt.Sprintf("missing key %q in %s", key, show(m))
		}
		return ""
	}
}

func missingKey(key string) check {
	return func(m map[string]any) string {
		if _, ok := m[key]; ok {
			return fmt.Sprintf("unexpected key %q in %s", key, show(m))
		}
		return ""
	}
}

// onlyKeys says that a group has these keys and no others.
func onlyKeys(keys ...string) check {
	return func(m map[string]any) string {
		if got := slices.Sorted(maps.Keys(m)); !slices.Equal(got, slices.Sorted(slices.Values(keys))) {
			return fmt.Sprintf("got keys %q, want %q", got, keys)
		}
		return ""
	}
}

func inGroup(name string, c check) check {
	return func(m map[string]any) string {
		g, ok := m[name].(map[string]any)
		if !ok {
			return fmt.Sprintf("missing group %q in %s", name, show(m))
		}
		return c(g)
	}
}

// lacksText says that the text is nowhere in the output.
func lacksText(text string) check {
	return func(m map[string]any) string {
		if strings.Contains(fmt.Sprint(m), text) {
			return fmt.Sprintf("the output has %q in it", text)
		}
		return ""
	}
}

// isPanic says that the value shows that user code panicked.
func isPanic(key string) check {
	return func(m map[string]any) string {
		if got, ok := m[key]; !ok || !strings.HasPrefix(fmt.Sprint(got), "!PANIC: ") {
			return fmt.Sprintf("%q: got %v, want !PANIC: and the reason", key, got)
		}
		return ""
	}
}

// isNil says that the value shows a nil pointer.
func isNil(key string) check {
	return func(m map[string]any) string {
		got, ok := m[key]
		if text := fmt.Sprint(got); !ok || text != "<nil>" && text != "null" {
			return fmt.Sprintf("%q: got %v, want <nil> or null", key, got)
		}
		return ""
	}
}

// show writes m for a person, cut where it is long.
func show(m map[string]any) string {
	const most = 500
	s := fmt.Sprint(m)
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// withSource adds to an explanation where it stands.
func withSource(s string) string {
	_, file, line, _ := runtime.Caller(1)
	return fmt.Sprintf("%s (%s:%d)", s, filepath.Base(file), line)
}
