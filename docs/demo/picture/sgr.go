package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is how text looks.
type style struct {
	bold, dim bool
	color     int // 1 to 7 for red to white, as the escape sequences have them; 0 for the default
}

// span is text of one style.
type span struct {
	style
	text string
}

// parse returns the spans of a line. Every line begins with the default style, as console ends it.
func parse(line string) (spans []span, err error) {
	var now style
	for line != "" {
		text, rest, found := strings.Cut(line, "\x1b[")
		if i := strings.IndexFunc(text, unprintable); i >= 0 {
			r, _ := utf8.DecodeRuneInString(text[i:])
			return nil, fmt.Errorf("draw %q: no picture of %q", text, r)
		}
		if text != "" {
			spans = append(spans, span{now, text})
		}
		if !found {
			break
		}
		parameters, after, ok := strings.Cut(rest, "m")
		if !ok {
			return nil, fmt.Errorf("read the escape sequence %q: it has no end", rest)
		}
		for p := range strings.SplitSeq(parameters, ";") {
			if now, err = now.with(p); err != nil {
				return nil, err
			}
		}
		line = after
	}
	return spans, nil
}

// with returns the style after a parameter of an escape sequence.
func (s style) with(parameter string) (style, error) {
	n, err := strconv.Atoi(parameter)
	switch {
	case parameter == "" || n == 0 && err == nil:
		s = style{}
	case n == 1:
		s.bold = true
	case n == 2:
		s.dim = true
	case n > 30 && n < 38:
		s.color = n - 30
	default:
		return s, fmt.Errorf("read an escape sequence: no style %q", parameter)
	}
	return s, nil
}

// unprintable are the characters that would do something else in a terminal than stand there.
func unprintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

// wrap breaks spans into rows of so many columns, as a terminal does.
func wrap(spans []span, columns int) [][]span {
	rows := [][]span{nil}
	room := columns
	for _, s := range spans {
		for text := []rune(s.text); len(text) > 0; {
			if room == 0 {
				rows, room = append(rows, nil), columns
			}
			n := min(room, len(text))
			last := len(rows) - 1
			rows[last] = append(rows[last], span{s.style, string(text[:n])})
			text, room = text[n:], room-n
		}
	}
	return rows
}
