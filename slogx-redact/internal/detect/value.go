package detect

import (
	"strings"
	"unicode/utf8"
)

// quoted returns the bounds of what stands between quotes, braces or brackets that open at v, or zeros. What
// is not closed goes on to the end of the text.
func quoted(s string, v int, equals bool) (from, to int) {
	v = typeEnd(s, v)
	switch c := s[v]; {
	case c == '\\' && v+1 < len(s) && (s[v+1] == '"' || s[v+1] == '\''):
		return v + 2, escapedQuote(s, v+2, s[v+1])
	case c == '"' || c == '\'' || c == '`':
		return v + 1, closingQuote(s, v+1, c, equals)
	case c == '{' && equals:
		if to = closingBrace(s, v+1); to > 0 {
			return v + 1, to
		}
	case (c == '[' || c == '{') && !equals:
		if c == '{' && isSchemed(s, v) {
			return 0, 0
		}
		return oneString(s, v+1, closing(s, v))
	case c == '[' || c == '(':
		if to = closingLine(s, v); to > v+1 {
			return oneString(s, v+1, to)
		}
	case c >= utf8.RuneSelf:
		return typographic(s, v)
	}
	return 0, 0
}

// oneString returns the bounds of the string in quotes that stands from start to end and nothing else, as the
// value of a header does, or these.
func oneString(s string, start, end int) (from, to int) {
	if end-start > 2 && (s[start] == '"' || s[start] == '\'') && strings.IndexByte(s[start+1:end], s[start]) == end-start-2 {
		return start + 1, end - 1
	}
	return start, end
}

// typeEnd returns where the bracket, the parenthesis or the quote behind the name of a type at i is, as in
// []string{"x"}, Some("x"), map[a:x]; or i.
func typeEnd(s string, i int) int {
	const list, empty = "[]", "interface {}"
	at := i
	if strings.HasPrefix(s[at:], "map[") {
		return at + len("map")
	}
	if at < len(s) && s[at] == '&' {
		at++
	}
	if strings.HasPrefix(s[at:], list) {
		at += len(list)
	}
	if strings.HasPrefix(s[at:], empty) {
		at += len(empty)
	} else {
		at = run(s, at, maxType, alnum|joiner)
	}
	switch {
	case at == i || at+1 >= len(s):
		return i
	case s[at] == '{' && (s[i] == '[' || s[i] == '&'), s[at] == '{' && s[at-1] == '}', s[at] == '(' && (s[at+1] == '"' || s[at+1] == '\''):
		return at
	case at == i+1 && (s[at] == '"' || s[at] == '\'') && strings.IndexByte("NnbBfrRuU@", s[i]) >= 0:
		return at // N'x', b'x'
	}
	return i
}

const maxType = 48

// isSchemed reports whether the brace at i opens the name of a scheme with its value right behind: {SSHA}x.
func isSchemed(s string, i int) bool {
	end := i + 1
	for end < len(s) && end < i+20 && (is(s[end], upper|digit) || s[end] == '-') {
		end++
	}
	return end > i+1 && end+1 < len(s) && s[end] == '}' && is(s[end+1], alnum)
}

// typographic returns the bounds of what stands between the typographic quotes that open at i, or zeros.
func typographic(s string, i int) (from, to int) {
	for _, q := range [...][2]string{{"“", "”"}, {"‘", "’"}, {"„", "“"}, {"«", "»"}} {
		if strings.HasPrefix(s[i:], q[0]) {
			from = i + len(q[0])
			if n := strings.Index(s[from:min(len(s), from+maxBraced)], q[1]); n >= 0 {
				return from, from + n
			}
			return from, lineEnd(s, from)
		}
	}
	return 0, 0
}

