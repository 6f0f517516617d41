package slogxredact

import (
	"math/rand/v2"
	"strings"
	"sync/atomic"
)

// memo remembers what was decided about short texts that repeat: keys, and messages. It has one place for
// each value that a hash can have, so it never grows, whatever a program is made to log; and a text that is
// logged often gets its place back.
type memo [1 << memoBits]place

type place struct{ entry atomic.Pointer[memoEntry] }

type memoEntry struct {
	text        string
	first, last uint64 // all of a text of up to 16 bytes
	verdict     keyVerdict
}

const (
	memoBits = 10
	maxMemo  = 64 // bytes: who remembers longer texts holds much memory

	// replaceEach is how often, on average, a text comes before it takes the place of another: two that are
	// logged in turn must not allocate each time.
	replaceEach = 256
)

// valueMemo remembers short values that are clean under a key that is remembered: methods, names of hosts and regions.
type valueMemo [1 << memoBits]valuePlace

type valuePlace struct{ entry atomic.Pointer[cleanValue] }

// cleanValue is a value by all its bytes, of which there are at most maxMemoValue.
type cleanValue struct {
	key              *memoEntry
	first, mid, last uint64
	size             int
}

const maxMemoValue = 24

// get returns the place of value under key, and whether it is remembered.
func (m *valueMemo) get(key *memoEntry, value string) (at *valuePlace, v cleanValue, known bool) {
	first, last := ends(value)
	v = cleanValue{key: key, first: first, last: last, size: len(value)}
	if len(value) > 16 {
		v.mid = load8(value[8:])
	}
	at = &m[spread(first^key.first, last+key.last, len(value))]
	e := at.entry.Load()
	return at, v, e != nil && *e == v
}

// put notes that v is clean, perhaps.
func (p *valuePlace) put(v cleanValue) {
	if p.entry.Load() == nil || rand.Uint32()%replaceEach == 0 {
		kept := v // so that v itself need not be on the heap
		p.entry.Store(&kept)
	}
}

// get returns the place of text, and what stands there if it is that text's, else nil. The hash looks at its
// length and at the first and last eight bytes.
func (m *memo) get(text string) (at *place, e *memoEntry) {
	first, last := ends(text)
	at = &m[spread(first, last, len(text))]
	e = at.entry.Load()
	if e == nil || e.first != first || e.last != last || len(e.text) != len(text) || len(text) > 16 && e.text != text {
		return at, nil
	}
	return at, e
}

// spread is a hash of memoBits bits.
func spread(first, last uint64, size int) uint64 {
	h := (first^uint64(size))*0x9E3779B97F4A7C15 ^ last*0xC2B2AE3D27D4EB4F
	return (h ^ h>>32) * 0x9E3779B97F4A7C15 >> (64 - memoBits)
}

// ends returns the first and the last eight bytes of text, which overlap in one of up to 16 bytes.
func ends(text string) (first, last uint64) {
	switch n := len(text); {
	case n >= 8:
		first, last = load8(text), load8(text[n-8:])
	case n >= 4:
		first, last = load4(text), load4(text[n-4:])
	case n > 0:
		first = uint64(text[0]) | uint64(text[n/2])<<8 | uint64(text[n-1])<<16
	}
	return first, last
}

// put notes what was decided about text, perhaps.
func (p *place) put(text string, v keyVerdict) {
	if p.entry.Load() == nil || rand.Uint32()%replaceEach == 0 {
		first, last := ends(text)
		p.entry.Store(&memoEntry{strings.Clone(text), first, last, v})
	}
}

// load8 returns the first eight bytes of s; the compiler loads them at once.
func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load4(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}
