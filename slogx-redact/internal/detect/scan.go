package detect

// scanner is one pass over one text.
type scanner struct {
	*Set
	text   string
	key    string // of the attribute
	dst    []Match
	base   int  // matches of dst that were there before
	folded bool // text is in its folded form
	refold bool // there is something to fold: the pass must be made again

	host    int // where the host behind the user of a URL begins: together they are no e-mail address
	asked   int // before here was looked for letters
	letter  int // the end of the last one
	segment int // where the last run of base64url that was tried as a JWT ends: the next try need not look again
}

// scan hands the words and marks from i on that something can begin with, or have in its middle, to the
// detectors. They return where to go on, or 0.
func (sc *scanner) scan(i int) {
	for {
		start, end, seen := sc.next(sc.text, i)
		switch {
		case start == len(sc.text):
			return
		case start < end:
			i = max(end, sc.word(start, end, seen))
		case seen&odd != 0 && !sc.folded && foldable(sc.text, start):
			sc.refold = true
			return
		default:
			i = max(start+1, sc.mark(start))
		}
	}
}

// next returns the bounds of the next word that something can begin with and the classes of its bytes; or
// twice the place of a mark. Words are letters and digits that have no others beside them. Nearly all of a
// clean text is passed here, so this looks at each byte once.
func (s *Set) next(text string, i int) (start, end int, seen uint8) {
	for i < len(text) {
		c := class[text[i]]
		if c&alnum == 0 {
			if c&(mark|odd) != 0 {
				return i, i, c
			}
			i++
			continue
		}
		start, seen = i, c
		for i++; i < len(text); i++ {
			if c = class[text[i]]; c&alnum == 0 {
				break
			}
			seen |= c
		}
		switch {
		case seen&digit == 0:
			if i > start+1 && s.mayStart(text, start, i) || seen&notHex == 0 && joinsHex(text, i) {
				return start, i, seen
			}
		case seen&alpha == 0:
			if s.want&(numberKinds|googleBit) != 0 && mayBeNumber(text, start, i) {
				return start, i, seen
			}
		default:
			if s.mayBeMixed(text, start, i, seen) {
				return start, i, seen
			}
		}
	}
	return i, i, 0
}

// mayStart reports whether something begins with a word like that from start to end.
func (s *Set) mayStart(text string, start, end int) bool {
	return s.starts[pairOf(text[start], text[start+1])]>>min(end-start, 31)&1 != 0
}

// joinsHex reports whether what is at i can stand between the groups of an address.
func joinsHex(s string, i int) bool {
	return i+1 < len(s) && (s[i] == ':' || s[i] == '-' || s[i] == '.') && (isHex(s[i+1]) || s[i+1] == ':')
}

// mayBeNumber reports whether the digits from start to end can be a number or the first group of one.
func mayBeNumber(s string, start, end int) bool {
	if n := end - start; n >= minDigits {
		return n <= maxDigits || joinsHex(s, end)
	}
	if end+1 >= len(s) {
		return false
	}
	next := s[end+1]
	switch s[end] {
	case ' ', '/', ')':
		return next-'0' < 10 || next == '(' || next == '/' && s[start] == '1'
	case '-', '.', ':':
		return isHex(next) || next == ':' || next == '('
	}
	return false
}

const (
	minDigits = 7  // of a number in one piece: a telephone number under a key that says so
	maxDigits = 19 // of a card number
)

// mayBeMixed reports whether the letters and digits from start to end can begin something.
func (s *Set) mayBeMixed(text string, start, end int, seen uint8) bool {
	n := end - start
	if s.mayStart(text, start, end) {
		return true
	}
	if seen&notHex == 0 && ((n <= 4 || n == 8) && joinsHex(text, end) || n == 32 && end < len(text) && text[end] == '-') {
		return true
	}
	if mayBeDiscordBot(text, start, end) {
		return true
	}
	return (n == 4 || n >= 15) && class[text[start]]&class[text[start+1]]&alpha != 0 && isDigitAt(text, start+2) && s.want&ibanBit != 0
}

