package detect

import "slices"

// issuer is a range of six-digit prefixes and the lengths that numbers under them have, bit n for n digits.
type issuer struct {
	from, to uint32
	lengths  uint32
}

const (
	len12to19 = 0xFF << 12
	len14to19 = 0x3F << 14
	len16to19 = 0x0F << 16
	len16     = 1 << 16
	len161819 = 1<<16 | 1<<18 | 1<<19
)

// issuers follows ISO/IEC 7812 and what the networks publish. Ranges may overlap. Where only the domestic
// networks of 50, 56 to 58 and 6 can be meant, numbers have 16 digits: ids of 64 bits often have 18 or 19.
var issuers = [...]issuer{
	{400000, 499999, 1<<13 | len16 | 1<<19}, // Visa, Dankort, Elo
	{490300, 491199, 1<<18 | 1<<19},         // Switch
	{510000, 559999, len16},                 // Mastercard
	{222100, 272099, len16},                 // Mastercard
	{340000, 349999, 1 << 15},               // American Express
	{370000, 379999, 1 << 15},               // American Express
	{300000, 305999, len14to19},             // Diners Club
	{309500, 309599, len14to19},             // Diners Club
	{360000, 369999, len14to19},             // Diners Club
	{380000, 399999, len14to19},             // Diners Club, Hipercard
	{601100, 601199, len16to19},             // Discover
	{644000, 659999, len16to19},             // Discover, RuPay, Troy, Verve, Elo
	{620000, 629999, len16to19},             // UnionPay
	{810000, 817199, len16to19},             // UnionPay
	{817200, 829999, len16},                 // RuPay
	{352800, 358999, len16to19},             // JCB, RuPay, LankaPay
	{180000, 180099, 1 << 15},               // JCB
	{213100, 213199, 1 << 15},               // JCB
	{501800, 501899, len12to19},             // Maestro
	{502000, 502099, len12to19},             // Maestro
	{503800, 503899, len12to19},             // Maestro
	{589300, 589399, len12to19},             // Maestro
	{630400, 630499, len12to19},             // Maestro, Laser
	{675900, 675999, len12to19},             // Maestro
	{676100, 676399, len12to19},             // Maestro
	{676700, 676799, len12to19},             // Maestro, Solo
	{500000, 509999, len16},                 // Maestro, Dankort, Elo, RuPay, Meeza
	{506000, 506199, len161819},             // Verve
	{560000, 589999, len16},                 // Maestro, Bankcard, Uzcard
	{600000, 699999, len16},                 // Maestro, RuPay, Elo, Cabal, girocard
	{633400, 633499, len161819},             // Solo
	{604001, 604200, len16to19},             // UkrCard
	{636000, 636999, len16to19},             // InterPayment
	{670300, 670999, len16to19},             // Bancontact, Laser
	{606282, 606282, 1<<13 | len16 | 1<<19}, // Hipercard
	{220000, 220599, len16to19},             // Mir, PayPak, Borica
	{979200, 979299, len16},                 // Troy
	{986000, 986099, len16},                 // Humo
	{860000, 860099, len16},                 // Uzcard
	{970400, 970499, len16 | 1<<19},         // NAPAS
	{194600, 194699, len161819},             // GPN
	{100000, 199999, 1 << 15},               // UATP
	{310000, 319999, 1 << 19},               // T-Union
}

// card finds a payment card number that begins with the word of digits from start to end: in one piece, or
// in groups as issuers print them, parted by single spaces or dashes.
func (sc *scanner) card(start, end int) int {
	if sc.want&cardBit == 0 {
		return 0
	}
	var digits [20]byte
	n := copy(digits[:], sc.text[start:end])
	s := sc.text
	if n >= 12 && isCard(digits[:n]) {
		if start > 1 && s[start-1] == '.' && isDigitAt(s, start-2) {
			return end // the fraction of a decimal number
		}
		return sc.found(start, end, cardBit)
	}
	if n != 4 && n != 6 || end+1 >= len(s) || s[end] != ' ' && s[end] != '-' {
		return 0
	}
	sep, best, shape := s[end], 0, n
	for i := end; i+1 < len(s) && s[i] == sep && n < 19; {
		group := run(s, i+1, 14, digit)
		if group == i+1 || isWordAt(s, group) || n+group-i-1 > 19 {
			break
		}
		n += copy(digits[n:], s[i+1:group])
		shape = shape*16 + group - i - 1
		i = group
		if n >= 12 && isGrouping(shape) && (isCard(digits[:n]) || n > 16 && isLongMaestro(digits[:n])) {
			best = i
		}
	}
	if best == 0 || inDump(s, start, best) {
		return 0
	}
	return sc.found(start, best, cardBit)
}

