package tail

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/slogx-go/slogx/slogx/chain"
)

// entrySize is what an entry takes in memory by itself, in bytes, by estimate.
const entrySize = 512

// entry is a record that is held. The lock of the budget that it counts for guards its links.
type entry struct {
	next chain.Handler
	ctx  context.Context //nolint:containedctx // it belongs to the record, as top does
	top  []slog.Attr
	rec  slog.Record
	size int // bytes

	buffer         *Buffer
	older, younger *entry // of all requests
	following      *entry // of the same request
}

var entries = sync.Pool{New: func() any { return new(entry) }}

// maxPooledTop is the number of top-level attributes above which an entry's slice is not used again.
const maxPooledTop = 64

func (e *entry) free() {
	top := e.top[:0]
	clear(e.top)
	if cap(top) > maxPooledTop {
		top = nil
	}
	*e = entry{top: top}
	entries.Put(e)
}

// budget is what the handlers derived from one share: bounds, the entries that count for them, and the books.
type budget struct {
	from, release                slog.Leveler
	requestRecords, requestBytes int
	maxRecords, maxBytes         int
	root                         chain.Handler // for records of our own

	discarded atomic.Uint64

	mu               sync.Mutex
	records, bytes   int    // held, those that are being released among them
	oldest, youngest *entry // of those that may still go
}

// settled is the budget of a Buffer that was settled before it held anything.
var settled = new(budget)

// admit makes room for e, which b is to hold, and counts it. It returns false if there cannot be room. The
// lock is held.
func (bg *budget) admit(b *Buffer, e *entry) bool {
	if e.size > min(bg.requestBytes, bg.maxBytes) {
		return false
	}
	for b.records >= bg.requestRecords || b.bytes+e.size > bg.requestBytes {
		bg.evict(b.first)
	}
	for bg.oldest != nil && (bg.records >= bg.maxRecords || bg.bytes+e.size > bg.maxBytes) {
		bg.evict(bg.oldest)
	}
	if bg.records >= bg.maxRecords || bg.bytes+e.size > bg.maxBytes { // what is being released has the room
		return false
	}
	bg.records++
	bg.bytes += e.size
	if e.older = bg.youngest; e.older == nil {
		bg.oldest = e
	} else {
		e.older.younger = e
	}
	bg.youngest = e
	return true
}

// unlink takes e out of those that may go. It still counts. The lock is held.
func (bg *budget) unlink(e *entry) {
	if e.older == nil {
		bg.oldest = e.younger
	} else {
		e.older.younger = e.younger
	}
	if e.younger == nil {
		bg.youngest = e.older
	} else {
		e.younger.older = e.older
	}
	e.older, e.younger = nil, nil
}

// evict lets e go, the oldest of its request. The lock is held.
func (bg *budget) evict(e *entry) {
	b := e.buffer
	b.pop()
	b.evicted++
	bg.unlink(e)
	bg.forget(e)
	bg.discarded.Add(1)
	e.free()
}

// forget counts e no longer. The lock is held.
func (bg *budget) forget(e *entry) {
	bg.records--
	bg.bytes -= e.size
}
