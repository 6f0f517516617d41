package detect

import "strings"

// isNamed reports whether the name from start to end is that of a value whose own name stands right before, and is
// that of a secret: {"name":"DB_PASSWORD","value":"x"}.
func (sc *scanner) isNamed(start, end int) bool {
	s := sc.text
	if end-start != len("value") || !equalFold(s[start:end], "value") {
		return false
	}
	i := skipBack(s, start, ` ,\"'`+"\n\r\t")
	to := i
	for i > 0 && to-i < maxName && is(s[i-1], alnum|joiner) {
		i--
	}
	from := i
	if i = skipBack(s, i, ` \"'`); i == 0 || s[i-1] != ':' && s[i-1] != '=' {
		return false
	}
	i = skipBack(s, i-1, ` \"'`)
	return from < to && (hasFold(s, i-4, "name") || hasFold(s, i-3, "key") || hasFold(s, i-5, "field")) && sc.isSecret(s, from, to)
}

// setter finds the argument of a call such as setPassword("x"), whose parenthesis is at i.
func (sc *scanner) setter(i int) int {
	s := sc.text
	start, end := nameBefore(s, i)
	start += strings.LastIndexByte(s[start:end], '.') + 1
	sets := hasFold(s[start:end], 0, "set") || hasFold(s[start:end], 0, "with")
	if sc.want&phraseBit == 0 || end != i || !sets || !sc.isSecret(s, start, end) {
		return 0
	}
	to := closingQuote(s, i+2, s[i+1], false)
	if isMasked(s[i+2 : to]) {
		return to
	}
	return sc.found(i+2, to, phraseBit)
}

// skipBack returns the end of what stands before i and is none of marks.
func skipBack(s string, i int, marks string) int {
	for limit := max(0, i-maxName); i > limit && strings.IndexByte(marks, s[i-1]) >= 0; {
		i--
	}
	return i
}
