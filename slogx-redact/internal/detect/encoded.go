package detect

import "strings"

// What is in a URL that is the parameter of another one, with its marks in percent encoding.

// encodedPair finds the value of a parameter around the = whose escape is at i: %3Ftoken%3Dx%26.
func (sc *scanner) encodedPair(i int) int {
	s := sc.text
	if sc.want&pairKinds == 0 {
		return 0
	}
	start, end := nameBefore(s, i)
	start = behindEscape(s, start, end)
	if end-start < 2 || end != i || !sc.isSecret(s, start, end) {
		return 0
	}
	from := i + len("%3D")
	to := encodedEnd(s, from)
	if from == to || isMasked(s[from:to]) {
		return to
	}
	kind := queryBit
	if sc.want&queryBit == 0 {
		kind = phraseBit
	}
	sc.foundValue(from, to, kind)
	return to
}

// behindEscape returns the end of the last escape of a mark from start to end, or start: a name begins behind it.
func behindEscape(s string, start, end int) int {
	for i := end - 3; i >= start; i-- {
		if s[i] == '%' && (s[i+1] == '2' || s[i+1] == '3') && isHex(s[i+2]) && s[i+1:i+3] != "2D" {
			return i + 3
		}
	}
	return start
}

// encodedEnd returns the end of the value at i of an encoded URL.
func encodedEnd(s string, i int) int {
	for ; i < len(s) && s[i] != '&' && s[i] != ';' && !endsURL(s, i, '\''); i++ {
		if s[i] == '%' && (strings.HasPrefix(s[i:], "%26") || strings.HasPrefix(s[i:], "%23")) {
			break
		}
	}
	return i
}

// encodedURL finds the password of a URL whose colon before // is the escape at i: https%3A%2F%2Fu%3Apw%40h.
func (sc *scanner) encodedURL(i int) int {
	s := sc.text
	from := i + len("%3A%2F%2F")
	if sc.want&userinfoBit == 0 || i == 0 || !is(s[i-1], alnum) || !hasFold(s, i, "%3a%2f%2f") {
		return 0
	}
	colon, at := -1, from
	for limit := min(len(s), from+maxUserinfo); ; at++ {
		if at >= limit || s[at] == '&' || endsURL(s, at, '\'') || hasFold(s, at, "%2f") {
			return from
		}
		if colon < 0 && hasFold(s, at, "%3a") {
			colon = at + len("%3A")
		}
		if hasFold(s, at, "%40") {
			break
		}
	}
	if colon < 0 || colon == at || isMasked(s[colon:at]) {
		return from
	}
	sc.found(colon, at, userinfoBit)
	return at + len("%40")
}
