package detect

import (
	"encoding/base64"
	"strings"
)

// prefixes finds the providers whose prefix begins with two characters: 1 + their index in byPrefix, or 0. Its
// index folds characters together, which costs a comparison and no more.
var (
	prefixes [1 << 10]uint8
	byPrefix = func() (t [][]provider) {
		for _, p := range append(providers, provider{prefix: "ey", kind: jwtBit}, provider{prefix: "ew", kind: jwtBit}) {
			at := &prefixes[pairOf(p.prefix[0], p.prefix[1])]
			if *at == 0 {
				t = append(t, nil)
				*at = uint8(len(t))
			}
			t[*at-1] = append(t[*at-1], p)
		}
		return t
	}()
)

// addStarts notes the words that what s wants begins with.
func (s *Set) addStarts() {
	for _, list := range byPrefix {
		for _, p := range list {
			if s.want&p.kind == 0 {
				continue
			}
			from, to := run(p.prefix, 0, len(p.prefix), alnum), 31
			if from < len(p.prefix) {
				to = from // the prefix is a word
			} else if p.chars&^(inHex|inUpper|inAlnum) == 0 {
				from += p.min // the token is a word
			}
			for n := min(from, 31); n <= to; n++ {
				s.starts[pairOf(p.prefix[0], p.prefix[1])] |= 1 << n
			}
		}
	}
	for _, w := range []struct {
		kinds bits
		words *words
	}{{bearerBit, bearerWords}, {basicBit, basicWords}, {pemBit, pemWords}, {phraseBit, phraseWords}, {phraseBit, commandWords}} {
		if s.want&w.kinds == 0 {
			continue
		}
		for n, list := range w.words.list {
			for _, word := range list {
				s.starts[pairOf(word[0], word[1])] |= 1 << n
			}
		}
	}
}

func pairOf(a, b byte) int { return int(a&31)<<5 | int(b&31) }

// token finds a provider's token or a JWT that begins at start.
func (sc *scanner) token(start int) int {
	end, kind := sc.tokenAt(start)
	if end == 0 {
		return 0
	}
	if kind == awsBit {
		end = sc.found(start, end, awsBit)
		return max(end, sc.secretKeyBehind(end))
	}
	if sc.text[start] == 'a' && isTerraform(sc.text, start) {
		start -= len("abcdefghijklmn.")
	}
	if kind == slackBit && sc.text[start] == 'h' || kind == discordBit {
		if start = sc.webhook(start, end); start == 0 {
			return 0
		}
	}
	return sc.found(start, end, kind)
}

// tokenAt returns the end and the kind of the token that begins at start, or 0.
func (sc *scanner) tokenAt(start int) (end int, kind bits) {
	s := sc.text
	if len(s)-start < 20 {
		return 0, 0
	}
	at := prefixes[pairOf(s[start], s[start+1])]
	if at == 0 {
		return 0, 0
	}
	for i := range byPrefix[at-1] {
		p := &byPrefix[at-1][i]
		last := len(p.prefix) - 1 // mostly a mark, which few words have there; all prefixes are shorter than what is left
		if s[start+last] != p.prefix[last] || sc.want&p.kind == 0 || !strings.HasPrefix(s[start:], p.prefix) {
			continue
		}
		switch {
		case p.kind == jwtBit:
			end = sc.jwt(start)
		case p.chars == 0:
			end = lineToken(s, start)
		default:
			end = p.end(s, start)
		}
		if end != 0 {
			return end, p.kind
		}
	}
	return 0, 0
}

// end returns the end of a token of p that begins at start, or 0.
func (p *provider) end(s string, start int) int {
	from := start + len(p.prefix)
	limit := len(s)
	if p.max > 0 {
		limit = min(limit, from+p.max)
	}
	i, digits := from, false
	for i < limit && alphabet[s[i]]&p.chars != 0 {
		digits = digits || is(s[i], digit)
		i++
	}
	for i > from && p.chars&(inDots|inB64) != 0 && (s[i-1] == '.' || s[i-1] == '/') {
		i-- // the end of a sentence or of a path segment
	}
	i = backOff(s, i, from+p.min)
	if i == 0 || p.prefix == "sk-" && !digits {
		return 0
	}
	switch {
	case p.kind == sendGridBit && s[from+22] != '.':
		return 0
	case p.prefix == "pat":
		return tail(s, i, inHex, 64, 64)
	case p.prefix == "atlasv1." && !isTerraform(s, start):
		return 0
	case p.kind == databricksBit && i+1 < len(s) && s[i] == '-' && isDigitAt(s, i+1) && !isWordAt(s, i+2):
		return i + 2
	}
	return i
}

