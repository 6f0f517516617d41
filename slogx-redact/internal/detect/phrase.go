package detect

import (
	"encoding/base64"
	"strings"
)

// secretWord looks at what follows a word that announces a secret: Bearer, Basic, BEGIN, password is.
func (sc *scanner) secretWord(start, end int) int {
	switch word := sc.text[start:end]; {
	case sc.want&phraseBit != 0 && commandWords.has(word):
		return sc.command(start, end)
	case sc.want&phraseBit != 0 && phraseWords.has(word):
		return sc.phrase(start, end)
	case sc.want&bearerBit != 0 && bearerWords.has(word):
		return sc.bearer(start, end)
	case sc.want&basicBit != 0 && basicWords.has(word):
		return sc.basic(start, end)
	case sc.want&pemBit != 0 && pemWords.has(word):
		return sc.pem(start)
	}
	return 0
}

var (
	authorization = newWords("authorization")
	bearerWords   = newWords("bearer")
	basicWords    = newWords("basic")
	pemWords      = newWords("begin")
	passwordWords = newWords("password", "passwd", "pwd", "passphrase")
	phraseWords   = newWords(
		"password", "passwd", "pwd", "passphrase", "passcode", "pin", "secret", "token", "key", "credential", "credentials",
		"otp", "code", "pass", "pw", "dsn", "jwt", "cookie", "session", "salt", "cvv", "ssn", "requirepass",
	)

	// flagWords announce a secret only as flags.
	flagWords = newWords("pass", "pw", "dsn", "jwt", "cookie", "session", "salt", "cvv", "ssn")

	// vagueWords announce a secret only behind one of vagueBefore.
	vagueWords  = newWords("key", "code")
	vagueBefore = newWords(
		"api", "access", "secret", "private", "pass", "pin", "security", "verification", "auth", "signing", "encryption",
	)
)

// bearer finds the credentials behind the word Bearer. Without a header's name before it they must look like
// some: bearer of news has none.
func (sc *scanner) bearer(start, end int) int {
	s := sc.text
	v := spaces(s, end)
	if v == end || v >= len(s) {
		return 0
	}
	to := v
	digits, upperCase := false, false
	for to < len(s) && (alphabet[s[to]]&(inURL|inB64|inDots) != 0 || s[to] == '~') {
		digits = digits || is(s[to], digit)
		upperCase = upperCase || is(s[to], upper)
		to++
	}
	body := strings.TrimRight(s[v:to], "=")
	if strings.IndexByte(body, '=') >= 0 || to < len(s) && s[to-1] == '=' && (s[to] == '"' || s[to] == '\'') && allLetters(body) {
		return 0 // the parameters of a challenge
	}
	for to > v && s[to-1] == '.' {
		to--
	}
	n := to - v
	header := isHeader(s, start)
	if n == 0 || !header && (n < 8 || !digits && (n < 16 || !upperCase)) {
		return 0
	}
	kind := bearerBit
	if e, k := sc.tokenAt(v); e == to && k == jwtBit && sc.want&bearerBit == 0 {
		kind = k
	}
	return sc.found(v, to, kind)
}

// isHeader reports whether the scheme at i stands behind the name of its header.
func isHeader(s string, i int) bool {
	return i >= 2 && (s[i-1] == ' ' || s[i-1] == '"') && wordBefore(s, i, 1, authorization)
}

// basic finds the credentials behind the word Basic: base64 of a user, a colon and a password.
func (sc *scanner) basic(start, end int) int {
	s := sc.text
	v := spaces(s, end)
	if v == end {
		return 0
	}
	to := v
	for to < len(s) && to < v+1024 && alphabet[s[to]]&(inB64|inURL) != 0 {
		to++
	}
	if (to-v)%4 != 0 && !isHeader(s, start) || !isUserPassword(s[v:to]) {
		return 0
	}
	return sc.found(v, to, basicBit)
}

// isUserPassword reports whether s is the base64 form of text with a colon in it.
func isUserPassword(s string) bool {
	s = strings.TrimRight(s, "=")
	if len(s) < 3 {
		return false
	}
	var in [1024]byte
	var out [768]byte
	for i := range copy(in[:], s) {
		switch in[i] {
		case '-':
			in[i] = '+'
		case '_':
			in[i] = '/'
		}
	}
	n, err := base64.RawStdEncoding.Decode(out[:], in[:min(len(s), len(in))])
	if err != nil {
		return false
	}
	colon := false
	for _, c := range out[:n] {
		if c < ' ' && c != '\t' {
			return false
		}
		colon = colon || c == ':'
	}
	return colon
}

