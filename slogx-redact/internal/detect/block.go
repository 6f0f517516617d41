package detect

import "strings"

// What stands around a value, or between a name and its value, in other languages than pairs have.

// markup returns the end of the marks that close the emphasis of a name and stand at i, before its value:
// <b>Password:</b> x, **Password:** x, or a change of colour.
func markup(s string, i int) int {
	if i < len(s) && s[i] == escapeByte {
		return colourEnd(s, i)
	}
	at := i
	switch {
	case strings.HasPrefix(s[i:], "**"):
		at += 2
	case strings.HasPrefix(s[i:], "</"):
		if at = run(s, i+2, 16, alnum); at >= len(s) || s[at] != '>' {
			return i
		}
		at++
	}
	if next := spaces(s, at); next < len(s) && is(s[next], alnum) {
		return next
	}
	return i
}

const escapeByte = 0x1B

// colourEnd returns the end of the escape sequence of a terminal's colours at i, or i.
func colourEnd(s string, i int) int {
	if i+1 >= len(s) || s[i+1] != '[' {
		return i
	}
	end := i + 2
	for end < len(s) && end < i+20 && (is(s[end], digit) || s[end] == ';') {
		end++
	}
	if end == len(s) || s[end] != 'm' {
		return i
	}
	return end + 1
}

// colourBefore returns where the change of colour that ends at end begins, or end.
func colourBefore(s string, end int) int {
	start := end - 1
	for start > 0 && end-start < 20 && (is(s[start-1], digit) || s[start-1] == ';') {
		start--
	}
	if start < 2 || s[start-1] != '[' || s[start-2] != escapeByte {
		return end
	}
	return start - 2
}

// isDump reports whether the colon at i, right before the value at v, is that of a field as Go prints structs and maps.
func isDump(s string, i, v int) bool {
	return v == i+1 && inBrackets(s, i)
}

// inBrackets reports whether a brace or a bracket before i is open there, on the same line.
func inBrackets(s string, i int) bool {
	depth := 0
	for limit := max(0, i-maxBraced); i > limit; i-- {
		switch s[i-1] {
		case '}', ']':
			depth++
		case '{', '[':
			if depth--; depth < 0 {
				return true
			}
		case '\n', '"':
			return false
		}
	}
	return false
}

// dumpEnd returns the end of the value behind the colon at i of a field as Go prints structs and maps. Where it has
// spaces in it, the first of them at to, it goes on to the next field or to the closing bracket.
func dumpEnd(s string, i, to int) int {
	if to+1 >= len(s) || s[to] != ' ' || !inBrackets(s, i) {
		return to
	}
	depth, space := 0, to
	for i := to; i < len(s) && i < to+maxDumped; i++ {
		switch c := s[i]; c {
		case '\n', '"', '=':
			return to
		case ' ':
			space = i
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				return i
			}
		case ':':
			if depth == 0 && i > space+1 && i+1 < len(s) && s[i+1] > ' ' {
				return space
			}
		}
	}
	return to
}

const maxDumped = 200

// block finds the value on the lines below a name of YAML, which begins at start and whose line goes on at i with
// nothing, or with the head of a block: a plain value, a list of some, or text behind | or >.
func (sc *scanner) block(start, i int) int {
	s := sc.text
	head := blockHead(s, i)
	if head == 0 || sc.want&phraseBit == 0 {
		return 0
	}
	literal := s[i] == '|' || s[i] == '>'
	indent := 0
	for start-indent > 0 && strings.IndexByte(" -\"'", s[start-indent-1]) >= 0 {
		indent++
	}
	if start > indent && s[start-indent-1] != '\n' {
		return 0 // a sentence that ends with a colon
	}
	from, to := 0, 0
	for line := head; line < len(s); {
		text := spaces(s, line)
		item := strings.HasPrefix(s[text:], "- ")
		end := text + strings.IndexByte(s[text:], '\n')
		if end < text {
			end = len(s)
		}
		if text < end && (text-line <= indent && !item || text-line < indent) {
			break // no deeper than the name
		}
		if !literal && isMapping(strings.TrimRight(s[text:end], "\r")) {
			return 0 // names of their own
		}
		if from == 0 {
			from = text
			if item {
				from += len("- ")
			}
		}
		to, line = end, end+1
		if !literal && !item {
			break
		}
	}
	for to > from && s[to-1] <= ' ' {
		to--
	}
	if from >= to || isMasked(s[from:to]) {
		return 0
	}
	return sc.found(from, to, phraseBit)
}

// blockHead returns where the line below that of i begins, if there is nothing at i but the head of a block, or 0.
func blockHead(s string, i int) int {
	if i < len(s) && (s[i] == '|' || s[i] == '>') {
		i++
		for i < len(s) && (s[i] == '-' || s[i] == '+' || is(s[i], digit)) {
			i++
		}
	}
	if i < len(s) && s[i] == '\r' {
		i++
	}
	if i >= len(s) || s[i] != '\n' {
		return 0
	}
	return i + 1
}

// isMapping reports whether a line of YAML is a name with a value of its own.
func isMapping(line string) bool {
	return strings.HasSuffix(line, ":") || strings.Contains(line, ": ")
}
