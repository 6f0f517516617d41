package console

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// traits are what a text contains that bears on how it is shown.
type traits uint8

const (
	hasSpace     traits = 1 << iota // ' '
	hasEqual                        // '='
	hasQuote                        // '"'
	hasBackslash                    // '\\', which matters between quotes only
	hasNewline                      // '\n'
	hasTab                          // '\t'
	hasUnsafe                       // other controls, invalid UTF-8, whatever is not printable
	hasBracket                      // delimiters of composite values: ( ) [ ] { } < > : ,

	needsQuotes = hasSpace | hasEqual | hasQuote | hasNewline | hasTab | hasUnsafe
	needsEscape = hasEqual | hasQuote | hasBackslash | hasNewline | hasTab | hasUnsafe
	needsCare   = hasNewline | hasTab | hasUnsafe // cannot be shown raw on the line
)

var traitsOf = func() (t [utf8.RuneSelf]traits) {
	for b := range t {
		if b < ' ' || b == 0x7f {
			t[b] = hasUnsafe
		}
	}
	t[' '], t['='], t['"'], t['\\'] = hasSpace, hasEqual, hasQuote, hasBackslash
	t['\n'], t['\t'] = hasNewline, hasTab
	for _, b := range "()[]{}<>:," {
		t[b] = hasBracket
	}
	return t
}()

// examine returns the traits of s. Not printable are, in the sense of [strconv.IsPrint], all Unicode
// spaces but ' ', the C1 controls, line and paragraph separators, and format characters, which include
// those that change the direction of text.
func examine[T string | []byte](s T) traits {
	var t traits
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			t |= traitsOf[b]
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		if (r == utf8.RuneError && size == 1) || !strconv.IsPrint(r) {
			t |= hasUnsafe
		}
		i += size
	}
	return t
}

// appendQuoted appends s, whose traits are t, between quotes. What is between them has no '=', so that
// the first '=' of a line always ends a key.
func appendQuoted(dst []byte, s string, t traits) []byte {
	if t&needsEscape == 0 {
		dst = append(dst, '"')
		dst = append(dst, s...)
		return append(dst, '"')
	}
	start := len(dst)
	dst = strconv.AppendQuote(dst, s)
	if t&hasEqual != 0 {
		escaped := bytes.ReplaceAll(dst[start:], []byte("="), []byte(`\x3d`))
		dst = append(dst[:start], escaped...)
	}
	return dst
}

// appendValueText appends s as a value: raw, or quoted where the line could not be read otherwise or s could
// be taken for a composite value.
func appendValueText(dst []byte, s string, t traits) []byte {
	if len(s) > 0 && t&needsQuotes == 0 && s[0] != '{' && s[0] != '[' && s[0] != '&' {
		return append(dst, s...)
	}
	return appendQuoted(dst, s, t&^hasEqual) // the key is behind us
}

// appendMessage appends s as a message: raw, unless that could be taken for something else.
func appendMessage(dst []byte, s string) []byte {
	t := examine(s)
	if t&(needsCare|hasEqual) != 0 || s[0] == '"' || s[0] == '[' || s[0] == ' ' || s[len(s)-1] == ' ' {
		return appendQuoted(dst, s, t)
	}
	return append(dst, s...)
}

// isBlock reports whether s, whose traits are t, is text of several lines that can be shown as such.
func isBlock(s string, t traits) bool {
	if t&hasNewline == 0 || t&hasUnsafe != 0 {
		return false
	}
	i := strings.IndexByte(s, '\n')
	return i < len(s)-1
}