// inDump reports whether the digits from start to end are part of a hexadecimal dump: only groups of two or four
// digits stand between them and the offset at the beginning of the line, or they are pairs and two more stand
// beside them.
func inDump(s string, start, end int) bool {
	pairs, need := 0, 2
	if isDigitAt(s, start+2) {
		need = maxDump // in groups of four they are no pairs
	}
	for pairs < need && end+2 < len(s) && s[end] == ' ' && isHex(s[end+1]) && isHex(s[end+2]) && !isWordAt(s, end+3) {
		pairs++
		end += 3
	}
	for i := start; pairs < need && i > max(0, start-maxDump) && s[i-1] == ' '; {
		to := i - 1
		if to > 0 && (s[to-1] == ' ' || s[to-1] == ':') {
			to-- // the offset, or one half, ends here
		}
		from := to
		for from > 0 && to-from < 9 && isHex(s[from-1]) {
			from--
		}
		switch n := to - from; {
		case n == 7 || n == 8:
			return from == 0 || s[from-1] == '\n'
		case n == 2 && s[to] == ' ':
			pairs++
		case n != 4 || s[to] != ' ':
			return false
		}
		i = from
	}
	return pairs >= need
}

// maxDump is how long a line of a dump is.
const maxDump = 80

// isGrouping reports whether card numbers are printed in groups of these lengths, one hexadecimal digit each.
func isGrouping(shape int) bool {
	switch shape {
	case 0x465, 0x464, 0x456, 0x445, 0x4333, 0x6D: // American Express, Diners Club, UATP, Maestro, Visa of 13, UnionPay
		return true
	}
	last := shape & 15
	if last == 0 || last > 4 {
		return false
	}
	rest := shape >> 4
	return rest == 0x44 || rest == 0x444 || rest == 0x4444
}

// isCard reports whether digits pass Luhn, and are as long as the numbers of an issuer with that prefix.
func isCard(digits []byte) bool {
	if len(digits) < 12 || len(digits) > 19 || digits[0] == '0' || !luhn(digits) {
		return false
	}
	var prefix uint32
	for _, c := range digits[:6] {
		prefix = prefix*10 + uint32(c-'0')
	}
	for i := range issuers {
		is := &issuers[i]
		if prefix >= is.from && prefix <= is.to && is.lengths>>len(digits)&1 != 0 {
			return true
		}
	}
	return false
}

// isLongMaestro reports whether digits, which are grouped as those of cards are, pass Luhn and begin like a number of
// the domestic networks that share their prefixes with Maestro.
func isLongMaestro(digits []byte) bool {
	return (digits[0] == '6' || digits[0] == '5' && (digits[1] == '0' || digits[1] >= '6' && digits[1] <= '8')) && luhn(digits)
}

