package detect

// quad finds an IPv4 address that begins at start: four numbers up to 255 without leading zeros. Five are an
// object identifier, and behind a version word four are a version.
func (sc *scanner) quad(start int) int {
	if sc.want&ipv4Bit == 0 {
		return 0
	}
	s := sc.text
	end := parse4(s, start)
	if end == 0 || start > 1 && s[start-1] == '.' && isDigitAt(s, start-2) || isVersion(s, start) || sc.keyHas(versionWords) {
		return 0
	}
	return sc.found(start, end, ipv4Bit)
}

// parse4 returns the end of the dotted quad at i, or 0.
func parse4(s string, i int) int {
	for n := range 4 {
		if n > 0 {
			if i >= len(s) || s[i] != '.' {
				return 0
			}
			i++
		}
		start, value := i, 0
		for ; isDigitAt(s, i) && i < start+3; i++ {
			value = value*10 + int(s[i]-'0')
		}
		if i == start || value > 255 || s[start] == '0' && i > start+1 {
			return 0
		}
	}
	if isWordAt(s, i) || i+1 < len(s) && s[i] == '.' && isDigitAt(s, i+1) {
		return 0
	}
	return i
}

// dottedEnd returns the end of the numbers of up to three digits that go on at i, with dots between: they are no
// address if the first was not the beginning of one.
func dottedEnd(s string, i int) int {
	for i < len(s) && s[i] == '.' {
		end := run(s, i+1, 4, digit)
		if end == i+1 || end > i+4 {
			break
		}
		i = end
	}
	return i
}

// isVersion reports whether a version word stands right before i.
func isVersion(s string, i int) bool {
	slash := i > 0 && s[i-1] == '/'
	for range 4 {
		if i == 0 || is(s[i-1], alnum) {
			break
		}
		switch s[i-1] {
		case ' ', ':', '=', '"', '\'', '(', '[', '/', '_', '-', '#', '\\':
			i--
		default:
			return false
		}
	}
	end := i
	for i > 0 && is(s[i-1], alpha) && end-i < 16 {
		i--
	}
	return i < end && (versionWords.has(s[i:end]) || slash && productWords.has(s[i:end]))
}

// hexWord looks at a word of at most four characters, which may be the first group of an IPv6 or MAC address.
func (sc *scanner) hexWord(start, end int) int {
	s, n := sc.text, end-start
	if end >= len(s) {
		return 0
	}
	sep := s[end]
	if sep != ':' && (sep != '-' || n != 2) && (sep != '.' || n != 4) || !allHex(s[start:end]) {
		return 0
	}
	if sep != ':' || n == 2 {
		if next := sc.mac(start, n, sep); next != 0 {
			return next
		}
	}
	if sep == ':' && !behindGroup(s, start) {
		return sc.address6(start)
	}
	return 0
}

// ipv6 finds an IPv6 address that begins with the two colons at i.
func (sc *scanner) ipv6(i int) int {
	if isWordBefore(sc.text, i) || i > 0 && sc.text[i-1] == ':' {
		return 0
	}
	return sc.address6(i)
}

func (sc *scanner) address6(start int) int {
	if sc.want&ipv6Bit == 0 {
		return 0
	}
	end := parse6(sc.text, start)
	if end == 0 {
		return 0
	}
	return sc.found(start, end, ipv6Bit)
}

// behindGroup reports whether what stands before i, a colon and up to four hexadecimal digits, was tried as
// the beginning of an address.
func behindGroup(s string, i int) bool {
	if i < 2 || s[i-1] != ':' {
		return false
	}
	if s[i-2] == ':' {
		return true
	}
	end := i - 1
	for i = end; i > 0 && end-i <= 4 && is(s[i-1], alnum); i-- {
		if !isHex(s[i-1]) {
			return false
		}
	}
	return i < end && end-i <= 4
}

