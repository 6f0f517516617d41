package detect

// What a byte can be part of. The scan reads each byte's classes once and looks closer only where one of
// them, or the word that they make up, can begin something.
const (
	digit uint8 = 1 << iota
	lower
	upper
	notHex // letters behind f
	mark   // begins or joins something: see (*scanner).mark
	joiner // stands between the words of a name
	odd    // first byte of a rune that fold may replace
	alpha  = lower | upper
	alnum  = digit | lower | upper
)

var class = func() (t [256]uint8) {
	for c := '0'; c <= '9'; c++ {
		t[c] = digit
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c] = lower
		t[c-'a'+'A'] = upper
	}
	for c := 'g'; c <= 'z'; c++ {
		t[c] |= notHex
		t[c-'a'+'A'] |= notHex
	}
	for c := 0x80; c < len(t); c++ {
		t[c] = joiner // letters of other scripts
	}
	for _, c := range []byte{0xC2, 0xD9, 0xDB, 0xE2, 0xE3, 0xEF, 0xF0} {
		t[c] |= odd
	}
	for _, c := range []byte("._-[]%") {
		t[c] |= joiner
	}
	for _, c := range []byte(`:=@+(%\~>`) {
		t[c] |= mark
	}
	return t
}()

func is(c byte, classes uint8) bool { return class[c]&classes != 0 }

// isHex reports whether c is a hexadecimal digit.
func isHex(c byte) bool { return class[c]&alnum != 0 && class[c]&notHex == 0 }

// isWordAt reports whether there is a letter or a digit at i. Nothing begins right behind one, and nothing
// ends right before one.
func isWordAt(s string, i int) bool { return uint(i) < uint(len(s)) && class[s[i]]&alnum != 0 }

// isDigitAt reports whether there is a digit at i.
func isDigitAt(s string, i int) bool { return uint(i) < uint(len(s)) && s[i]-'0' < 10 }

// isWordBefore reports whether a letter or a digit ends right before i. The letter of an escape sequence such
// as \n is none: logs quote text that had line ends.
func isWordBefore(s string, i int) bool {
	if i == 0 || class[s[i-1]]&alnum == 0 {
		return false
	}
	return i < 2 || s[i-2] != '\\' || !isEscape(s[i-1])
}

// isEscape reports whether a backslash and c make a control character that texts have. Others are left out: hosts
// and addresses begin like them.
func isEscape(c byte) bool { return c == 'n' || c == 't' || c == 'r' }

// run returns the end of the bytes of these classes that begin at i, at most limit of them.
func run(s string, i, limit int, classes uint8) int {
	end := min(len(s), i+limit)
	for i < end && class[s[i]]&classes != 0 {
		i++
	}
	return i
}

// lowerASCII is c, as a small letter if it is a capital.
func lowerASCII(c byte) byte {
	if c-'A' < 26 {
		c += 'a' - 'A'
	}
	return c
}

// hasFold reports whether s has word, in small letters, at i in whatever case.
func hasFold(s string, i int, word string) bool {
	if i < 0 || len(s)-i < len(word) {
		return false
	}
	for j := range len(word) {
		if lowerASCII(s[i+j]) != word[j] {
			return false
		}
	}
	return true
}
