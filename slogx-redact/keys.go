package slogxredact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// keyRules decides about keys by their words.
//
// A rule is the text of its words without what separates them: apikey for api_key. A key matches if some
// of its words that follow each other, joined, are a rule. So api_key, apiKey and X-API-KEY match apikey,
// pass_word matches password, and tokenization does not match token.
//
// Some rules yield to a key whose last word says that it is about the secret: token_type is a type.
type keyRules struct {
	rules  map[string]bool // whether it yields
	except map[string]struct{}
	longest,
	shortest int
	bloom [bloomBits / 64]uint64
	texts bool                  // every key is looked at as a text
	clean func(key string) bool // reports whether a key is clean as a text; nil if that is not known

	known memo
}

const bloomBits = 4096

// bloomBit places a text that begins with first and ends with last. Most words of clean keys end here.
func bloomBit(n int, first, last byte) uint {
	return (uint(n)*181 + uint(first)*31 + uint(last)*7) % bloomBits
}

// newKeyRules makes rules of keys, and of others that yield.
func newKeyRules(keys, yielding, except []string) *keyRules {
	k := &keyRules{rules: make(map[string]bool), except: make(map[string]struct{}), shortest: 1 << 30}
	for _, key := range yielding {
		k.add(key, true)
	}
	for _, key := range keys {
		k.add(key, false)
	}
	for _, key := range except {
		if text := string(foldAll(key)); text != "" {
			k.except[text] = struct{}{}
		}
	}
	return k
}

func (k *keyRules) add(key string, yields bool) {
	text := string(foldAll(key))
	if text == "" {
		return
	}
	k.rules[text] = yields
	k.longest, k.shortest = max(k.longest, len(text)), min(k.shortest, len(text))
	b := bloomBit(len(text), text[0], text[len(text)-1])
	k.bloom[b/64] |= 1 << (b % 64)
}

// keyVerdict is what is known of a key.
type keyVerdict struct {
	secret bool // a rule matches
	odd    bool // it may hold more than a name: look at it as a text

	name string // the key, folded, if it is known and the key is one segment of a path
}

// Bounds of what a key is that is nothing but a name. The shortest tokens have no more than minToken characters.
const (
	maxPlainKey    = 24
	maxPlainDigits = 3 // an address has four
	minToken       = 16
)

// match decides about the key of an attribute. These repeat: what was decided is kept.
func (k *keyRules) match(key string) keyVerdict {
	if len(key) > maxMemo {
		return k.decide(key)
	}
	at, e := k.known.get(key)
	if e != nil {
		return e.verdict
	}
	v := k.decide(key)
	v.odd = v.odd && (k.texts || k.clean == nil || !k.clean(key))
	if !strings.Contains(key, ".") {
		v.name = string(foldAll(key))
	}
	at.put(key, v)
	return v
}

// passes reports whether key is a name without a rule for it. known is what is remembered of it, or nil.
func (k *keyRules) passes(key string) (known *memoEntry, ok bool) {
	if len(key) <= maxMemo {
		if _, e := k.known.get(key); e != nil {
			return e, !e.verdict.secret && !e.verdict.odd
		}
	}
	v := k.match(key)
	return nil, !v.secret && !v.odd
}

// decide is match for keys that may come from anywhere: those of JSON and of maps.
func (k *keyRules) decide(key string) keyVerdict {
	var (
		text   [64]byte
		starts [16]int
	)
	f := fold(key, text[:0], starts[:0])
	v := keyVerdict{odd: k.texts || f.odd || len(key) > maxPlainKey || f.digits > maxPlainDigits ||
		len(key) >= minToken && (f.digits > 0 || len(f.starts) == 1)}
	if len(f.text) < k.shortest {
		return v
	}
	v.secret = k.find(&f)
	if v.secret && len(k.except) > 0 {
		_, ok := k.except[string(f.text)]
		v.secret = !ok
	}
	return v
}

// find looks for runs of words that are a rule.
func (k *keyRules) find(f *folded) bool {
	for i, start := range f.starts {
		for j := i + 1; j <= len(f.starts); j++ {
			end := len(f.text)
			if j < len(f.starts) {
				end = f.starts[j]
			}
			n := end - start
			if n > k.longest {
				break
			}
			b := bloomBit(n, f.text[start], f.text[end-1])
			if k.bloom[b/64]&(1<<(b%64)) == 0 {
				continue
			}
			if yields, ok := k.rules[string(f.text[start:end])]; ok && !(yields && j < len(f.starts) && f.isAbout()) {
				return true
			}
		}
	}
	return false
}

