package sqltext

import "strings"

// str reads the string whose quote stands at open, and what stands before it from s.pos on.
func (s *scanner) str(open int, b backslash) {
	begin := s.pos
	end, sure := s.quoted(open, '\'', b)
	if sure && s.dialect.quotes == quotesByPlace {
		s.summary.literal(begin, end, s.src)
	}
	s.pos = end
	s.placeholder()
}

// quoted returns the end of what stands in quotes from open on, and whether it ends there for certain.
func (s *scanner) quoted(open int, quote byte, b backslash) (end int, sure bool) {
	if b == backslashUnknown && open+2 < len(s.src) && s.src[open+1] == quote && s.src[open+2] == quote {
		return len(s.src), false // a quote at the beginning of the string, or a string between three quotes
	}
	for i := open + 1; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c == '\\' && b == backslashEscape:
			i++
		case c != quote:
		case b == backslashUnknown && s.src[i-1] == '\\':
			return len(s.src), false
		case i+1 < len(s.src) && s.src[i+1] == quote:
			i++
		default:
			return i + 1, true
		}
	}
	return len(s.src), false
}

// doubleQuotes reads "…", which is a name or a string.
func (s *scanner) doubleQuotes() {
	q := s.dialect.quotes
	if q == quotesByPlace {
		end, _ := s.quoted(s.pos, '"', s.dialect.names)
		beside := s.last == kindDot || end < len(s.src) && s.src[end] == '.'
		if beside || s.summary.expects() {
			q = quotesName
		}
	}
	if q == quotesName && !s.summary.secret() {
		s.name(s.quoted(s.pos, '"', s.dialect.names))
		return
	}
	s.pos, _ = s.quoted(s.pos, '"', s.dialect.strings)
	s.placeholder()
}

// name writes a name in quotes, if it ends for certain.
func (s *scanner) name(end int, sure bool) {
	if !sure {
		s.rest()
		return
	}
	begin := s.pos
	s.put(s.src[begin:end], kindValue)
	s.summary.name(begin, end, s.src)
	s.pos = end
}

// bracket reads [, which begins a name or a list of values.
func (s *scanner) bracket() {
	if s.dialect.brackets {
		s.name(s.bracketed())
		return
	}
	if s.dialect.unknown() {
		inside, behind, _ := strings.Cut(s.src[s.pos+1:], "]")
		if strings.HasPrefix(behind, "]") || !balanced(inside) {
			s.rest()
			return
		}
	}
	s.put("[", kindNone)
	s.summary.other()
	s.pos++
}

// bracketed is quoted for a name in brackets.
func (s *scanner) bracketed() (end int, sure bool) {
	for i := s.pos + 1; i < len(s.src); i++ {
		if s.src[i] != ']' {
			continue
		}
		if i+1 == len(s.src) || s.src[i+1] != ']' {
			return i + 1, true
		}
		i++
	}
	return len(s.src), false
}

// dollarQuoted reads $tag$ … $tag$ and reports whether there is one.
func (s *scanner) dollarQuoted() bool {
	i := s.pos + 1
	for i < len(s.src) && s.src[i] != '$' && (isLetter(s.src[i]) || isDigit(s.src[i]) && i > s.pos+1) {
		i++
	}
	if i == len(s.src) || s.src[i] != '$' {
		return false
	}
	tag := s.src[s.pos : i+1]
	inside, _, found := strings.Cut(s.src[i+1:], tag)
	if !found || s.dialect.unknown() && !plain(inside) {
		s.rest()
		return true
	}
	s.pos = i + 1 + len(inside) + len(tag)
	s.placeholder()
	return true
}

// prefixed reads a string that a word, from begin to s.pos, belongs to, and reports whether there is one.
func (s *scanner) prefixed(begin int) bool {
	word, open := s.src[begin:s.pos], s.pos
	if (word == "U" || word == "u") && s.at(0) == '&' && (s.at(1) == '\'' || s.at(1) == '"') {
		open++
	} else if len(word) > 2 || s.at(0) != '\'' {
		return false
	}
	b := s.dialect.strings
	switch strings.ToLower(word) {
	case "e":
		s.pos, _ = s.quoted(open, '\'', backslashEscape)
		s.continued()
		s.placeholder()
		return true
	case "q", "nq":
		if s.dialect.unknown() {
			s.rest()
			return true
		}
		if !s.dialect.delimited {
			return false
		}
		s.pos = s.delimited(open)
		s.placeholder()
		return true
	case "b", "rb", "br":
		b = s.dialect.bytes
	case "n", "x", "r", "u":
	default:
		return false
	}
	s.pos = begin
	if s.src[open] == '"' {
		s.name(s.quoted(open, '"', backslashPlain))
	} else {
		s.str(open, b)
	}
	return true
}

// continued reads on where a string in E'…' goes on behind a line break: there it needs no E.
func (s *scanner) continued() {
	for s.pos < len(s.src) {
		next, broken := s.pos, false
		for next < len(s.src) && isSpace(s.src[next]) {
			broken = broken || s.src[next] == '\n' || s.src[next] == '\r'
			next++
		}
		switch {
		case strings.HasPrefix(s.src[next:], "--") && !s.dialect.unknown():
			comment, sure := s.lineAt(next)
			if s.pos = next + len(comment); !sure {
				s.pos = len(s.src)
			}
		case broken && next < len(s.src) && s.src[next] == '\'':
			s.pos, _ = s.quoted(next, '\'', backslashEscape)
		default:
			return
		}
	}
}

// delimited returns the end of q'[…]', whose quote stands at open.
func (s *scanner) delimited(open int) int {
	if open+1 >= len(s.src) {
		return len(s.src)
	}
	closing := s.src[open+1]
	if i := strings.IndexByte("[{(<", closing); i >= 0 {
		closing = "]})>"[i]
	}
	n := strings.Index(s.src[open+2:], string([]byte{closing, '\''}))
	if n < 0 {
		return len(s.src)
	}
	return open + 2 + n + 2
}