func luhn(digits []byte) bool {
	sum, double := 0, false
	for _, c := range slices.Backward(digits) {
		d := int(c - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// ssn finds a US social security number: with dashes, or with spaces or nothing between its parts where a
// word or the key says what it is.
func (sc *scanner) ssn(start, end int) int {
	if sc.want&ssnBit == 0 {
		return 0
	}
	s := sc.text
	if end-start == 9 {
		if isSSN(s[start:start+3], s[start+3:start+5], s[start+5:end]) && sc.near(start, ssnWords) {
			return sc.found(start, end, ssnBit)
		}
		return 0
	}
	if len(s)-start < 11 || s[end] != '-' && s[end] != ' ' || s[start+6] != s[end] || isWordAt(s, start+11) {
		return 0
	}
	group, serial := s[start+4:start+6], s[start+7:start+11]
	if !allDigits(group) || !allDigits(serial) || !isSSN(s[start:end], group, serial) {
		return 0
	}
	if s[end] == ' ' && len(s) != 11 && !sc.near(start, ssnWords) {
		return 0
	}
	return sc.found(start, start+11, ssnBit)
}

// isSSN reports whether a number with these parts was or can be assigned: by the Social Security Administration, or as
// a taxpayer's number by the Internal Revenue Service, whose areas begin with 9.
func isSSN(area, group, serial string) bool {
	if area[0] == '9' {
		return group >= "50" && group != "66" && group != "67" && group != "68" && group != "69" && group != "89" && group != "93"
	}
	return area != "000" && area != "666" && group != "00" && serial != "0000"
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// isUUID reports whether a UUID begins at i. Its digits are no numbers.
func isUUID(s string, i int) bool {
	if len(s)-i < 36 || s[i+8] != '-' || s[i+13] != '-' || s[i+18] != '-' || s[i+23] != '-' || isWordAt(s, i+36) {
		return false
	}
	for j := i; j < i+36; j++ {
		if !isHex(s[j]) && s[j] != '-' {
			return false
		}
	}
	return true
}

// clock returns the end of the date or the time of day that the digits from start to end begin, or 0. Neither
// is part of anything else.
func clock(s string, start, end int) int {
	const date, time = "dddd-dd-dd", "dd:dd:dd"
	if end-start == 4 {
		if s[end] == ':' || !isShape(s[start:], date, s[end]) {
			return 0
		}
		end = start + len(date)
		if end < len(s) && (s[end] == 'T' || s[end] == ' ') && isShape(s[end+1:], time, ':') {
			return fraction(s, end+1+len(time))
		}
		return end
	}
	if end-start != 2 || s[end] != ':' || !isShape(s[start:], time, ':') {
		return 0
	}
	return fraction(s, start+len(time))
}

// fraction returns the end of the fraction of a second and of the time zone behind a time that ends at i.
func fraction(s string, i int) int {
	if i < len(s) && s[i] == '.' {
		if end := run(s, i+1, 9, digit); !isDigitAt(s, end) {
			i = end
		}
	}
	if i < len(s) && (s[i] == '+' || s[i] == '-') && isShape(s[i+1:], "dd:dd", ':') {
		i += len("+00:00")
	}
	return i
}

// isShape reports whether s begins with digits where shape has d, and sep elsewhere, and nothing like that
// goes on behind it.
func isShape(s, shape string, sep byte) bool {
	if len(s) < len(shape) {
		return false
	}
	for i := range len(shape) {
		if shape[i] == 'd' {
			if s[i]-'0' > 9 {
				return false
			}
		} else if s[i] != sep {
			return false
		}
	}
	return len(s) == len(shape) || s[len(shape)] != sep && s[len(shape)]-'0' > 9
}

const traceparentLen = 2 + 1 + 32 + 1 + 16 + 1 + 2

// isTraceparent reports whether a W3C traceparent begins at i. A span id of digits only is no card number.
func isTraceparent(s string, i int) bool {
	if len(s)-i < traceparentLen || s[i+2] != '-' || s[i+35] != '-' || s[i+52] != '-' {
		return false
	}
	for j := i; j < i+traceparentLen; j++ {
		if !isHex(s[j]) && s[j] != '-' {
			return false
		}
	}
	return true
}

var (
	ssnWords = newWords("ssn", "social", "security", "socialsecurity")

	// phoneWords announce a telephone number; callWords also count other things.
	phoneWords = newWords(
		"phone", "phones", "tel", "telephone", "mobile", "cell", "cellphone", "fax", "msisdn", "whatsapp", "telefon",
		"telefono", "telefone", "telefax", "handy", "mobil", "movil", "phonenumber", "mobilenumber",
	)
	callWords = newWords("sms", "call", "called", "caller", "callback", "dial", "dialed", "contact", "reach")

	versionWords = newWords(
		"v", "ver", "version", "versions", "release", "released", "build", "rev", "revision", "firmware", "semver",
		"oid", "upgrade", "upgraded", "sdk",
	)

	// productWords are version words where a slash follows, as in a user agent.
	productWords = newWords(
		"chrome", "headlesschrome", "chromium", "edg", "edga", "edge", "opr", "opera", "safari", "firefox", "crios",
		"electron", "brave", "vivaldi", "yabrowser", "samsungbrowser", "version",
	)
)

// near reports whether one of list is a word of the key, or one of the three words before i.
func (sc *scanner) near(i int, list *words) bool {
	return sc.keyHas(list) || sc.isBehindWord(i) && wordBefore(sc.text, i, 3, list)
}

// isBehindWord reports whether there can be a word near before i. What was looked at for another number is not looked
// at again: in a line of numbers most have none.
func (sc *scanner) isBehindWord(i int) bool {
	if i < sc.asked {
		return true
	}
	limit := max(0, i-maxNear)
	for at := i; at > max(limit, sc.asked); at-- {
		if class[sc.text[at-1]]&alpha != 0 {
			sc.letter = at
			break
		}
	}
	sc.asked = i
	return sc.letter > limit
}

// maxNear is how far before a number a word can say what it is.
const maxNear = 40

// keyHas reports whether one of list is a word of the key.
func (sc *scanner) keyHas(list *words) bool {
	key := sc.key
	for i := 0; i < len(key); {
		if class[key[i]]&alpha == 0 {
			i++
			continue
		}
		start := i
		for i++; i < len(key) && class[key[i]]&alpha != 0; i++ {
			if class[key[i]]&upper != 0 && class[key[i-1]]&lower != 0 {
				break // camelCase
			}
		}
		if list.has(key[start:i]) {
			return true
		}
	}
	return false
}

// wordBefore reports whether one of list is among the n words that end before i, within [maxNear] bytes.
func wordBefore(s string, i, n int, list *words) bool {
	limit := max(0, i-maxNear)
	for range n {
		for i > limit && class[s[i-1]]&alpha == 0 {
			if s[i-1] == '\n' || s[i-1] == ',' {
				return false
			}
			i--
		}
		end := i
		for i > limit && class[s[i-1]]&alpha != 0 {
			i--
		}
		if i < end && list.has(s[i:end]) {
			return true
		}
	}
	return false
}
