package chain

import (
	"log/slog"
	"sync"
)

// TopAttrs is a slice of top-level attributes with room to grow that comes from a pool. It belongs to
// the goroutine that called [Top], until Release.
type TopAttrs struct{ attrs []slog.Attr }

// Slices that grew beyond this many attributes are left to the garbage collector.
const maxPooledTop = 64

var topPool = sync.Pool{New: func() any { return &TopAttrs{attrs: make([]slog.Attr, 0, 16)} }}

// Top returns a copy of top with more appended, in memory from a pool: it allocates nothing once the
// pool is warm. The caller calls Release when HandleTop has returned.
func Top(top []slog.Attr, more ...slog.Attr) *TopAttrs {
	t := topPool.Get().(*TopAttrs)
	t.attrs = append(append(t.attrs, top...), more...)
	return t
}

// Attrs returns the attributes. The slice is valid until Set or Release.
func (t *TopAttrs) Attrs() []slog.Attr { return t.attrs }

// Set replaces the attributes by attrs, which is usually what append(t.Attrs(), …) returned.
// The slice then belongs to t.
func (t *TopAttrs) Set(attrs []slog.Attr) { t.attrs = attrs }

// Release gives the memory back. Neither t nor a slice that Attrs returned may be used afterwards.
func (t *TopAttrs) Release() {
	if cap(t.attrs) > maxPooledTop {
		return
	}
	clear(t.attrs[:cap(t.attrs)]) // Set may have cut some off, and the pool must not keep values alive
	t.attrs = t.attrs[:0]
	topPool.Put(t)
}