// about are last words of keys that are about a secret and do not hold it. None of them can be the secret by another
// name: token_id, password_hash and session_state are not here.
var about = map[string]bool{
	// what kind
	"type": true, "name": true, "version": true, "method": true, "alg": true, "algorithm": true, "rounds": true, "policy": true,
	"endpoint": true, "domain": true, // where
	"count": true, "total": true, "limit": true, "rate": true, "attempts": true, "length": true, "size": true, // how many
	"ttl": true, "timeout": true, "duration": true, "lifetime": true, "maxage": true, // how long
	"at": true, "expires": true, "expiresin": true, "expiry": true, "expiration": true, // when
	"enabled": true, "required": true, "expired": true, "status": true, // whether
}

// isAbout reports whether the last word of the key, or its last two, are among those.
func (f *folded) isAbout() bool {
	n := len(f.starts)
	return about[string(f.text[f.starts[n-1]:])] || n > 1 && about[string(f.text[f.starts[n-2]:])]
}

// inText decides about a name in a text, and does not keep it.
func (k *keyRules) inText(name string) bool { return k.decide(name).secret }

// folded is a key in small letters, without what separates its words.
type folded struct {
	text   []byte
	starts []int // of its words, in text
	digits int
	odd    bool // has bytes that names do not have
}

// What a byte of a key is.
const (
	kindOther = iota // ends a word, and is odd
	kindSeparator
	kindDigit
	kindLower
	kindUpper
	kindRune    // begins a rune that is not ASCII
	kindNothing // shows nothing
)

var keyClass = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = kindDigit
		case c >= 'a' && c <= 'z':
			t[c] = kindLower
		case c >= 'A' && c <= 'Z':
			t[c] = kindUpper
		case c == '_' || c == '-' || c == '.':
			t[c] = kindSeparator
		case c >= utf8.RuneSelf:
			t[c] = kindRune
		}
	}
	return t
}()

// fold folds key into the room of text and starts. What leaves it are those, and nothing else, so that they
// can stand on the stack.
func fold(key string, text []byte, starts []int) folded {
	var (
		last   = uint8(kindSeparator)
		lastAt int // where the last letter is in text
		digits int
		odd    bool
	)
	for i := 0; i < len(key); {
		c, kind, size := rune(key[i]), keyClass[key[i]], 1
		if kind == kindRune {
			odd = true
			c, kind, size = foldRune(key[i:])
		}
		i += size
		switch kind {
		case kindNothing:
			continue
		case kindLower:
			// A capital before belongs to this word, as in URLPath.
			if last == kindUpper {
				if starts[len(starts)-1] != lastAt {
					starts = append(starts, lastAt)
				}
			} else if last != kindLower {
				starts = append(starts, len(text))
			}
		case kindUpper:
			if last != kindUpper {
				starts = append(starts, len(text))
			}
			if c < utf8.RuneSelf {
				c |= 0x20
			}
		case kindDigit:
			if last != kindDigit {
				starts = append(starts, len(text))
			}
			digits++
		default:
			odd = odd || kind == kindOther
			last = kind
			continue
		}
		last, lastAt = kind, len(text)
		if c < utf8.RuneSelf {
			text = append(text, byte(c))
		} else {
			text = utf8.AppendRune(text, unicode.ToLower(c))
		}
	}
	return folded{text, starts, digits, odd}
}

// foldRune returns what the first rune of s, which is not ASCII, is in a key, and its size.
func foldRune(s string) (c rune, kind uint8, size int) {
	r, size := utf8.DecodeRuneInString(s)
	if invisible(r) {
		return r, kindNothing, size
	}
	if c = lookAlike(r); c < utf8.RuneSelf {
		return c, keyClass[c], size
	}
	switch {
	case unicode.IsUpper(r):
		return r, kindUpper, size
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return r, kindLower, size
	default:
		return r, kindSeparator, size
	}
}

// foldAll returns key folded, all its words joined.
func foldAll(key string) []byte { return fold(key, nil, nil).text }