// closingLine returns where the bracket or the parenthesis at i closes on its line, or 0.
func closingLine(s string, i int) int {
	depth := 0
	for limit := min(len(s), i+maxBraced); i < limit && s[i] >= ' '; i++ {
		switch s[i] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return 0
}

// closingQuote returns where the quotes c that opened before i close. Behind an equals sign doubled ones are
// one of the value, as in connection strings.
func closingQuote(s string, i int, c byte, equals bool) int {
	for from := i; i < len(s); i++ {
		switch {
		case s[i] == '\\' && c != '`':
			i++
		case s[i] != c:
		case equals && i > from && i+1 < len(s) && s[i+1] == c:
			i++
		default:
			return i
		}
	}
	return len(s)
}

// escapedQuote returns where the quotes \c that opened before i close. More than one backslash before c make
// it one of the value.
func escapedQuote(s string, i int, c byte) int {
	for from := i; ; i++ {
		n := strings.IndexByte(s[i:], c)
		if n < 0 {
			return len(s)
		}
		i += n
		switch slash := i - 1; {
		case i == from || s[slash] != '\\':
			return i
		case slash == from || s[slash-1] != '\\':
			return slash
		}
	}
}

// closingBrace returns where the brace that opened before i closes, or 0. Doubled ones are one of the value.
func closingBrace(s string, i int) int {
	for limit := min(len(s), i+maxBraced); i < limit; i++ {
		if s[i] != '}' {
			continue
		}
		if i+1 == len(s) || s[i+1] != '}' {
			return i
		}
		i++
	}
	return 0
}

const maxBraced = 512

// closing returns where the bracket that opens at i closes, or the end of the text.
func closing(s string, i int) int {
	depth := 0
	for quote := false; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"':
			quote = !quote
		case quote:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

// plainEnd returns the end of the value without quotes that begins at v: a space, a quote, a semicolon, or a mark
// that closes something that was opened before v and behind which there is no more of the value.
func plainEnd(s string, v int) int {
	depth := 0
	for i := v; i < len(s); i++ {
		switch c := s[i]; {
		case c <= ' ' || c == '"' || c == 0x7F:
			return i
		case c == '\\':
			if i+1 < len(s) && (s[i+1] == '"' || isEscape(s[i+1])) {
				return i
			}
			if i+1 < len(s) && s[i+1] == ' ' {
				i++
			}
		case c == ';':
			if i > v && endsValue(s, i+1) {
				return i
			}
		case c == '(' || c == '[' || c == '{' || c == '<':
			depth++
		case depth > 0 && (c == ')' || c == ']' || c == '}' || c == '>'):
			depth--
		case strings.IndexByte(",)]}>&|'`", c) >= 0:
			if i > v && endsValue(s, i+1) {
				return i
			}
		case (c == '.' || c == ':') && i > v && (i+1 == len(s) || s[i+1] <= ' '):
			return i
		}
	}
	return len(s)
}

// endsValue reports whether what begins at i, behind a closing mark, is no part of the value before it.
func endsValue(s string, i int) bool {
	if i >= len(s) || s[i] <= ' ' || strings.IndexByte(",)]}>&|'`\";:.", s[i]) >= 0 {
		return true
	}
	end := i
	for end < len(s) && end < i+40 && (is(s[end], alnum) || s[end] == '_' || s[end] == '-' || s[end] == '.') {
		end++
	}
	return end > i && end < len(s) && (s[end] == '=' || s[end] == ':')
}

// semicolonEnd returns the semicolon that ends a value with spaces in a connection string, or to.
func semicolonEnd(s string, v, to, start int) int {
	if to >= len(s) || s[to] != ' ' {
		return to
	}
	for i := to; i < len(s) && i < v+128; i++ {
		switch c := s[i]; {
		case c == ';':
			if inList := start > 0 && (s[start-1] == ';' || start > 1 && s[start-2] == ';'); inList || endsValue(s, i+1) && i+1 < len(s) {
				return i
			}
			return to
		case c < ' ' || c == '=' || c == '"' || c == '\'':
			return to
		}
	}
	return to
}

// longEnd returns the end of a value that goes on behind a space: that of a cookie or a passphrase, whose name
// begins at start, goes on to the end of the line or to the bracket that closes the one before the name.
func longEnd(s, name string, start, from, to int) int {
	if to >= len(s) || s[to] != ';' && s[to] != ' ' {
		return to
	}
	cookie := hasSuffixFold(name, "cookie") && strings.IndexByte(s[from:to], '=') > 0
	if !cookie && !hasSuffixFold(name, "phrase") && !hasSuffixFold(name, "mnemonic") {
		return to
	}
	end := lineEnd(s, from)
	if start == 0 {
		return end
	}
	if open := strings.IndexByte("([{<", s[start-1]); open >= 0 {
		if n := strings.IndexByte(s[to:end], ")]}>"[open]); n >= 0 {
			return to + n
		}
	}
	return end
}

func hasSuffixFold(s, suffix string) bool { return hasFold(s, len(s)-len(suffix), suffix) }

// lineEnd returns the end of the line, or of the quotes around it. Quotes behind a = are those of a parameter.
func lineEnd(s string, i int) int {
	for ; i < len(s) && s[i] != '\n' && s[i] != '\r'; i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && isEscape(s[i+1]):
			return i
		case s[i] != '"':
			continue
		}
		escaped := 0
		if s[i-1] == '\\' {
			escaped = 1
		}
		if s[i-1-escaped] != '=' {
			return i - escaped
		}
		n := strings.IndexByte(s[i+1:], '"')
		if n < 0 {
			return len(s)
		}
		i += n + 1
	}
	return i
}

// isMasked reports whether text is nothing but a mask: ours, that of Rails, that of [net/url.URL.Redacted], or asterisks. What
// holds more than that is a value.
func isMasked(text string) bool {
	switch text {
	case "", "REDACTED", "[REDACTED]", "xxxxx", "FILTERED", "[FILTERED]":
		return true
	}
	return strings.Trim(text, "*") == ""
}

// isNothing reports whether text says that there is no value, or where it would come from: a parameter of a
// query or of a format, or one mark.
func isNothing(text, name string) bool {
	switch {
	case len(text) == 1:
		return !is(text[0], alnum)
	case text[0] == '%' && len(text) <= 3:
		return is(text[len(text)-1], alpha)
	case text[0] == '$' && len(text) <= 4 && allDigits(text[1:]):
		return true
	case text[0] == ':' || text[0] == '@' || text[0] == '$':
		return len(text) == len(name)+1 && equalFold(text[1:], name)
	}
	return nothings.has(text)
}

var nothings = newWords("nil", "<nil>", "null", "none", "true", "false", "undefined", "n/a", "[]", "{}", "()")
