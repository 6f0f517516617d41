package sqltext

import (
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	maxCached  = 8 << 10  // bytes of a statement that is kept
	maxScanned = 64 << 10 // bytes of a statement that are read
	cutMark    = "…"
)

// A Text is what a record says about the text of a statement.
type Text struct {
	Text       string // without literals and comments
	Summary    string // "SELECT users orders"
	Operation  string // "SELECT"
	Collection string // "users"; "" if there are several
}

// A Cache reads statements, and remembers those that were read last. It is safe for concurrent use.
type Cache struct {
	dialect dialect
	max     int // bytes of a text
	size    int // of each of the maps

	mu         sync.Mutex
	young, old map[string]*Text // when young is full it becomes old
}

// NewCache returns a Cache for a database, by OpenTelemetry's name of it. A text has at most maxText bytes,
// and the mark of a cut; size is the number of statements that are remembered.
func NewCache(system string, maxText, size int) *Cache {
	return &Cache{dialect: dialectOf(system), max: maxText, size: (size + 1) / 2}
}

// Get returns what there is to say about a statement. A statement of more than 8 KiB is not remembered, and
// of one of more than 64 KiB the beginning is read.
func (c *Cache) Get(query string) *Text {
	if c.size == 0 || len(query) > maxCached {
		return c.read(query)
	}
	c.mu.Lock()
	found := c.young[query]
	if found == nil {
		if found = c.old[query]; found != nil {
			c.put(query, found)
		}
	}
	c.mu.Unlock()
	if found != nil {
		return found
	}
	found = c.read(query) // outside of the lock: that two do it is no harm
	c.mu.Lock()
	c.put(query, found)
	c.mu.Unlock()
	return found
}

// put is called with the lock held.
func (c *Cache) put(query string, found *Text) {
	if c.young == nil || len(c.young) >= c.size {
		c.young, c.old = make(map[string]*Text), c.young
	}
	c.young[query] = found
}

func (c *Cache) read(query string) *Text {
	long := len(query) > maxScanned
	query = query[:min(len(query), maxScanned)]
	s := scanner{src: query, dialect: c.dialect, max: c.max}
	s.scan()
	result := &Text{
		Text:       string(s.out),
		Summary:    s.summary.text(query),
		Operation:  s.summary.operation,
		Collection: s.summary.collection(query),
	}
	if len(query) > maxCached { // a record in a queue must not keep the whole of it
		result.Operation, result.Collection = strings.Clone(result.Operation), strings.Clone(result.Collection)
	}
	if long || len(s.out) > c.max || s.pos < len(query) {
		result.Text = cut(result.Text, c.max)
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
