package detect

// plan is how long the numbers of a country are, its code not counted. Countries without a plan of their own
// have 8 to 15 digits, code included.
type plan struct{ from, to uint8 }

// plans follows the national numbering plans as the ITU publishes them.
var plans = map[int]plan{
	1: {10, 10}, 7: {10, 10}, 20: {8, 10}, 27: {9, 9}, 30: {10, 10}, 31: {9, 9}, 32: {8, 9}, 33: {9, 9}, 34: {9, 9},
	36: {8, 9}, 39: {6, 11}, 40: {9, 9}, 41: {9, 9}, 43: {7, 12}, 44: {9, 10}, 45: {8, 8}, 46: {7, 10}, 47: {8, 8},
	48: {9, 9}, 49: {7, 11}, 51: {8, 9}, 52: {10, 11}, 54: {10, 11}, 55: {10, 11}, 56: {9, 9}, 57: {10, 10},
	58: {10, 10}, 60: {8, 10}, 61: {9, 9}, 62: {8, 12}, 63: {8, 10}, 64: {8, 10}, 65: {8, 8}, 66: {8, 9}, 81: {9, 10},
	82: {8, 10}, 84: {9, 10}, 86: {10, 11}, 90: {10, 10}, 91: {10, 10}, 92: {10, 10}, 93: {9, 9}, 94: {9, 9}, 95: {7, 10},
	98: {10, 10}, 212: {9, 9}, 213: {8, 9}, 216: {8, 8}, 234: {8, 10}, 254: {9, 9}, 351: {9, 9}, 352: {6, 11},
	353: {7, 9}, 354: {7, 7}, 358: {6, 11}, 359: {8, 9}, 370: {8, 8}, 371: {8, 8}, 372: {7, 8}, 380: {9, 9}, 381: {8, 9},
	385: {8, 9}, 386: {8, 8}, 420: {9, 9}, 421: {9, 9}, 852: {8, 8}, 853: {8, 8}, 880: {8, 10}, 886: {8, 9}, 961: {7, 8},
	962: {8, 9}, 965: {8, 8}, 966: {8, 9}, 971: {8, 9}, 972: {8, 9}, 974: {8, 8},
}

// twoDigitCodes has bit n%64 of word n/64 set for each country code n of two digits.
var twoDigitCodes = func() (t [2]uint64) {
	for _, n := range []int{
		20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
		60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
	} {
		t[n/64] |= 1 << (n % 64)
	}
	return t
}()

// plusPhone finds a number in international form behind the + at i: digits, with single separators and a
// trunk prefix (0) among them.
func (sc *scanner) plusPhone(i int) int {
	if sc.want&phoneBit == 0 || isWordBefore(sc.text, i) || !isDigitAt(sc.text, i+1) {
		return 0
	}
	end := phoneEnd(sc.text, i+1)
	if end == 0 {
		return 0
	}
	if i > 0 && sc.text[i-1] == '(' && sc.text[i+1+run(sc.text[i+1:], 0, 3, digit)] == ')' {
		i-- // (+44) 20 …
	}
	return sc.found(i, extension(sc.text, end), phoneBit)
}

// phoneEnd returns the end of the longest number, country code first, that begins at i, or 0.
func phoneEnd(s string, i int) int {
	code, codeLen := countryCode(s, i)
	if code == 0 {
		return 0
	}
	from, to := 8-codeLen, 15-codeLen
	if p, ok := plans[code]; ok {
		from, to = int(p.from), int(p.to)
	}
	i += codeLen
	end := 0
	for n := 0; ; {
		group := run(s, i, 16, digit)
		n += group - i
		if group > i && s[i] == '0' && n == group-i {
			to++ // a trunk prefix that is not dialled from abroad
		}
		if n > to || group > i && isWordAt(s, group) && extension(s, group) == group {
			break
		}
		i = group
		if n >= from {
			end = i
		}
		next := skipSeparator(s, i)
		if next == i && n > 0 || !isDigitAt(s, next) {
			break
		}
		if n >= from && n > 0 && !isDigitAt(s, next+1) {
			break // one digit behind a whole number counts something else
		}
		i = next
	}
	if end == 0 || code == 1 && !isAreaCode(s, end) {
		return 0
	}
	return end
}

// countryCode reads the country code at i and returns it with its length. It may go across a separator.
func countryCode(s string, i int) (code, n int) {
	if !isDigitAt(s, i) {
		return 0, 0
	}
	one := int(s[i] - '0')
	if one == 0 || one == 1 || one == 7 {
		return one, 1
	}
	if !isDigitAt(s, i+1) {
		return 0, 0
	}
	two := one*10 + int(s[i+1]-'0')
	if twoDigitCodes[two/64]>>(two%64)&1 != 0 {
		return two, 2
	}
	if !isDigitAt(s, i+2) || two == 28 || two == 83 || two == 89 || two == 99 && s[i+2] == '0' {
		return 0, 0
	}
	return two*10 + int(s[i+2]-'0'), 3
}