// word looks at a word that next has returned.
func (sc *scanner) word(start, end int, seen uint8) int {
	if end-start == 8 && isUUID(sc.text, start) {
		return start + 36
	}
	if seen&alpha == 0 {
		return sc.number(start, end)
	}
	if end-start > 1 && prefixes[pairOf(sc.text[start], sc.text[start+1])] != 0 {
		if next := sc.token(start); next != 0 {
			return next
		}
	}
	if seen&digit == 0 {
		if next := sc.secretWord(start, end); next != 0 {
			return next
		}
	} else if next := sc.iban(start, end); next != 0 {
		return next
	}
	if mayBeDiscordBot(sc.text, start, end) {
		return sc.discordBot(start, end)
	}
	if end-start == 32 && seen&notHex == 0 && end < len(sc.text) && sc.text[end] == '-' {
		return sc.hexToken(start, end)
	}
	if end-start <= 4 && seen&notHex == 0 {
		return sc.hexWord(start, end)
	}
	return 0
}

// number looks at a word of digits: what stands behind it says what it can be.
func (sc *scanner) number(start, end int) int {
	s, n := sc.text, end-start
	if n >= minDigits || end == len(s) {
		return sc.digits(start, end)
	}
	switch s[end] {
	case ':', '.', '-', '/':
		if next := clock(s, start, end); next != 0 {
			return next
		}
	}
	switch s[end] {
	case ':':
		return sc.hexWord(start, end)
	case '.':
		if n > 3 {
			break
		}
		if next := sc.quad(start); next != 0 {
			return next
		}
		if n == 1 && (end+4 >= len(s) || s[end+4] != '.') || n == 2 && s[start] != '0' {
			return dottedEnd(s, end) // a decimal number or a version
		}
	case '-':
		if n == 2 && isTraceparent(s, start) {
			return start + traceparentLen
		}
	case '/':
		if n == 1 && end+1 < len(s) && s[end+1] == '/' {
			return sc.googleRefresh(start)
		}
	}
	if n == 2 && s[end] == '-' || n == 4 && s[end] == '.' {
		if next := sc.mac(start, n, s[end]); next != 0 {
			return next
		}
	}
	return sc.digits(start, end)
}

// digits looks at a number, or the first group of one, that has nothing but digits and separators.
func (sc *scanner) digits(start, end int) int {
	n := end - start
	if n >= 4 && n <= maxDigits {
		if next := sc.card(start, end); next != 0 {
			return next
		}
	}
	if n == 3 || n == 9 {
		if next := sc.ssn(start, end); next != 0 {
			return next
		}
	}
	if sc.want&phoneBit == 0 {
		return 0
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
		if len(s)-i < 4 {
			return 0
		}
		switch s[i+1 : i+3] {
		case "40":
			return sc.email(i, i+3)
		case "3D", "3d":
			return sc.encodedPair(i)
		case "3A", "3a":
			return sc.encodedURL(i)
		}
		if s[i+1] == 'B' { // the first track of a magnetic stripe
			return sc.card(i+2, run(s, i+2, maxDigits, digit))
		}
	case '>':
		return sc.element(i)
	case '+':
		return sc.plusPhone(i)
	case '(':
		if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\'') {
			return sc.setter(i)
		}
		return sc.areaPhone(i)
	case '~':
		return sc.azureSecret(i)
	case '\\':
		return sc.backslash(i)
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

// backslash looks at the word behind the backslash at i, whose first letter may be that of an escape sequence
// or its own.
func (sc *scanner) backslash(i int) int {
	s := sc.text
	end := escape(s, i)
	if end != i+2 {
		return end
	}
	start, seen := i+1, uint8(0)
	to := start
	for ; to < len(s) && is(s[to], alnum); to++ {
		seen |= class[s[to]]
	}
	if next := sc.word(start, to, seen); next != 0 {
		return next
	}
	return end
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
	if keep > sc.base && sc.dst[keep-1].End > start { // they are one
		keep--
		start = sc.dst[keep].Start
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
