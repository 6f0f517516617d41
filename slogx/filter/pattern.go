package filter

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// pattern is a pattern ready for use.
type pattern struct {
	re    *regexp.Regexp // nil for a glob
	glob  string
	exact bool // glob is the text itself
}

func parsePattern(s string) (pattern, error) {
	if expr, ok := strings.CutPrefix(s, "~"); ok {
		re, err := regexp.Compile(expr)
		if err != nil {
			return pattern{}, fmt.Errorf("pattern %q: %w", s, err)
		}
		return pattern{re: re}, nil
	}
	if n := len(s) - len(strings.TrimRight(s, `\`)); n%2 == 1 {
		return pattern{}, fmt.Errorf(`pattern %q ends in a single \, want a character behind it, or \\`, s)
	}
	return pattern{glob: s, exact: !strings.ContainsAny(s, `*?\`)}, nil
}

func (p *pattern) match(s string) bool {
	switch {
	case p.re != nil:
		return p.re.MatchString(s)
	case p.exact:
		return s == p.glob
	default:
		return matchGlob(p.glob, s)
	}
}

// matchGlob goes back to the last star only, so it takes at most len(glob) × len(s) steps.
func matchGlob(glob, s string) bool {
	star, from := -1, 0 // where to go on behind the last star
	g, i := 0, 0
	for i < len(s) || g < len(glob) {
		if g < len(glob) && glob[g] == '*' {
			g++
			star, from = g, i
			continue
		}
		if n, m := step(glob[g:], s[i:]); n > 0 {
			g, i = g+n, i+m
			continue
		}
		if star < 0 || from >= len(s) {
			return false
		}
		from++
		g, i = star, from
	}
	return true
}

// step matches the first element of glob, which is no star, with the beginning of s. It returns how long both
// are, 0 if they do not match.
func step(glob, s string) (n, m int) {
	if glob == "" || s == "" {
		return 0, 0
	}
	if glob[0] == '?' {
		_, m = utf8.DecodeRuneInString(s)
		return 1, m
	}
	if glob[0] == '\\' {
		n, glob = 1, glob[1:]
	}
	if glob[0] != s[0] {
		return 0, 0
	}
	return n + 1, 1
}
