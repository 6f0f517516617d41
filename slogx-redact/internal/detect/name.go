package detect

import (
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// isSigned reports whether a parameter is a part of a signed URL that OpenTelemetry has masked always.
func isSigned(name string) bool {
	return signedNames.has(name)
}

var signedNames = newWords(
	"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "AWSAccessKeyId", "Signature", "sig",
	"X-Goog-Signature", "X-Goog-Credential",
)

// isSecret asks the caller's rules, or the built-in words, about the name from start to end. Escapes in it are
// decoded.
func (s *Set) isSecret(text string, start, end int) bool {
	name := text[start:end]
	packed := pack(text, start, end)
	slot := s.clean.slot(packed)
	switch {
	case packed != 0 && slot.Load() == packed:
		return false
	case strings.IndexByte(name, '%') >= 0:
		return s.ask(name, (*names).unescape)
	case s.secret(name):
		return true
	}
	if packed != 0 {
		slot.Store(packed)
	}
	return false
}

// ask asks about another form of a name.
func (s *Set) ask(name string, form func(*names, string) []byte) bool {
	n := namesPool.Get().(*names)
	b := form(n, name)
	secret := s.secret(unsafe.String(unsafe.SliceData(b), len(b))) //nolint:gosec // it must not keep the name
	namesPool.Put(n)
	return secret
}

// cleanNames remembers short names that are none of a secret: most pairs have a few names, which asking
// about would take longer than all else.
type cleanNames [256]atomic.Uint64

func (c *cleanNames) slot(packed uint64) *atomic.Uint64 { return &c[packed*0x9E3779B97F4A7C15>>56] }

// pack returns the name from start to end as a number, which no other name has; or 0 for a name of more than
// eight bytes.
func pack(text string, start, end int) uint64 {
	n := end - start
	switch {
	case n > 8:
		return 0
	case end >= 8:
		return load8(text[end-8:]) >> (8 * (8 - n))
	}
	packed := uint64(0)
	for i := end; i > start; i-- {
		packed = packed<<8 | uint64(text[i-1])
	}
	return packed
}

// load8 returns the first eight bytes of s; the compiler loads them at once.
func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// names is room for the other form of a name.
type names struct{ buf [maxName]byte }

const maxName = 96

var namesPool = sync.Pool{New: func() any { return new(names) }}

func (n *names) unescape(name string) []byte {
	buf := n.buf[:0]
	for i := 0; i < len(name) && len(buf) < maxName; i++ {
		c := name[i]
		if c == '%' && i+2 < len(name) && isHex(name[i+1]) && isHex(name[i+2]) {
			c = unhex(name[i+1])<<4 | unhex(name[i+2])
			i += 2
		}
		buf = append(buf, c)
	}
	return buf
}

// join puts _ in the place of a space.
func (n *names) join(name string) []byte {
	buf := append(n.buf[:0], name...) // a name is never longer than the room for it
	buf[strings.IndexByte(name, ' ')] = '_'
	return buf
}

func unhex(c byte) byte {
	if is(c, digit) {
		return c - '0'
	}
	return c&15 + 9
}

// secondWords end names that people write with a space.
var secondWords = newWords("key", "keys", "phrase", "string", "code", "word", "id")

// isTwoWords asks about names such as "api key", whose last word is the one from start to end.
func (sc *scanner) isTwoWords(start, end int) bool {
	s := sc.text
	name := s[start:end]
	if start < 3 || s[start-1] != ' ' || !secondWords.may(name) || !secondWords.find(name) {
		return false
	}
	if len(name) == len("id") && !hasFold(s, start-len("session "), "session ") {
		return false // ids are in most lines
	}
	first := start - 1
	for first > 0 && start-first < 24 && is(s[first-1], alnum) {
		first--
	}
	if first == start-1 {
		return false
	}
	return sc.ask(s[first:end], (*names).join)
}

// isSecretName reports whether a name has a word of secrets in it: the rules where the caller has none.
func isSecretName(name string) bool {
	last := ""
	for i := 0; i < len(name); {
		if !is(name[i], alnum) {
			i++
			continue
		}
		start := i
		for i++; i < len(name) && is(name[i], alnum); i++ {
			if is(name[i], upper) && (is(name[i-1], lower|digit) || i+1 < len(name) && is(name[i+1], lower)) {
				break // camelCase
			}
		}
		word := name[start:i]
		if secretNames.has(word) || keyNames.has(word) && keyWords.has(last) {
			return true
		}
		last = word
	}
	return false
}

var (
	secretNames = newWords(
		"password", "passwords", "passwd", "pwd", "passphrase", "passcode", "pass", "secret", "secrets", "token",
		"apikey", "authorization", "cookie", "session", "sessionid", "jwt", "credential", "credentials", "otp", "pin",
		"cvv", "cvc", "ssn", "salt", "signature", "sig", "dsn", "accesskey", "secretkey", "privatekey", "accountkey", "pw",
	)
	keyNames = newWords("key", "string", "code")
	keyWords = newWords("api", "access", "secret", "private", "account", "signing", "encryption", "auth", "connection", "verification",
		"security", "recovery")
)
