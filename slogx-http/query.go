package slogxhttp

import (
	"net/url"
	"strings"
)

// redacted is what stands in the place of a secret.
const redacted = "REDACTED"

// maskQuery returns a query, or the body of a form, with the values of parameters that carry secrets masked.
func maskQuery(query string) string {
	var b strings.Builder
	done := 0 // how much of query is in b
	for i := 0; i < len(query); {
		equals, end := -1, i
		for ; end < len(query) && query[end] != '&' && query[end] != ';'; end++ {
			if equals < 0 && query[end] == '=' {
				equals = end
			}
		}
		if equals >= 0 && equals+1 < end && secretParam(query[i:equals]) {
			b.WriteString(query[done : equals+1])
			b.WriteString(redacted)
			done = end
		}
		i = end + 1
	}
	if done == 0 {
		return query
	}
	b.WriteString(query[done:])
	return b.String()
}

// secretParam takes the name of a parameter that cannot be decoded for a secret's.
func secretParam(name string) bool {
	if strings.IndexByte(name, '%') < 0 {
		return secretKey(name)
	}
	name, err := url.QueryUnescape(name)
	return err != nil || secretKey(name)
}

// maskURL returns u as text, without the password and with the query masked.
func maskURL(u *url.URL) string {
	masked := *u
	if u.User != nil {
		masked.User = url.User(redacted)
		if _, ok := u.User.Password(); ok {
			masked.User = url.UserPassword(redacted, redacted)
		}
	}
	masked.RawQuery = maskQuery(u.RawQuery)
	masked.Fragment, masked.RawFragment = "", ""
	return clip(masked.String(), maxText)
}

// secretWords are the words that make a key that of a secret. Those of two words stand here without what
// joins them.
var secretWords = map[string]struct{}{
	"accesskey": {}, "accesstoken": {}, "apikey": {}, "authorization": {}, "authtoken": {}, "clientsecret": {},
	"connectionstring": {}, "cookie": {}, "cookies": {}, "credential": {}, "credentials": {}, "csrftoken": {}, "cvc": {},
	"cvv": {}, "dsn": {}, "idtoken": {}, "jwt": {}, "otp": {}, "passphrase": {}, "passwd": {}, "password": {},
	"passwords": {}, "pin": {}, "privatekey": {}, "pwd": {}, "refreshtoken": {}, "salt": {}, "secret": {}, "secrets": {},
	"session": {}, "sessionid": {}, "sessiontoken": {}, "setcookie": {}, "sig": {}, "signature": {}, "ssn": {}, "token": {},
	"tokens": {},
}

// maxSecretWord is the length of the longest of them.
const maxSecretWord = len("connectionstring")

// secretKey reports whether one word of key, or two that follow each other, are those of a secret. Words end at
// what is neither a letter nor a digit, and before a capital that follows or precedes a small letter: "AWSAccessKeyId". It
// is the rule of package slogxredact for keys, with its words for credentials, for letters of ASCII.
func secretKey(key string) bool {
	var word, pair [maxSecretWord]byte
	n, before := 0, 0 // lengths of word, and of the word before it, which pair begins with
	end := func() bool {
		if n == 0 {
			return false
		}
		if n > maxSecretWord { // longer than any
			n, before = 0, 0
			return false
		}
		_, secret := secretWords[string(word[:n])]
		if !secret && before > 0 && before+n <= maxSecretWord {
			_, secret = secretWords[string(append(pair[:before], word[:n]...))]
		}
		before = copy(pair[:], word[:n])
		n = 0
		return secret
	}
	small := func(i int) bool { return i >= 0 && i < len(key) && 'a' <= key[i] && key[i] <= 'z' }
	for i := range len(key) {
		c := key[i]
		upper := 'A' <= c && c <= 'Z'
		if upper && (small(i-1) || small(i+1)) && end() {
			return true
		}
		switch {
		case upper:
			c += 'a' - 'A'
		case small(i), '0' <= c && c <= '9', c >= 0x80:
		default:
			if end() {
				return true
			}
			continue
		}
		if n < maxSecretWord {
			word[n] = c
		}
		n++
	}
	return end()
}

// maxText bounds the text of one attribute that comes from a client, in bytes.
const maxText = 2048

// clip returns s, cut to at most limit bytes and a mark if it is longer.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xc0 == 0x80 { // not within a character
		limit--
	}
	return s[:limit] + "…"
}