// isAreaCode reports whether the ten digits that end at end begin like a number of North America.
func isAreaCode(s string, end int) bool {
	var d [10]byte
	for n := 9; n >= 0 && end > 0; end-- {
		if is(s[end-1], digit) {
			d[n] = s[end-1]
			n--
		}
	}
	return d[0] >= '2' && d[3] >= '2'
}

// skipSeparator returns the end of what may stand between the groups of a number: one space, dash, dot or
// slash, or parentheses around the group behind it or before it, or a trunk prefix (0).
func skipSeparator(s string, i int) int {
	if i < len(s) && s[i] == ')' {
		i++
	}
	if i < len(s) && (s[i] == ' ' || s[i] == '-' || s[i] == '.' || s[i] == '/') {
		i++
	}
	if len(s)-i > 3 && s[i] == '(' {
		if s[i+1] == '0' && s[i+2] == ')' {
			i += 3
			if s[i] == ' ' || s[i] == '-' {
				i++
			}
			return i
		}
		return i + 1
	}
	return i
}

// areaPhone finds a number that begins with an area code in parentheses, the first of them at i.
func (sc *scanner) areaPhone(i int) int {
	s := sc.text
	if sc.want&phoneBit == 0 || !isDigitAt(s, i+1) || isWordBefore(s, i) {
		return 0
	}
	end := run(s, i+1, 6, digit)
	area := end - i - 1
	if area < 2 || area > 5 || end >= len(s) || s[end] != ')' {
		return 0
	}
	end++
	if end < len(s) && s[end] == ' ' {
		end++
	}
	groups, end := digitGroups(s, end, 3)
	switch {
	case area == 3 && groups == 0x34 && s[i+1] >= '2':
	case area == 2 && (groups == 0x44 || groups == 0x54):
	case area >= 3 && (groups == 0x322 || groups == 0x222) && area+digitsOf(groups) == 10:
	case s[i+1] == '0' && s[i+2] != '0' && area+digitsOf(groups) >= 9 && area+digitsOf(groups) <= 12:
	default:
		return 0
	}
	if i > 1 && s[i-1] == ' ' && (s[i-2] == '1' || s[i-2] == '8') && !isWordBefore(s, i-2) {
		i -= 2
	}
	return sc.found(i, extension(s, end), phoneBit)
}

// extension returns the end of the extension right behind a number that ends at i, as in x123, or i.
func extension(s string, i int) int {
	if i < len(s) && (s[i] == 'x' || s[i] == 'X') {
		if end := run(s, i+1, 6, digit); end > i+1 && !isWordAt(s, end) {
			return end
		}
	}
	return i
}

// digitGroups reads up to limit groups of digits, parted by one space, dash, dot or slash, always the same one;
// only the area code may be parted by a dash or a slash from others with spaces. A group with letters is none.
// It returns their lengths, one hexadecimal digit each, and their end.
func digitGroups(s string, i, limit int) (groups, end int) {
	var sep byte
	for n := range limit {
		if n > 0 {
			if i+1 >= len(s) || !isDigitAt(s, i+1) {
				break
			}
			switch c := s[i]; {
			case c != ' ' && c != '-' && c != '.' && c != '/', n > 1 && c != sep && (n > 2 || !joinsGroups(sep, c)):
				return groups, i
			default:
				sep = c
			}
			i++
		}
		next := run(s, i, 15, digit)
		if next == i || isWordAt(s, next) && extension(s, next) == next {
			if n > 0 {
				i--
			}
			return groups, i
		}
		groups = groups*16 + next - i
		i = next
	}
	return groups, i
}

// joinsGroups reports whether an area code may stand apart by sep from groups that c parts: 212/555-0143, 11 91234-5678.
func joinsGroups(sep, c byte) bool {
	return c == ' ' && sep != '.' || c == '-' && (sep == '/' || sep == ' ')
}

// digitsOf adds up the lengths in groups.
func digitsOf(groups int) (n int) {
	for ; groups > 0; groups >>= 4 {
		n += groups & 15
	}
	return n
}

// nationalPhone finds a number in national form that begins with the digits from start to end. Forms that
// other numbers have too need a word for a telephone before them or in the key, or the text to themselves.
func (sc *scanner) nationalPhone(start, end int) int {
	s := sc.text
	if n := end - start; n >= 7 && n <= 15 && (sc.near(start, phoneWords) || n >= 9 && sc.near(start, callWords)) {
		if start > 0 && s[start-1] == '+' {
			start--
		}
		return sc.found(start, end, phoneBit)
	}
	if end+1 >= len(s) || !isDigitAt(s, end+1) && s[end+1] != '(' || end-start > 6 {
		return 0
	}
	if e := sc.trunkPhone(start, end); e != 0 {
		return e
	}
	switch s[end] {
	case ' ', '-', '.', '/':
	default:
		return 0
	}
	groups, stop := digitGroups(s, start, 5)
	n := digitsOf(groups)
	said := n >= 7 && sc.near(start, phoneWords)
	for groups > 0xF && n >= 7 {
		possible := isNational(s, start, groups) || said && n <= 12 && smallestGroup(groups) >= 2 || sc.isAmbiguous(start, stop, groups)
		if possible && !inLongerNumber(s, start, stop, s[end]) && !inDump(s, start, stop) {
			return sc.found(start, extension(s, stop), phoneBit)
		}
		if stop -= groups&15 + 1; s[stop] != ' ' && s[stop] == s[end] {
			return 0
		}
		n -= groups & 15
		groups >>= 4 // the last group may be another number
	}
	return 0
}

