package detect

import (
	"sync"
	"unicode/utf8"
	"unsafe"
)

// folded is a text without what hides a secret from the eye of a detector: characters of no width are left
// out, full-width and other digits, letters and marks are ASCII, and so are spaces and dashes of all kinds.
type folded struct {
	text []byte
	at   []int // where each byte of text was
}

var foldedPool = sync.Pool{New: func() any { return new(folded) }}

// foldable reports whether the rune at i is one that fold replaces.
func foldable(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	_, ok := fold(r)
	return ok
}

// fold returns what a detector sees instead of r, 0 for nothing.
func fold(r rune) (byte, bool) {
	switch {
	case r >= 0x200B && r <= 0x200F, r >= 0x2060 && r <= 0x2064, r >= 0x202A && r <= 0x202E, r == 0xFEFF, r == 0xAD:
		return 0, true
	case r == 0xA0, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x205F, r == 0x3000:
		return ' ', true
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xFE63:
		return '-', true
	case r == 0x3002:
		return '.', true
	case r >= 0xFF01 && r <= 0xFF5E:
		return byte(r - 0xFF01 + '!'), true
	case r >= 0x660 && r <= 0x669:
		return byte(r - 0x660 + '0'), true
	case r >= 0x6F0 && r <= 0x6F9:
		return byte(r - 0x6F0 + '0'), true
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return byte((r-0x1D7CE)%10 + '0'), true
	}
	return 0, false
}

func (f *folded) set(s string) {
	f.text, f.at = f.text[:0], f.at[:0]
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			f.text, f.at = append(f.text, s[i]), append(f.at, i)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if c, ok := fold(r); !ok {
			for j := range n {
				f.text, f.at = append(f.text, s[i+j]), append(f.at, i+j)
			}
		} else if c != 0 {
			f.text, f.at = append(f.text, c), append(f.at, i)
		}
		i += n
	}
}

// string returns the folded text, valid until the next set.
func (f *folded) string() string {
	return unsafe.String(unsafe.SliceData(f.text), len(f.text)) //nolint:gosec // what finds in it keeps nothing
}

// unfold moves matches in the folded form of s to where they stand in s itself.
func (f *folded) unfold(s string, matches []Match) {
	for i := range matches {
		m := &matches[i]
		last := m.End - 1
		m.Start, m.End = f.at[m.Start], f.at[last]+1
		if s[m.End-1] >= utf8.RuneSelf && f.text[last] < utf8.RuneSelf {
			_, n := utf8.DecodeRuneInString(s[m.End-1:])
			m.End += n - 1
		}
	}
}