// discordBot finds a bot token that begins with the word from start to end: an id in base64, of which only some first
// letters come, a time and a signature.
func (sc *scanner) discordBot(start, end int) int {
	s := sc.text
	to := tail(s, tail(s, end, inURL, 6, 6), inURL, 27, 38)
	if to == 0 {
		return 0
	}
	return sc.found(start, to, discordBit)
}

// mayBeDiscordBot reports whether the word from start to end is as long as an id and begins like one.
func mayBeDiscordBot(s string, start, end int) bool {
	return end-start >= 24 && end-start <= 28 && s[start]-'M' < 3 && end < len(s) && s[end] == '.'
}

// tail returns the end of the dot at i and from least to most characters behind it, or 0.
func tail(s string, i int, chars uint8, least, most int) int {
	if i == 0 || i >= len(s) || s[i] != '.' {
		return 0
	}
	from := i + 1
	i = from
	for i < len(s) && i-from < most && alphabet[s[i]]&chars != 0 {
		i++
	}
	return backOff(s, i, from+least)
}

// isTerraform reports whether the first part of an API token of Terraform stands before atlasv1 at i.
func isTerraform(s string, i int) bool {
	return i >= 15 && s[i-1] == '.' && !isWordBefore(s, i-15) && run(s, i-15, 14, alnum) == i-1 && strings.HasPrefix(s[i:], "atlasv1.")
}

// hexToken finds a key of Mailchimp, 32 hexadecimal digits, -us and a number, or one of Mailgun, eight and eight
// more of them, that begins with the word from start to end.
func (sc *scanner) hexToken(start, end int) int {
	s := sc.text
	if strings.HasPrefix(s[end:], "-us") {
		if to := run(s, end+3, 2, digit); to > end+3 && !isWordAt(s, to) {
			return sc.found(start, to, vendorBit)
		}
	}
	if len(s)-end < 18 || s[end+9] != '-' || isWordAt(s, end+18) || !allHex(s[end+1:end+9]) || !allHex(s[end+10:end+18]) {
		return 0
	}
	return sc.found(start, end+18, mailgunBit)
}

// googleRefresh finds a refresh token of Google, 1//0 and some forty characters of base64url, whose 1 is at i.
func (sc *scanner) googleRefresh(i int) int {
	s := sc.text
	if len(s)-i < 44 || s[i:i+4] != "1//0" {
		return 0
	}
	end := segmentEnd(s, i+4)
	if end-i < 44 || !isMixed(s[i:end]) {
		return 0
	}
	return sc.found(i, end, googleBit)
}

// backOff returns the last place from least to end at which no letter or digit follows, or 0. A token may have
// been cut at its greatest length in a word behind it.
func backOff(s string, end, least int) int {
	for end >= least && isWordAt(s, end) {
		end--
	}
	if end < least {
		return 0
	}
	return end
}

// lineToken returns the end of what has neither spaces nor quotes from start on, at most 400 bytes.
func lineToken(s string, start int) int {
	i := start
	for i < len(s) && i < start+400 && s[i] > ' ' && strings.IndexByte("\"'<>\\?`", s[i]) < 0 {
		i++
	}
	for i > start && !is(s[i-1], alnum) && s[i-1] != '-' && s[i-1] != '_' {
		i--
	}
	return i
}

// webhook returns where the secret part of the address of a webhook begins, which ends at end, or 0.
func (sc *scanner) webhook(start, end int) int {
	for _, path := range []string{"/services/", "/workflows/", "/triggers/", "/webhooks/"} {
		i := strings.Index(sc.text[start:min(end, start+40)], path)
		if i < 0 {
			continue
		}
		if start += i + len(path); path == "/webhooks/" { // the number of the webhook is no secret
			if i = strings.IndexByte(sc.text[start:end], '/'); i < 0 {
				return 0
			}
			start += i + 1
		}
		return start
	}
	return 0
}

// secretKeyBehind finds the secret access key that stands behind an access key id which ends at i.
func (sc *scanner) secretKeyBehind(i int) int {
	s := sc.text
	limit := min(len(s), i+120)
	for i < limit && s[i] != '\n' {
		if !is(s[i], alnum) {
			i++
			continue
		}
		start := i
		for i < len(s) && i-start <= 40 && alphabet[s[i]]&inB64 != 0 && s[i] != '=' {
			i++
		}
		if i-start == 40 && isMixed(s[start:i]) {
			return sc.found(start, i, awsBit)
		}
	}
	return 0
}

// isMixed reports whether s has digits, small letters and capitals.
func isMixed(s string) bool {
	var seen uint8
	for i := range len(s) {
		seen |= class[s[i]]
	}
	return seen&digit != 0 && seen&lower != 0 && seen&upper != 0
}

