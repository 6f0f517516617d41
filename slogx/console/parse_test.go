package console_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

const marker = "    │ "

var (
	timeColumn  = regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3}( |$)`)
	levelColumn = regexp.MustCompile(`^(DEBUG|INFO|WARN|ERROR)([+-]\d+)? *`)
)

// parse reads back what a handler without colours and source wrote.
func parse(out []byte) ([]map[string]any, error) {
	var records []map[string]any
	if len(out) > 0 && out[len(out)-1] != '\n' {
		return nil, fmt.Errorf("output does not end in a newline: %q", out)
	}
	var block []string // path and lines of the value that is being continued
	endBlock := func() {
		if len(block) > 1 { // an error that has its text on the line has the errors that it wraps below
			m := records[len(records)-1]
			if _, dup := lookup(m, block[0]); !dup {
				set(m, block[0], strings.Join(block[1:], "\n"))
			}
		}
		block = nil
	}
	for line := range bytes.Lines(out) {
		s := strings.TrimSuffix(string(line), "\n")
		rest, continues := strings.CutPrefix(s, marker)
		switch {
		case !continues:
			endBlock()
			m, err := parseLine(s)
			if err != nil {
				return nil, fmt.Errorf("%w in line %q", err, s)
			}
			records = append(records, m)
		case len(records) == 0:
			return nil, fmt.Errorf("nothing before the continuation %q", s)
		case strings.HasPrefix(rest, "  "):
			block = append(block, rest[2:])
		default:
			endBlock()
			key := strings.TrimSuffix(rest, ":")
			if key == rest {
				return nil, fmt.Errorf("no heading: %q", s)
			}
			block = []string{unquote(key)}
		}
	}
	if len(records) > 0 {
		endBlock()
	}
	return records, nil
}

func parseLine(s string) (map[string]any, error) {
	m := map[string]any{"msg": ""} // an empty one is not shown
	if t := timeColumn.FindString(s); t != "" {
		m["time"] = strings.TrimSpace(t)
		s = s[len(t):]
	}
	if l := levelColumn.FindString(s); l != "" {
		m["level"] = strings.TrimSpace(l)
		s = s[len(l):]
	}
	if strings.HasPrefix(s, "[") {
		name, rest, _ := strings.Cut(s[1:], "]")
		if q, err := quotedPrefix(s[1:]); err == nil {
			name, rest = unquote(q), strings.TrimPrefix(s[1+len(q):], "]")
		}
		m["logger"] = name
		s = strings.TrimPrefix(rest, " ")
	}
	if q, err := quotedPrefix(s); err == nil && !strings.HasPrefix(s[len(q):], "=") {
		m["msg"] = unquote(q)
		s = s[len(q):]
	} else if at := keyStart(s); at > 0 {
		m["msg"] = strings.TrimSuffix(s[:at], " ")
		s = s[at:]
	}
	for s = strings.TrimPrefix(s, " "); s != ""; s = strings.TrimPrefix(s, " ") {
		key, rest, ok := cutToken(s, "=")
		if !ok {
			return nil, fmt.Errorf("no key at %q", s)
		}
		value, rest, _ := cutToken(rest, " ")
		set(m, unquote(key), unquote(value))
		s = rest
	}
	return m, nil
}

// keyStart returns where the first key begins, or the length of s.
func keyStart(s string) int {
	eq := strings.IndexByte(s, '=')
	if eq < 0 {
		return len(s)
	}
	if eq > 0 && s[eq-1] == '"' {
		for i := eq - 2; i >= 0; i-- {
			if q, err := quotedPrefix(s[i:]); s[i] == '"' && (i == 0 || s[i-1] == ' ') && err == nil && i+len(q) == eq {
				return i
			}
		}
	}
	return strings.LastIndexByte(s[:eq], ' ') + 1
}

// cutToken cuts s behind a quoted text, or at sep outside brackets and the quotes between them.
func cutToken(s, sep string) (token, rest string, ok bool) {
	if q, err := quotedPrefix(s); err == nil {
		rest, ok = strings.CutPrefix(s[len(q):], sep)
		return q, rest, ok
	}
	composite, depth := sep == " " && s != "" && strings.ContainsRune("{[&", rune(s[0])), 0
	for i := 0; i < len(s); i++ {
		switch {
		case composite && s[i] == '"':
			if q, err := quotedPrefix(s[i:]); err == nil {
				i += len(q) - 1
			}
		case composite && (s[i] == '{' || s[i] == '['):
			depth++
		case composite && (s[i] == '}' || s[i] == ']'):
			depth--
		case depth <= 0 && strings.HasPrefix(s[i:], sep):
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}

func unquote(s string) string {
	if u, err := strconv.Unquote(s); err == nil && strings.HasPrefix(s, `"`) {
		return u
	}
	return s
}

func set(m map[string]any, path, value string) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		sub, ok := m[name].(map[string]any)
		if !ok {
			sub = make(map[string]any)
			m[name] = sub
		}
		m = sub
	}
	m[names[len(names)-1]] = value
}

func lookup(m map[string]any, path string) (any, bool) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		sub, ok := m[name].(map[string]any)
		if !ok {
			return nil, false
		}
		m = sub
	}
	v, ok := m[names[len(names)-1]]
	return v, ok
}

// quotedPrefix is strconv.QuotedPrefix for double quotes only.
func quotedPrefix(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return "", strconv.ErrSyntax
	}
	return strconv.QuotedPrefix(s)
}
