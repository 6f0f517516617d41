package slogxredact

import (
	"bytes"
	"fmt"
	"strings"
)

// segment is one key on the way from the root of a record to a value.
type segment struct {
	key, alt string // alt is the name of the field in Go, where the key is that in JSON
	name     string // the key, folded, if it is known
	index    bool   // an element of a list: a rule need not mention it
	any      bool   // a key that is not known: every rule may mean it
}

// pathRule is a compiled path.
type pathRule []pathPart

// pathPart is what a segment must be.
type pathPart struct {
	text []byte // folded
	star bool   // any one
	deep bool   // any number
}

// parsePath compiles a path.
func parsePath(path string) (pathRule, error) {
	var rule pathRule
	for part := range strings.SplitSeq(path, ".") {
		switch text := foldAll(part); {
		case part == "*":
			rule = append(rule, pathPart{star: true})
		case part == "**":
			rule = append(rule, pathPart{deep: true})
		case strings.Contains(part, "*"), len(text) == 0:
			return nil, fmt.Errorf("%q: want keys joined by dots, each a name, * for any one, or ** for any number", path)
		default:
			rule = append(rule, pathPart{text: text})
		}
	}
	return rule, nil
}

// match reports whether the rule is for the value at path.
func (r pathRule) match(path []segment) bool {
	switch {
	case len(path) == 0:
		return len(r) == 0 || r[0].deep && r[1:].match(path)
	case path[0].index && r.match(path[1:]):
		return true
	case len(r) == 0:
		return false
	case r[0].deep:
		return r[1:].match(path) || r.match(path[1:])
	default:
		return r[0].is(path[0]) && r[1:].match(path[1:])
	}
}

func (p pathPart) is(s segment) bool {
	if p.star || s.any {
		return true
	}
	if s.name != "" {
		return string(p.text) == s.name
	}
	return p.named(s.key) || s.alt != "" && p.named(s.alt)
}

// named reports whether key is that of the part.
func (p pathPart) named(key string) bool {
	var (
		text   [64]byte
		starts [16]int
	)
	f := fold(key, text[:0], starts[:0])
	return bytes.Equal(f.text, p.text)
}

// appendKey appends the segments of a key, which is several where it has dots.
func appendKey(path []segment, key, alt string) []segment {
	for {
		part, rest, dots := strings.Cut(key, ".")
		path = append(path, segment{key: part, alt: alt})
		if !dots {
			return path
		}
		key = rest
	}
}

func matchAny(rules []pathRule, path []segment) bool {
	for _, r := range rules {
		if r.match(path) {
			return true
		}
	}
	return false
}

// text is the path as rules are written.
func pathText(path []segment) string {
	var b strings.Builder
	for _, s := range path {
		if s.index {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.key)
	}
	return b.String()
}
