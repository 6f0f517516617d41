package sqltext

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
	switch c := s.src[s.pos]; classes[c] {
	case classSpace:
		s.pos++
		s.gap = true
	case classLetter:
		s.word()
	case classDigit:
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
		s.name(s.quoted(s.pos, '`', s.dialect.names))
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
		switch {
		case c == '#' && s.dialect.hashNames:
			s.word()
		case !s.comment():
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
	if c == '-' && s.dialect.dashSpace && len(s.out) > 0 && s.out[len(s.out)-1] == '-' {
		s.gap = true // the space behind it would begin a comment, where one was left out
	}
	s.put(s.src[s.pos:s.pos+1], kindNone)
	if c != '{' { // that of {call f(?)}
		s.summary.other()
	}
	s.pos++
}

// number reads a number in any form. Whatever sticks to it is part of it.
func (s *scanner) number() {
	digits := s.src[s.pos:]
	hex := len(digits) > 1 && digits[1]|0x20 == 'x'
	n := 1
	for ; n < len(digits); n++ {
		c := digits[n]
		sign := (c == '+' || c == '-') && digits[n-1]|0x20 == 'e' && !hex && n+1 < len(digits) && isDigit(digits[n+1])
		if !isWord(c) && c != '.' && !sign {
			break
		}
	}
	s.pos += n
	s.placeholder()
}

// parameter writes what begins with a character that parameters begin with.
func (s *scanner) parameter(c byte) {
	end := s.pos + 1
	double := (c == ':' || c == '@') && s.at(1) == c // a cast, or a variable of the server
	if double {
		end++
	}
	begin := end
	for end < len(s.src) && isWord(s.src[end]) {
		end++
	}
	name := s.src[begin:end]
	switch {
	case c == '$' && s.dialect.dollars && s.dollarQuoted():
	case double && c == ':':
		s.put("::", kindNone)
		s.pos = begin
	case s.numbered(c, name), name != "" && isLetter(name[0]):
		s.put(s.src[s.pos:end], kindValue)
		s.summary.value()
		s.pos = end
	case c == '$' && isNumber(name): // money, or a parameter of a database that is not known
		s.number()
	case c == '?':
		s.pos++
		s.placeholder()
	default:
		s.operator(c)
	}
}

const maxParameter = 5 // digits of its number

// numbered reports whether c and name are a parameter that has a number. Behind a value a colon is not, but
// part of a range.
func (s *scanner) numbered(c byte, name string) bool {
	return strings.IndexByte(s.dialect.numbered, c) >= 0 && isNumber(name) && len(name) <= maxParameter &&
		(c != ':' || s.last == kindNone)
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

// The classes of characters. Those of other alphabets are letters.
const (
	classSpace = 1 << iota
	classDigit
	classLetter
	classDollar
)

var classes = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c <= ' ':
			t[c] = classSpace
		case '0' <= c && c <= '9':
			t[c] = classDigit
		case 'a' <= c|0x20 && c|0x20 <= 'z', c == '_', c >= 0x80:
			t[c] = classLetter
		case c == '$':
			t[c] = classDollar
		}
	}
	return t
}()

func isSpace(c byte) bool  { return c <= ' ' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return classes[c] == classLetter }
func isWord(c byte) bool   { return classes[c]&(classDigit|classLetter|classDollar) != 0 }

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
