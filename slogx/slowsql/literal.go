package slowsql

import "strings"

// str reads the string whose quote stands at open, and what stands before it from s.pos on.
func (s *scanner) str(open int, b backslash) {
	begin := s.pos
	s.pos = open
	end := s.quoted(open, '\'', b)
	if s.dialect.quotes == quotesByPlace {
		s.summary.literal(begin, end, s.src)
	}
	s.pos = end
	s.placeholder()
}

// quoted returns the end of what stands in quotes from open on.
func (s *scanner) quoted(open int, quote byte, b backslash) int {
	for i := open + 1; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c == '\\' && b == backslashEscape:
			i++
		case c != quote:
		case b == backslashUnknown && s.src[i-1] == '\\':
			return len(s.src)
		case i+1 < len(s.src) && s.src[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(s.src)
}

// doubleQuotes reads "…", which is a name or a string.
func (s *scanner) doubleQuotes() {
	q := s.dialect.quotes
	if q == quotesByPlace {
		end := s.quoted(s.pos, '"', backslashPlain)
		beside := s.last == kindDot || end < len(s.src) && s.src[end] == '.'
		if beside || s.summary.expects() {
			q = quotesName
		}
	}
	if q == quotesName && !s.summary.secret() {
		s.name(s.quoted(s.pos, '"', backslashPlain))
		return
	}
	b := s.dialect.strings
	s.pos = s.quoted(s.pos, '"', b)
	s.placeholder()
}

// name writes a name in quotes.
func (s *scanner) name(end int) {
	begin := s.pos
	s.put(s.src[begin:end], kindValue)
	s.summary.name(begin, end, s.src)
	s.pos = end
}

// bracket reads [, which begins a name or a list of values.
func (s *scanner) bracket() {
	if s.dialect.brackets {
		if end := s.bracketed(); end > 0 {
			s.name(end)
			return
		}
	}
	if s.dialect.strings == backslashUnknown {
		inside, _, _ := strings.Cut(s.src[s.pos:], "]")
		if strings.Count(inside, "'")%2 != 0 { // a name with a quote in it, or a string with a bracket
			s.rest()
			return
		}
	}
	s.put("[", kindNone)
	s.summary.other()
	s.pos++
}

// bracketed returns the end of a name in brackets, or 0.
func (s *scanner) bracketed() int {
	for i := s.pos + 1; i < len(s.src); i++ {
		if s.src[i] == ']' {
			if i+1 < len(s.src) && s.src[i+1] == ']' {
				i++
				continue
			}
			return i + 1
		}
	}
	return len(s.src)
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
	if n := strings.Index(s.src[i+1:], tag); n >= 0 {
		s.pos = i + 1 + n + len(tag)
	} else {
		s.pos = len(s.src)
	}
	s.placeholder()
	return true
}

// prefixed reads a string that a word, from begin to s.pos, belongs to, and reports whether there is one.
func (s *scanner) prefixed(begin int) bool {
	word, open := s.src[begin:s.pos], s.pos
	if len(word) == 1 && word[0]|0x20 == 'u' && s.at(0) == '&' && (s.at(1) == '\'' || s.at(1) == '"') {
		if s.at(1) == '"' {
			open++
			s.pos = begin
			s.name(s.quoted(open, '"', backslashPlain))
			return true
		}
		open++
	}
	if open >= len(s.src) || s.src[open] != '\'' || len(word) > 2 {
		return false
	}
	b := s.dialect.strings
	switch strings.ToLower(word) {
	case "e":
		b = backslashEscape
	case "q", "nq":
		if !s.dialect.oracle {
			return false
		}
		s.pos = s.oracleQuoted(open)
		s.placeholder()
		return true
	case "n", "b", "x", "r", "rb", "br", "u":
	default:
		return false
	}
	s.pos = begin
	s.str(open, b)
	return true
}

// oracleQuoted returns the end of q'[…]', whose quote stands at open.
func (s *scanner) oracleQuoted(open int) int {
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