// trunkPhone finds 1-202-555-0143 and numbers that begin with the international prefix 00 and are grouped.
func (sc *scanner) trunkPhone(start, end int) int {
	s := sc.text
	switch {
	case end-start == 1 && s[start] == '1' && (s[end] == '-' || s[end] == '.' || s[end] == ' '):
		groups, stop := digitGroups(s, start, 4)
		if groups != 0x1334 || !isNANP(s, end+1) || s[end] == ' ' && len(s) != stop-start && !sc.near(start, phoneWords) {
			return 0
		}
		return sc.found(start, extension(s, stop), phoneBit)
	case end-start >= 3 && end-start <= 5 && s[start] == '0' && s[start+1] == '0' && s[end] != '.' && s[end+1] != '0':
		if stop := phoneEnd(s, start+2); stop > end+6 && !isPart(s, start, stop) && !inDump(s, start, stop) {
			return sc.found(start, extension(s, stop), phoneBit)
		}
	}
	return 0
}

// isPart reports whether a dash joins the digits from start to end with others.
func isPart(s string, start, end int) bool {
	return start > 0 && s[start-1] == '-' || end < len(s) && s[end] == '-'
}

// inLongerNumber reports whether the number is part of one that goes on, or of a list: the same separator and a
// digit come before or behind it. Behind a space, only groups as long as those beside them go on.
func inLongerNumber(s string, start, stop int, sep byte) bool {
	if stop+1 < len(s) && s[stop] == sep && isDigitAt(s, stop+1) {
		last := stop
		for isDigitAt(s, last-1) {
			last--
		}
		if sep != ' ' || run(s, stop+1, 8, digit)-stop-1 == stop-last {
			return true
		}
	}
	if start < 2 || sep == '-' || s[start-1] != sep || !isDigitAt(s, start-2) {
		return false
	}
	before := start - 1
	for start-before < 8 && isDigitAt(s, before-1) {
		before--
	}
	return s[start] != '0' || start-1-before == run(s, start, 8, digit)-start
}

// isNANP reports whether an area code and an exchange of North America, with one separator between, begin at i.
func isNANP(s string, i int) bool {
	return len(s)-i >= 7 && s[i] >= '2' && s[i] <= '9' && s[i+4] >= '2' && s[i+4] <= '9'
}

// isNational reports whether groups are those of a number that is hardly anything else.
func isNational(s string, start, groups int) bool {
	sep := s[start+firstGroup(groups)]
	switch groups {
	case 0x334: // North America; with spaces only its fictional numbers
		if isNANP(s, start) && s[start+7] == sep && (sep == '-' || sep == '.' || s[start+4:start+7] == "555") {
			return true
		}
	case 0x254:
		if s[start+3] == '9' { // Brazil, mobile
			return sep == ' ' && s[start+8] == '-'
		}
	case 0x344:
		if s[start] == '1' { // China, mobile
			return s[start+1] >= '3' && sep != '.'
		}
	}
	if s[start] != '0' || s[start+1] == '0' || sep == '.' && groups != 0x22222 {
		return false
	}
	switch groups {
	case 0x22222, 0x222222, 0x344, 0x434, 0x533, 0x433, 0x244, 0x3322, 0x4222, 0x334, 0x343, 0x4322, 0x3222, 0x2333, 0x3333,
		0x234, 0x2322, 0x2332, 0x56, 0x65:
		return true
	case 0x38, 0x48, 0x28:
		return sep == '-'
	}
	return false
}

// isAmbiguous reports whether groups can be those of a number, and what stands before them, or nothing else in
// the text, says that they are.
func (sc *scanner) isAmbiguous(start, stop, groups int) bool {
	s := sc.text
	var possible bool
	switch groups {
	case 0x334:
		possible = isNANP(s, start)
	case 0x34, 0x333, 0x3222, 0x44, 0x55, 0x344:
		possible = true
	default:
		possible = s[start] == '0' && s[start+1] != '0' && groups < 0x1000 && digitsOf(groups) >= 9 && digitsOf(groups) <= 12
	}
	return possible && (len(s) == stop-start && (groups == 0x334 || s[start] == '0') || sc.near(start, callWords))
}

func smallestGroup(groups int) int {
	n := 15
	for ; groups > 0; groups >>= 4 {
		n = min(n, groups&15)
	}
	return n
}

func firstGroup(groups int) int {
	for groups > 15 {
		groups >>= 4
	}
	return groups
}
