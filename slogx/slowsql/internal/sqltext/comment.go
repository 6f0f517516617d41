package sqltext

import "strings"

// comment skips a comment and reports whether there is one.
func (s *scanner) comment() bool {
	two := s.src[s.pos:min(s.pos+2, len(s.src))]
	switch {
	case two == "--" && (!s.dialect.dashSpace || isSpace(s.at(2))):
		s.line(s.dialect.unknown() && !isSpace(s.at(2)))
	case two[0] == '#' && s.dialect.hash:
		s.line(false)
	case two[0] == '#' && s.dialect.unknown():
		s.line(true)
	case two == "/*":
		s.block()
	case two == "*/" && s.code:
		s.code, s.gap = false, true
		s.pos += 2
	default:
		return false
	}
	return true
}

// line skips the rest of the line, or takes it for a literal if it may be code. Then what it may begin must
// end in it.
func (s *scanner) line(unsure bool) {
	line, sure := s.lineAt(s.pos)
	switch {
	case !sure, unsure && !plain(line[1:]):
		s.rest()
	case unsure:
		s.pos += len(line)
		s.placeholder()
	default:
		s.pos += len(line)
		s.gap = true
	}
}

// lineAt returns what is left of the line from begin on, and whether all databases agree about its end: for
// some a carriage return alone is one.
func (s *scanner) lineAt(begin int) (line string, sure bool) {
	line, _, _ = strings.Cut(s.src[begin:], "\n")
	_, behind, _ := strings.Cut(line, "\r")
	return line, plain(behind)
}

// plain reports whether all databases agree that nothing begins in text that might end behind it.
func plain(text string) bool { return !strings.ContainsAny(text, "'\"`*$[]") }

// block skips /* … */, or only the /*! of what MySQL executes.
func (s *scanner) block() {
	if s.dialect.code && (s.at(2) == '!' || s.at(2) == 'M' && s.at(3) == '!') {
		s.executed()
		return
	}
	begin := s.pos
	s.pos += 2
	s.gap = true
	for depth := 1; depth > 0; s.pos += 2 {
		i := strings.IndexAny(s.src[s.pos:], "*/")
		if i < 0 || s.pos+i+1 >= len(s.src) {
			s.pos = len(s.src)
			return
		}
		s.pos += i
		switch two := s.src[s.pos : s.pos+2]; {
		case two == "*/":
			depth--
		case two == "/*" && s.dialect.comments == nestingYes:
			depth++
		case two == "/*" && s.dialect.comments == nestingUnknown:
			s.rest()
			return
		default:
			s.pos--
		}
	}
	if inside := s.src[begin+2 : s.pos-2]; s.dialect.unknown() && strings.HasPrefix(inside, "!") && !plain(inside) {
		s.rest()
	}
}

// executed reads what begins a comment that MySQL and MariaDB execute, if their version is new enough: so
// what is in it must not depend on that.
func (s *scanner) executed() {
	begin := s.pos
	s.pos = begin + strings.IndexByte(s.src[begin:], '!') + 1
	inside, _, found := strings.Cut(s.src[s.pos:], "*/")
	if s.code || !found || strings.Contains(inside, "/*") || !balanced(inside) {
		s.rest()
		return
	}
	for n := 0; n < 6 && isDigit(s.at(0)); n++ {
		s.pos++
	}
	s.code, s.gap = true, true
}

// balanced reports whether it is the same for what is behind text whether its quotes count: they are of one
// kind, and even in number, and nothing else begins in it.
func balanced(text string) bool {
	kinds := 0
	for _, quote := range [...]string{"'", `"`, "`"} {
		n := strings.Count(text, quote)
		if n%2 != 0 {
			return false
		}
		kinds += min(n, 1)
	}
	return kinds <= 1 && !strings.ContainsAny(text, "\\#[$") && !strings.Contains(text, "--") && !strings.Contains(text, "/*")
}