// authScheme returns where the credentials behind the name of a scheme at i begin, and their kind; or i.
func authScheme(s string, i int) (int, bits) {
	for _, scheme := range []struct {
		name string
		kind bits
	}{
		{"bearer ", bearerBit}, {"basic ", basicBit}, {"token ", bearerBit}, {"apikey ", bearerBit}, {"digest ", phraseBit},
		{"negotiate ", bearerBit}, {"ntlm ", bearerBit}, {"hmac ", phraseBit}, {"aws4-hmac-sha256 ", phraseBit}, {"signature ", phraseBit},
		{"bot ", bearerBit}, {"geniekey ", bearerBit}, {"ssws ", bearerBit}, {"splunk ", bearerBit}, {"oauth ", bearerBit},
	} {
		if hasFold(s, i, scheme.name) {
			return spaces(s, i+len(scheme.name)), scheme.kind
		}
	}
	return i, 0
}

// schemeEnd returns the end of the credentials behind the name of a scheme that the value from start to end ends
// with, as in a value with a header in it; or end. Behind the name of the header any word may be a scheme.
func schemeEnd(s, name string, start, end int) int {
	switch value := s[start:end]; {
	case end+1 >= len(s) || s[end] != ' ':
		return end
	case hasSuffixFold(value, "bearer") || hasSuffixFold(value, "basic"):
		return plainEnd(s, spaces(s, end))
	case !hasSuffixFold(name, "authorization") || !allLetters(value) || states.has(value) || openings.has(value):
		return end
	}
	next := spaces(s, end)
	to := plainEnd(s, next)
	if n := strings.IndexByte(s[next:to], '='); n > 0 && next+n+1 < len(s) && (s[next+n+1] == '"' || is(s[next+n+1], alnum)) {
		return lineEnd(s, next) // parameters
	}
	return to
}

// spaces returns the end of the spaces at i.
func spaces(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

// phrase finds the value behind a word as people write it: password is hunter2, password for bob was "x",
// --password hunter2, token 8f3a…. Names with = or : are [scanner.pair]'s.
func (sc *scanner) phrase(start, end int) int {
	s := sc.text
	word := s[start:end]
	if vagueWords.has(word) && !wordBefore(s, start, 1, vagueBefore) || flagWords.has(word) && !isFlag(s, start) {
		return 0
	}
	i := end
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		i++
	}
	if i > end && i+1 < len(s) && s[i] == ',' && isFlag(s, start) {
		return sc.argument(end, i+1)
	}
	v := spaces(s, i)
	if v == i && v < len(s) && s[v] == '\t' {
		v++
	}
	if v == i || v >= len(s) {
		return 0
	}
	joint, v := sc.joint(start, end, v)
	if v >= len(s) || s[v] == ':' || s[v] == '=' {
		return 0
	}
	if joint >= verbal {
		v = typeEnd(s, v)
	}
	from, to := v, plainEnd(s, v)
	if s[v] == '"' || s[v] == '\'' || s[v] == '`' || s[v] == '(' && joint >= verbal {
		from, to = quoted(s, v, s[v] == '(')
		if !joint.joinsQuoted(s[from:to]) {
			return 0
		}
	} else if !joint.joins(s[from:to]) || joint == marked && isProse(s, from, to) {
		return 0
	}
	if e, k := sc.tokenAt(from); e >= to {
		return sc.found(from, e, k)
	}
	return sc.found(from, to, phraseBit)
}

// joint returns what joins the word from start to end to what stands behind it at v, and where the value begins.
func (sc *scanner) joint(start, end, v int) (joint, int) {
	s := sc.text
	if next := connector(s, v); next > v {
		if v = spaces(s, next); v < len(s) && (s[v] == ':' || s[v] == '=') {
			return marked, spaces(s, v+1)
		}
		return verbal, v
	}
	switch word := s[start:end]; {
	case isFlag(s, start) || word == "requirepass":
		return marked, v
	case passwordWords.has(word):
		return behind, v
	}
	return apart, v
}

// argument finds the value at i, in the same quotes as the flag before it: "--password", "x".
func (sc *scanner) argument(quote, i int) int {
	s := sc.text
	v := spaces(s, i)
	if v == len(s) || s[v] != s[quote] {
		return 0
	}
	from, to := quoted(s, v, false)
	if from >= to || isMasked(s[from:to]) {
		return 0
	}
	return sc.found(from, to, phraseBit)
}

// joint is what stands between a word and what may be its value.
type joint int

const (
	apart  joint = iota // nothing, and the word is one that is used for other things as well
	behind              // nothing, behind password
	verbal              // is, was, for bob is
	marked              // is: and the like; or the word is a flag
)

// joins reports whether value is one of the word before it.
func (j joint) joins(value string) bool {
	if value == "" || isMasked(value) || isNothing(value, "") {
		return false
	}
	switch j {
	case apart:
		return isHighEntropy(value)
	case behind:
		return isHighEntropy(value) || isPassword(value)
	case verbal:
		return !allLetters(value)
	default:
		return true
	}
}

// joinsQuoted is joins for a value in quotes.
func (j joint) joinsQuoted(value string) bool {
	if isMasked(value) {
		return false
	}
	return j >= verbal || isHighEntropy(value) || j == behind && (strings.IndexByte(value, ' ') < 0 || isPassword(value))
}

