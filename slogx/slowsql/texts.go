package slowsql

import (
	"cmp"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	maxCached  = 8 << 10  // bytes of a statement that is kept
	maxScanned = 64 << 10 // bytes of a statement that are read
	cutMark    = "…"
)

// A text is what a record says about the text of a statement.
type text struct {
	text       string // without literals and comments
	summary    string // "SELECT users orders"
	operation  string // "SELECT"
	collection string // "users"; "" if there are several
}

// texts reads statements, and remembers those that were read last. It is safe for concurrent use.
type texts struct {
	dialect dialect
	max     int // bytes of a text
	size    int // of each of the maps

	mu         sync.Mutex
	young, old map[string]*text // when young is full it becomes old
}

// newTexts returns texts for a system. The numbers are those of Options.
func newTexts(system string, maxText, cache int) *texts {
	if maxText <= 0 {
		maxText = DefaultMaxText
	}
	cache = max(cmp.Or(cache, DefaultCache), 0)
	return &texts{dialect: dialectOf(system), max: maxText, size: (cache + 1) / 2}
}

func (t *texts) get(query string) *text {
	if t.size == 0 || len(query) > maxCached {
		return t.read(query)
	}
	t.mu.Lock()
	found := t.young[query]
	if found == nil {
		if found = t.old[query]; found != nil {
			t.put(query, found)
		}
	}
	t.mu.Unlock()
	if found != nil {
		return found
	}
	found = t.read(query) // outside of the lock: that two do it is no harm
	t.mu.Lock()
	t.put(query, found)
	t.mu.Unlock()
	return found
}

// put is called with the lock held.
func (t *texts) put(query string, found *text) {
	if t.young == nil || len(t.young) >= t.size {
		t.young, t.old = make(map[string]*text), t.young
	}
	t.young[query] = found
}

func (t *texts) read(query string) *text {
	long := len(query) > maxScanned
	query = query[:min(len(query), maxScanned)]
	s := scanner{src: query, dialect: t.dialect, max: t.max}
	s.scan()
	result := &text{
		text:       string(s.out),
		summary:    s.summary.text(query),
		operation:  s.summary.operation,
		collection: s.summary.collection(query),
	}
	if len(query) > maxCached { // a record in a queue must not keep the whole of it
		result.operation, result.collection = strings.Clone(result.operation), strings.Clone(result.collection)
	}
	if long || len(s.out) > t.max || s.pos < len(query) {
		result.text = cut(result.text, t.max)
	}
	return result
}

// cut returns at most n bytes of s, whole characters, with the mark.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return s + cutMark
}
