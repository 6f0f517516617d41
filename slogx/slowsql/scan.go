package slowsql

import "strings"

// A scanner reads the text of a statement once: it writes it without literals and comments, and tells the
// summary about words and names. What it cannot read for certain it takes for a literal.
type scanner struct {
	src     string
	pos     int
	dialect dialect

	out  []byte
	max  int
	gap  bool // white space or a comment since the last token
	held bool // a comma of a list that is not written: what follows may be left out as well
	last kind
	code bool // inside of a comment that MySQL executes

	summary summary
}

// A kind is what a token means for the one behind it.
type kind uint8

const (
	kindNone        kind = iota // an operator, a bracket or a word before a value: a sign belongs to the number
	kindValue                   // a name, a parameter, a closing bracket: behind it a sign is an operator
	kindPlaceholder             // a value that is written as ?
	kindDot
)

// scan reads until the end of the text, or until more is written than there is room for.
func (s *scanner) scan() {
	s.summary.begin()
	s.out = make([]byte, 0, min(len(s.src), s.max)+1)
	for s.pos < len(s.src) && len(s.out) <= s.max {
		s.token()
	}
}

func (s *scanner) token() {
	c := s.src[s.pos]
	switch {
	case isSpace(c):
		s.pos++
		s.gap = true
	case isLetter(c):
		s.word()
	case isDigit(c):
		s.number()
	default:
		s.special(c)
	}
}

func (s *scanner) special(c byte) {
	switch c {
	case '\'':
		s.str(s.pos, s.dialect.strings)
	case '"':
		s.doubleQuotes()
	case '`':
		s.name(s.quoted(s.pos, '`', backslashPlain))
	case '[':
		s.bracket()
	case '(':
		s.put("(", kindNone)
		s.summary.open()
		s.pos++
	case ')':
		s.put(")", kindValue)
		s.summary.close()
		s.pos++
	case ']':
		s.put("]", kindValue)
		s.pos++
	case ',':
		s.comma()
	case ';':
		s.put(";", kindNone)
		s.summary.begin()
		s.pos++
	case '.':
		s.dot()
	case '-', '#', '/', '*':
		if !s.comment() {
			s.operator(c)
		}
	case '$', ':', '@', '?':
		s.parameter(c)
	default:
		s.operator(c)
	}
}

// put writes a token.
func (s *scanner) put(token string, k kind) {
	if s.held {
		s.held = false
		s.out = append(s.out, ',')
	}
	if s.gap && len(s.out) > 0 {
		s.out = append(s.out, ' ')
	}
	s.gap = false
	s.out = append(s.out, token...)
	s.last = k
}

// placeholder writes what stands for a literal. The second of a list after IN is left out.
func (s *scanner) placeholder() {
	s.summary.value()
	if s.held {
		s.held, s.gap, s.last = false, false, kindPlaceholder
		return
	}
	s.put("?", kindPlaceholder)
}

func (s *scanner) comma() {
	s.pos++
	s.summary.comma()
	if s.last == kindPlaceholder && s.summary.inList() {
		s.held, s.gap, s.last = true, false, kindNone
		return
	}
	s.put(",", kindNone)
}

// dot writes a dot, or a number that begins with one.
func (s *scanner) dot() {
	beside := !s.gap && s.last == kindValue // of a name
	if !beside && isDigit(s.at(1)) {
		s.number()
		return
	}
	s.put(".", kindDot)
	s.summary.dot(beside)
	s.pos++
}

// operator writes one character. A sign that belongs to a number goes with it.
func (s *scanner) operator(c byte) {
	if (c == '-' || c == '+') && s.last == kindNone {
		next := s.pos + 1
		for next < len(s.src) && isSpace(s.src[next]) {
			next++
		}
		if next < len(s.src) && (isDigit(s.src[next]) || s.src[next] == '.' && next+1 < len(s.src) && isDigit(s.src[next+1])) {
			s.pos = next
			s.number()
			return
		}
	}
	s.put(s.src[s.pos:s.pos+1], kindNone)
	if c != '{' { // that of {call f(?)}
		s.summary.other()
	}
	s.pos++
}

