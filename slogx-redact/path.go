package slogxredact

import (
	"bytes"
	"fmt"
	"math/bits"
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

// Bounds of a rule, whose parts are bits, and of what a key is split into: keys may come from anywhere.
const (
	maxParts = 60
	maxDots  = 30
)

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
	if len(rule) > maxParts {
		return nil, fmt.Errorf("%q: want at most %d keys", path, maxParts)
	}
	return rule, nil
}

// match reports whether the rule is for the value at path. It takes time linear in the length of path: a set of
// the parts that the next segment may be is all that it keeps.
func (r pathRule) match(path []segment) bool {
	states := r.skipDeep(1)
	for i := range path {
		s := &path[i]
		var next uint64
		if s.index {
			next = states
		}
		for rest := states; rest != 0; rest &= rest - 1 {
			part := bits.TrailingZeros64(rest)
			switch {
			case part == len(r): // the rule ended before
			case r[part].deep:
				next |= 1 << part
			case r[part].is(s):
				next |= 1 << (part + 1)
			}
		}
		if states = r.skipDeep(next); states == 0 {
			return false
		}
	}
	return states>>len(r)&1 != 0
}

// skipDeep adds to a set of parts those behind ** in it, which may stand for nothing.
func (r pathRule) skipDeep(states uint64) uint64 {
	for i := range r {
		if r[i].deep && states>>i&1 != 0 {
			states |= 1 << (i + 1)
		}
	}
	return states
}

func (p *pathPart) is(s *segment) bool {
	if p.star || s.any {
		return true
	}
	if s.name != "" {
		return string(p.text) == s.name
	}
	return p.named(s.key) || s.alt != "" && p.named(s.alt)
}

// named reports whether key is that of the part.
func (p *pathPart) named(key string) bool {
	var (
		text   [64]byte
		starts [16]int
	)
	f := fold(key, text[:0], starts[:0])
	return bytes.Equal(f.text, p.text)
}

// appendKey appends the segments of a key, which is several where it has dots.
func appendKey(path []segment, key, alt string) []segment {
	for range maxDots {
		part, rest, dots := strings.Cut(key, ".")
		if !dots {
			break
		}
		path = append(path, segment{key: part, alt: alt})
		key = rest
	}
	return append(path, segment{key: key, alt: alt})
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