// parse6 returns the end of the IPv6 address at i, or 0. It takes what net/netip takes, but for forms that are
// more likely names of C++: an address has a digit or four groups, and a short one a prefix that is in use.
func parse6(s string, i int) int {
	a := address{gap: -1}
	start := i
	if len(s)-i >= 2 && s[i] == ':' {
		a.gap = 0
		i += 2
	}
	a.end = i
	for a.groups < 8 {
		next := a.group(s, i)
		if next == 0 || a.groups == 8 || len(s)-next < 2 || s[next] != ':' {
			break
		}
		i = next + 1
		if s[i] != ':' {
			continue
		}
		if a.gap >= 0 {
			return 0
		}
		a.gap = a.groups
		i++
		a.end = i
	}
	if !a.isWhole() || !a.isPlausible() || isWordAt(s, a.end) {
		return 0
	}
	if len(s)-a.end > 1 && s[a.end] == ':' && (a.groups == 8 && isHex(s[a.end+1]) || a.groups < 8 && s[a.end+1] == ':') {
		return 0
	}
	return zone(s, start, a.end, a.first)
}

// address is what was read of an IPv6 address.
type address struct {
	groups, gap int // how many there are, and how many before the two colons; -1 without any
	first       int // value of the first group
	end         int
	digits      bool
	long        bool // a group has not two digits, as all have in fingerprints
}

// group reads the group at i, or the dotted quad that ends the address. It returns where to go on, or 0.
func (a *address) group(s string, i int) int {
	value, j := 0, i
	for ; j < len(s) && j < i+5 && isHex(s[j]); j++ {
		a.digits = a.digits || is(s[j], digit)
		value = value*16 + int(unhex(s[j]))
	}
	if j == i || j == i+5 || isWordAt(s, j) {
		return 0
	}
	if j < len(s) && s[j] == '.' && a.groups <= 6 && (a.gap >= 0 || a.groups == 6) {
		if end := parse4(s, i); end != 0 {
			a.groups += 2
			a.end = end
			return 0
		}
	}
	if a.groups == 0 {
		a.first = value
	}
	a.long = a.long || j-i != 2
	a.groups++
	a.end = j
	return j
}

func (a *address) isWhole() bool {
	return a.groups > 0 && (a.groups == 8) == (a.gap < 0) && a.groups <= 8
}

func (a *address) isPlausible() bool {
	return (a.digits || a.groups >= 4) && (a.long || a.groups < 8) && (a.gap <= 0 || a.groups > 3 || inUse(a.first))
}

// inUse reports whether addresses that begin with this group are: global unicast, 64:ff9b, 100::, unique
// local, link local, multicast.
func inUse(group int) bool {
	return group>>13 == 1 || group == 0x64 || group == 0x100 || group>>9 == 0xFC>>1 || group >= 0xFE80
}

// zone returns the end of the zone behind a link-local address, or end.
func zone(s string, start, end, first int) int {
	if first>>6 != 0xFE80>>6 || s[start] == ':' || end >= len(s) || s[end] != '%' {
		return end
	}
	e := run(s, end+1, 16, alnum)
	for e > end+1 && e+1 < len(s) && (s[e] == '-' || s[e] == '_') && is(s[e+1], alnum) {
		e = run(s, e+1, 16, alnum) // br-1a2b
	}
	if e > end+1 && !isWordAt(s, e) {
		return e
	}
	return end
}

// mac finds six pairs parted by colons or dashes, or three groups of four parted by dots. More of them are a
// fingerprint, which is no address.
func (sc *scanner) mac(start, n int, sep byte) int {
	if sc.want&macBit == 0 {
		return 0
	}
	s := sc.text
	size := 17
	if n == 4 {
		size = 14
	}
	end := start + size
	if len(s) < end || isWordAt(s, end) {
		return 0
	}
	for i := start; i < end; i++ {
		if (i-start)%(n+1) == n {
			if s[i] != sep {
				return 0
			}
		} else if !isHex(s[i]) {
			return 0
		}
	}
	if next := morePairs(s, end, n, sep); next > end {
		if len(s)-next > 1 && s[next] == ':' {
			return 0 // the colons of an IPv6 address
		}
		return next
	}
	if i := start - n - 1; i >= 0 && s[start-1] == sep && allHex(s[i:start-1]) && !isWordBefore(s, i) {
		return 0
	}
	if n == 4 && allDigits(s[start:start+4]) && allDigits(s[start+5:start+9]) && allDigits(s[start+10:end]) {
		return 0
	}
	return sc.found(start, end, macBit)
}

// morePairs returns the end of the groups of n hexadecimal digits that go on at i, or i.
func morePairs(s string, i, n int, sep byte) int {
	for len(s)-i > n && s[i] == sep && allHex(s[i+1:i+1+n]) && !isWordAt(s, i+1+n) {
		i += n + 1
	}
	return i
}

func allHex(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}