// number reads a number in any form. Whatever sticks to it is part of it.
func (s *scanner) number() {
	begin := s.pos
	for s.pos++; s.pos < len(s.src); s.pos++ {
		c := s.src[s.pos]
		sign := (c == '+' || c == '-') && s.src[s.pos-1]|0x20 == 'e' && isDigit(s.at(1)) && s.src[begin+1]|0x20 != 'x'
		if !isWord(c) && c != '.' && !sign {
			break
		}
	}
	s.placeholder()
}

// parameter writes what begins with a character that parameters begin with.
func (s *scanner) parameter(c byte) {
	end := s.pos + 1
	if (c == ':' || c == '@') && end < len(s.src) && s.src[end] == c { // a cast, or a variable of the server
		end++
	}
	begin := end
	for end < len(s.src) && isWord(s.src[end]) {
		end++
	}
	name := s.src[begin:end]
	switch {
	case c == '$' && s.dialect.dollars && s.dollarQuoted():
	case c == '$' && isNumber(name):
		if s.dialect.dollarArg && len(name) <= 5 {
			s.known(end)
		} else { // money
			s.number()
		}
	case c == '?':
		if isNumber(name) && len(name) <= 5 && s.dialect.dollarArg && !s.dialect.nested {
			s.known(end)
		} else {
			s.pos++
			s.placeholder()
		}
	case begin > s.pos+1 && c == ':': // a cast
		s.put("::", kindNone)
		s.pos = begin
	case name != "" && isLetter(name[0]), c == ':' && s.dialect.oracle && isNumber(name) && len(name) <= 4:
		s.known(end)
	default:
		s.operator(c)
	}
}

// known writes a parameter as it is.
func (s *scanner) known(end int) {
	s.put(s.src[s.pos:end], kindValue)
	s.summary.value()
	s.pos = end
}

// at returns the character n behind the current one, or 0.
func (s *scanner) at(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

// rest takes all that is left for a literal.
func (s *scanner) rest() {
	s.pos = len(s.src)
	s.placeholder()
}

// comment skips a comment and reports whether there is one.
func (s *scanner) comment() bool {
	d := s.dialect
	two := s.src[s.pos:min(s.pos+2, len(s.src))]
	switch {
	case two == "--" && (!d.dashSpace || s.at(2) <= ' '):
		s.line(d.strings == backslashUnknown && s.at(2) > ' ')
	case s.src[s.pos] == '#' && d.hash:
		s.line(false)
	case s.src[s.pos] == '#' && d.strings == backslashUnknown && strings.ContainsAny(s.restOfLine(), quoteChars):
		s.rest()
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

const quoteChars = "'\"`*"

func (s *scanner) restOfLine() string {
	line, _, _ := strings.Cut(s.src[s.pos:], "\n")
	return line
}

// line skips the rest of the line. If it may be code it must not begin a literal.
func (s *scanner) line(unsure bool) {
	line := s.restOfLine()
	if unsure && strings.ContainsAny(line, quoteChars) {
		s.rest()
		return
	}
	s.pos += len(line)
	s.gap = true
}

// block skips /* … */, or only the /*! of what MySQL executes.
func (s *scanner) block() {
	begin := s.pos
	s.pos += 2
	if s.dialect.hash && (s.at(0) == '!' || s.at(0) == 'M' && s.at(1) == '!') {
		for s.pos < len(s.src) && (s.src[s.pos] == '!' || s.src[s.pos] == 'M' || isDigit(s.src[s.pos])) {
			s.pos++
		}
		s.code, s.gap = true, true
		return
	}
	s.gap = true
	for depth := 1; depth > 0; s.pos += 2 {
		i := strings.IndexAny(s.src[s.pos:], "*/")
		if i < 0 || s.pos+i+1 >= len(s.src) {
			s.pos = len(s.src)
			return
		}
		s.pos += i
		switch s.src[s.pos : s.pos+2] {
		case "*/":
			depth--
		case "/*":
			if s.dialect.nested {
				depth++
			} else if s.dialect.strings == backslashUnknown {
				s.rest()
				return
			} else {
				s.pos--
			}
		default:
			s.pos--
		}
	}
	if s.dialect.strings == backslashUnknown && s.src[begin+2] == '!' && strings.ContainsAny(s.src[begin+2:s.pos-2], quoteChars) {
		s.rest()
	}
}

func isSpace(c byte) bool  { return c <= ' ' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c >= 0x80 }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) || c == '$' }

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