// jwt returns the end of the JWT (three parts, the last one empty if it is unsecured) or JWE (five parts) that
// begins at start, or 0. Its first part must be the base64url form of a JSON object with an alg.
func (sc *scanner) jwt(start int) int {
	s := sc.text
	if start < sc.segment { // in a run that has no dot behind it
		return 0
	}
	i := segmentEnd(s, start)
	if i >= len(s) || s[i] != '.' {
		sc.segment = i
		return 0
	}
	if !hasAlg(s[start:i]) {
		return 0
	}
	ends := [5]int{i}
	parts := 1
	for parts < 5 && i < len(s) && s[i] == '.' {
		i = segmentEnd(s, i+1)
		ends[parts] = i
		parts++
	}
	switch {
	case parts == 5 && ends[4]-ends[3] > 1:
		i = ends[4]
	case parts >= 3 && (ends[1]-ends[0] > 1 || ends[2]-ends[1] > 40): // of a detached one the second part is empty
		i = ends[2]
	default:
		return 0
	}
	return i
}

func segmentEnd(s string, i int) int {
	for i < len(s) && alphabet[s[i]]&inURL != 0 {
		i++
	}
	return i
}

// hasAlg reports whether a part of a JWT holds a JSON object that names an algorithm. It looks at the first
// KiB of it: certificates may follow.
func hasAlg(part string) bool {
	var in [64]byte
	var out [48 + 8]byte // the last bytes of the chunk before, then this one
	kept := 0
	for at := 0; at < len(part) && at < 1024; at += len(in) {
		n := copy(in[:], part[at:])
		m, err := base64.RawURLEncoding.Decode(out[kept:], in[:n])
		if err != nil || m == 0 || at == 0 && out[0] != '{' {
			return false
		}
		for _, c := range out[kept : kept+m] {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
				return false
			}
		}
		if m += kept; hasName(out[:m]) {
			return true
		}
		kept = copy(out[:], out[max(0, m-5):m])
	}
	return false
}

// hasName reports whether b has "alg" or "enc", quotes included.
func hasName(b []byte) bool {
	for i := 0; i+5 <= len(b); i++ {
		if name := string(b[i : i+5]); name == `"alg"` || name == `"enc"` {
			return true
		}
	}
	return false
}

// pem finds the block of a private key whose BEGIN is at i. One that has no end ends with the text.
func (sc *scanner) pem(i int) int {
	s := sc.text
	const dashes, begin, end = "-----", "BEGIN ", "-----END "
	if !strings.HasPrefix(s[i:], begin) || !strings.HasSuffix(s[:i], dashes) {
		return 0
	}
	from := i + len(begin)
	n := strings.Index(s[from:min(len(s), from+64)], dashes)
	if n < 0 || !strings.Contains(s[from:from+n], "PRIVATE KEY") {
		return 0
	}
	stop := len(s)
	if at := strings.Index(s[from+n:], end); at >= 0 {
		stop = from + n + at + len(end)
		if n := strings.Index(s[stop:min(len(s), stop+64)], dashes); n >= 0 {
			stop += n + len(dashes)
		}
	}
	return sc.found(i-len(dashes), stop, pemBit)
}

// telegram finds a bot token, a number of 6 to 10 digits and 34 to 36 characters, around the colon at i.
func (sc *scanner) telegram(i int) int {
	s := sc.text
	if sc.want&telegramBit == 0 || len(s)-i < 35 || i == 0 || !is(s[i-1], digit) {
		return 0
	}
	start := i
	for start > 0 && i-start <= 10 && is(s[start-1], digit) {
		start--
	}
	if n := i - start; n < 6 || n > 10 {
		return 0
	}
	if isWordBefore(s, start) && (start < 3 || !hasFold(s, start-3, "bot") || isWordBefore(s, start-3)) {
		return 0
	}
	end := i + 1
	for end < len(s) && end < i+37 && alphabet[s[end]]&inURL != 0 {
		end++
	}
	if end = backOff(s, end, i+35); end == 0 || !isMixed(s[i+1:end]) {
		return 0
	}
	return sc.found(start, end, telegramBit)
}

// azureSecret finds a client secret of Entra ID around the ~ at i: three characters, a digit, Q~, 31 to 34
// characters.
func (sc *scanner) azureSecret(i int) int {
	s := sc.text
	if sc.want&azureBit == 0 || i < 5 || s[i-1] != 'Q' || !is(s[i-2], digit) || isWordBefore(s, i-5) {
		return 0
	}
	end := i + 1
	for end < len(s) && end < i+35 && (alphabet[s[end]]&inDots != 0 || s[end] == '~') {
		end++
	}
	if end = backOff(s, end, i+32); end == 0 {
		return 0
	}
	return sc.found(i-5, end, azureBit)
}