// isFlag reports whether the word at i ends the name of a flag, as in --db-password.
func isFlag(s string, i int) bool {
	start := i
	for start > 0 && i-start < maxName && is(s[start-1], alnum|joiner) {
		start--
	}
	return start < i && s[start] == '-' && (start == 0 || s[start-1] <= ' ' || s[start-1] == '"' || s[start-1] == '\'')
}

// connector returns the end of "is", "was", "for bob is" and the like at i, or i.
func connector(s string, i int) int {
	if end := verb(s, i); end > i {
		return end
	}
	if hasFold(s, i, "for ") || hasFold(s, i, "of ") {
		at := i
		for range 4 {
			word := at
			for at < len(s) && s[at] > ' ' && at-word < 64 {
				at++
			}
			if at > word && s[at-1] == ':' {
				return at - 1
			}
			at = spaces(s, at)
			if end := verb(s, at); end > at {
				return end
			}
			if at+1 < len(s) && s[at] == '=' && s[at+1] == ' ' { // SQL
				return at
			}
		}
	}
	return i
}

// verb returns the end of a verb that joins a name and its value, or i.
func verb(s string, i int) int {
	for _, w := range []string{
		"is", "was", "are", "equals", "set to", "is set to", "changed to", "reset to", "has been set to",
		"has been changed to", "has been reset to", "->", "=>",
	} {
		if hasFold(s, i, w) && (i+len(w) == len(s) || s[i+len(w)] == ' ' || s[i+len(w)] == ':' || s[i+len(w)] == '=') {
			end := i + len(w)
			if w == "is" || w == "was" {
				for _, more := range []string{" now", " set to", " reset to", " changed to"} {
					if hasFold(s, end, more+" ") || hasFold(s, end, more+":") {
						end += len(more)
					}
				}
			}
			return end
		}
	}
	return i
}

// isHighEntropy reports whether s looks like made by a machine to be secret: long, of letters and digits
// mixed, and neither a UUID nor a hash in words.
func isHighEntropy(s string) bool {
	if len(s) < 16 || isUUID(s, 0) {
		return false
	}
	var seen uint8
	changes := 0
	for i := range len(s) {
		c := s[i]
		if !is(c, alnum) && c != '-' && c != '_' && c != '+' && c != '/' && c != '=' && c != '.' {
			return false
		}
		seen |= class[c]
		if i > 0 && is(c, alnum) && is(s[i-1], alnum) && (class[c]^class[s[i-1]])&alnum != 0 {
			changes++
		}
	}
	return seen&digit != 0 && seen&alpha != 0 && changes >= 5
}

// isPassword reports whether s has letters and digits, as passwords have and words have not.
func isPassword(s string) bool {
	var seen uint8
	for i := range len(s) {
		seen |= class[s[i]]
	}
	return len(s) >= 6 && seen&digit != 0 && seen&alpha != 0 && !algorithms.has(s)
}

var algorithms = newWords("sha256", "sha512", "sha3-256", "argon2", "argon2i", "argon2id", "pbkdf2", "scrypt-v1", "base64", "utf8mb4")

func allLetters(s string) bool {
	for i := range len(s) {
		if !is(s[i], alpha) && s[i] != '\'' && s[i] != '-' {
			return false
		}
	}
	return true
}

var (
	// states are all that may be said about a secret, where its value could stand: token: expired.
	states = newWords(
		"changed", "correct", "created", "deleted", "denied", "empty", "eof", "error", "expected", "expired", "failed", "failure",
		"forbidden", "found", "granted", "incorrect", "insufficient", "invalid", "issued", "malformed", "mismatch", "missing", "ok",
		"provided", "refreshed", "rejected", "required", "reset", "revoked", "rotated", "set", "started", "successful", "timeout",
		"unauthorized", "unexpected", "unknown", "unsupported", "updated", "used", "valid", "validated", "verified", "weak", "wrong",
		"unset", "ended", "closed", "active", "inactive", "accepted", "matched", "yes", "no",
		"allowed", "disabled", "enabled", "optional", "off", "on",
	)

	// openings are the first words of more that may be said.
	openings = newWords(
		"a", "an", "and", "already", "bad", "cannot", "can't", "could", "context", "dial", "does", "expires", "has", "in", "is", "it",
		"length", "match", "matches", "must", "need", "needs", "never", "no", "not", "of", "only", "all", "any", "open", "or", "parse",
		"permission", "please", "read", "rpc", "should", "signature", "status", "stat", "the", "to", "too", "verification", "was",
		"write", "x509", "you", "your", "flag", "option",
	)
)

// isProse reports whether what stands from start to end is no value but what is said about it.
func isProse(s string, start, end int) bool {
	word := s[start:end]
	return states.has(word) || openings.has(word) && end+1 < len(s) && s[end] == ' '
}
