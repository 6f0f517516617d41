package slogxredact

import (
	"hash/maphash"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// keyRules decides about keys by their words.
//
// A rule is the text of its words without what separates them: apikey for api_key. A key matches if some
// of its words that follow each other, joined, are a rule. So api_key, apiKey and X-API-KEY match apikey,
// pass_word matches password, and tokenization does not match token.
type keyRules struct {
	rules  map[string]struct{}
	except map[string]struct{}
	longest,
	shortest int
	bloom [bloomBits / 64]uint64
	texts bool // every key is looked at as a text

	cache keyCache
}

const bloomBits = 4096

// bloomBit places a text that begins with first and ends with last. Most words of clean keys end here.
func bloomBit(n int, first, last byte) uint {
	return (uint(n)*181 + uint(first)*31 + uint(last)*7) % bloomBits
}

func newKeyRules(keys, except []string) *keyRules {
	k := &keyRules{rules: make(map[string]struct{}), except: make(map[string]struct{}), shortest: 1 << 30}
	k.cache.seed = maphash.MakeSeed()
	for _, key := range keys {
		text := string(foldAll(key))
		if text == "" {
			continue
		}
		k.rules[text] = struct{}{}
		k.longest, k.shortest = max(k.longest, len(text)), min(k.shortest, len(text))
		b := bloomBit(len(text), text[0], text[len(text)-1])
		k.bloom[b/64] |= 1 << (b % 64)
	}
	for _, key := range except {
		if text := string(foldAll(key)); text != "" {
			k.except[text] = struct{}{}
		}
	}
	return k
}

// keyVerdict is what is known of a key.
type keyVerdict struct {
	secret bool // a rule matches
	odd    bool // it may hold more than a name: look at it as a text
}

// Bounds of what a key is that is nothing but a name.
const (
	maxPlainKey    = 24
	maxPlainDigits = 4
)

// match decides about the key of an attribute. These repeat: what was decided is kept.
func (k *keyRules) match(key string) keyVerdict {
	if len(key) > maxPlainKey {
		return k.decide(key)
	}
	slot := k.cache.slot(key)
	e := slot.Load()
	if e != nil && e.key == key {
		return e.verdict
	}
	v := k.decide(key)
	if e == nil || rand.Uint32()%replaceEach == 0 {
		slot.Store(&keyEntry{strings.Clone(key), v})
	}
	return v
}

// decide is match without the cache.
func (k *keyRules) decide(key string) keyVerdict {
	var (
		text   [64]byte
		starts [16]int
	)
	f := fold(key, text[:0], starts[:0])
	v := keyVerdict{odd: k.texts || f.odd || len(key) > maxPlainKey || f.digits > maxPlainDigits}
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
			if _, ok := k.rules[string(f.text[start:end])]; ok {
				return true
			}
		}
	}
	return false
}

// inText is match for a name in a text.
func (k *keyRules) inText(name string) bool { return k.match(name).secret }

// keyCache holds what was decided about keys, one for each value that a hash of them can have. It never
// grows, whatever keys a program is made to log, and one that is logged often gets its place back.
type keyCache struct {
	seed  maphash.Seed
	slots [1 << 10]atomic.Pointer[keyEntry]
}

type keyEntry struct {
	key     string
	verdict keyVerdict
}

// replaceEach is how often, on average, a key comes before it takes the place of another: two that are
// logged in turn must not allocate each time.
const replaceEach = 256

func (c *keyCache) slot(key string) *atomic.Pointer[keyEntry] {
	return &c.slots[maphash.String(c.seed, key)%uint64(len(c.slots))]
}

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
	kindRune
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

// fold folds key into the room of text and starts.
func fold(key string, text []byte, starts []int) folded {
	f := folded{text: text, starts: starts}
	last := uint8(kindSeparator)
	for i := 0; i < len(key); i++ {
		c := key[i]
		kind := keyClass[c]
		switch kind {
		case kindLower:
			// A capital before belongs to this word, as in URLPath; it was given a word of its own then.
			if last == kindUpper {
				f.splitCapitals()
			} else if last != kindLower {
				f.starts = append(f.starts, len(f.text))
			}
			f.text = append(f.text, c)
		case kindUpper:
			if last != kindUpper {
				f.starts = append(f.starts, len(f.text))
			}
			f.text = append(f.text, c|0x20)
		case kindDigit:
			if last != kindDigit {
				f.starts = append(f.starts, len(f.text))
			}
			f.text = append(f.text, c)
			f.digits++
		case kindRune:
			f.odd = true
			var size int
			kind, size = f.foldRune(key[i:], last)
			i += size - 1
		default:
			f.odd = f.odd || kind == kindOther
		}
		last = kind
	}
	return f
}

// splitCapitals makes the last of several capitals the beginning of a word.
func (f *folded) splitCapitals() {
	if at := len(f.text) - 1; f.starts[len(f.starts)-1] != at {
		f.starts = append(f.starts, at)
	}
}

// foldRune folds the first rune of s. It returns what to go on with as the kind of the last letter.
func (f *folded) foldRune(s string, last uint8) (kind uint8, size int) {
	r, size := utf8.DecodeRuneInString(s)
	if invisible(r) {
		return last, size
	}
	if c := lookAlike(r); c < utf8.RuneSelf {
		kind = keyClass[byte(c)]
		switch kind {
		case kindUpper, kindLower, kindDigit:
			upper := kind == kindUpper
			boundary := kind != last && (upper || last != kindUpper)
			if boundary {
				f.starts = append(f.starts, len(f.text))
			} else if kind == kindLower && last == kindUpper {
				f.splitCapitals()
			}
			if upper {
				c |= 0x20
			}
			f.text = append(f.text, byte(c))
		default:
		}
		return kind, size
	}
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return kindSeparator, size
	}
	kind = kindLower
	if unicode.IsUpper(r) {
		kind = kindUpper
	}
	if last == kindSeparator || last == kindOther || last == kindDigit || kind == kindUpper && last == kindLower {
		f.starts = append(f.starts, len(f.text))
	}
	f.text = utf8.AppendRune(f.text, unicode.ToLower(r))
	return kind, size
}

// foldAll returns key folded, all its words joined.
func foldAll(key string) []byte { return fold(key, nil, nil).text }
