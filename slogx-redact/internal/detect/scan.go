package detect

import "sync"

// scanner is one pass over one text.
type scanner struct {
	want  bits
	text  string
	hint  Hint
	dst   []Match
	base  int // matches of dst that were there before
	names *names

	segment int // where the last run of base64url that was tried as a JWT ends: the next try need not look again
}

// names is room for a name that a SecretKey is asked for: it must not write into the text.
type names struct{ buf [maxName]byte }

const maxName = 96

var namesPool = sync.Pool{New: func() any { return new(names) }}

// scan looks at each byte once, and hands each word and each mark to the detectors that it can be the start
// or the middle of. They return where to go on, or 0.
func (sc *scanner) scan() {
	s := sc.text
	for i := 0; i < len(s); {
		seen := class[s[i]]
		if seen&alnum == 0 {
			if seen&mark != 0 {
				if next := sc.mark(i); next > i {
					i = next
					continue
				}
			}
			i++
			continue
		}
		start := i
		for i++; i < len(s); i++ {
			c := class[s[i]]
			if c&alnum == 0 {
				break
			}
			seen |= c
		}
		if next := sc.word(start, i, seen); next > i {
			i = next
		}
	}
}

// word looks at the letters and digits from start to end, which have no others beside them.
func (sc *scanner) word(start, end int, seen uint8) int {
	s, n := sc.text, end-start
	if seen&digit == 0 {
		if n > 1 && pairs[pairOf(s[start], s[start+1])] != 0 {
			if next := sc.token(start); next != 0 {
				return next
			}
		}
		if n >= 3 && n <= 11 && sc.want&secretKinds != 0 {
			if next := sc.secretWord(start, end); next != 0 {
				return next
			}
		}
		if n <= 4 && sc.want&(ipv6Bit|macBit) != 0 {
			return sc.hexWord(start, end)
		}
		return 0
	}
	if n == 8 && isUUID(s, start) {
		return start + 36
	}
	if seen&alpha == 0 {
		if sc.want&numberKinds == 0 {
			return 0
		}
		return sc.number(start, end)
	}
	if pairs[pairOf(s[start], s[start+1])] != 0 {
		if next := sc.token(start); next != 0 {
			return next
		}
	}
	if (n == 4 || n >= 15) && sc.want&ibanBit != 0 {
		if next := sc.iban(start); next != 0 {
			return next
		}
	}
	if n <= 4 && sc.want&(ipv6Bit|macBit) != 0 {
		return sc.hexWord(start, end)
	}
	return 0
}

// number looks at a word of digits.
func (sc *scanner) number(start, end int) int {
	n := end - start
	if n <= 3 {
		if next := sc.quad(start); next != 0 {
			return next
		}
	}
	if n <= 4 {
		if next := sc.hexWord(start, end); next != 0 {
			return next
		}
	}
	if n == 2 && isTraceparent(sc.text, start) {
		return start + traceparentLen
	}
	if n == 3 || n == 9 {
		if next := sc.ssn(start, end); next != 0 {
			return next
		}
	}
	if n >= 4 && n <= 19 {
		if next := sc.card(start, end); next != 0 {
			return next
		}
	}
	return sc.nationalPhone(start, end)
}

// mark looks at a byte that joins or begins what has other bytes than letters and digits in it.
func (sc *scanner) mark(i int) int {
	s := sc.text
	switch s[i] {
	case ':':
		return sc.colon(i)
	case '=':
		return sc.pair(i)
	case '@':
		if next := sc.email(i, i+1); next != 0 {
			return next
		}
		return sc.driverDSN(i)
	case '%':
		if len(s)-i > 3 && s[i+1] == '4' && s[i+2] == '0' {
			return sc.email(i, i+3)
		}
	case '-':
		if len(s)-i > 11 && s[i+1] == '-' {
			return sc.pem(i)
		}
	case '+':
		return sc.plusPhone(i)
	case '(':
		return sc.areaPhone(i)
	case '~':
		return sc.azureSecret(i)
	case '\\':
		return escape(s, i)
	}
	return 0
}

// colon looks at what a colon can stand in.
func (sc *scanner) colon(i int) int {
	s := sc.text
	if i+1 < len(s) {
		switch s[i+1] {
		case '/':
			if next := sc.url(i); next != 0 {
				return next
			}
		case ':':
			if next := sc.ipv6(i); next != 0 {
				return next
			}
			return i + 2
		}
	}
	if next := sc.telegram(i); next != 0 {
		return next
	}
	return sc.pair(i)
}

// escape returns the end of the escape sequence at i, so that its letter does not count as part of the word
// behind it.
func escape(s string, i int) int {
	if i+1 == len(s) {
		return 0
	}
	if isEscape(s[i+1]) {
		return i + 2
	}
	if s[i+1] == 'u' && len(s)-i >= 6 && s[i+2] == '0' && s[i+3] == '0' && isHex(s[i+4]) && isHex(s[i+5]) {
		return i + 6
	}
	return 0
}

// unescaped moves start, the start of a word that was found backwards, behind the letters of an escape
// sequence.
func unescaped(s string, start int) int {
	if start == 0 || s[start-1] != '\\' {
		return start
	}
	if next := escape(s, start-1); next != 0 {
		return next
	}
	return start
}

// found appends a match if its kind is wanted, and returns where to go on. Matches that it covers go.
func (sc *scanner) found(start, end int, k bits) int {
	if sc.want&k == 0 || start >= end {
		return 0
	}
	keep := len(sc.dst)
	for keep > sc.base && sc.dst[keep-1].Start >= start {
		keep--
	}
	if keep > sc.base && sc.dst[keep-1].End > start {
		start = sc.dst[keep-1].End
	}
	if keep < len(sc.dst) {
		end = max(end, sc.dst[len(sc.dst)-1].End)
	}
	sc.dst = append(sc.dst[:keep], Match{start, end, k.kind()})
	return end
}

// before returns the end of the last match: what looks backwards stops there.
func (sc *scanner) before() int {
	if len(sc.dst) == sc.base {
		return 0
	}
	return sc.dst[len(sc.dst)-1].End
}
