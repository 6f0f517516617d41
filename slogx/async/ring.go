package async

import (
	"context"
	"log/slog"
	"sync"

	"github.com/slogx-go/slogx/slogx/chain"
)

// entry is a record that waits.
type entry struct {
	meta

	next chain.Handler
	ctx  context.Context //nolint:containedctx // it belongs to the record, as top does
	top  []slog.Attr
	rec  slog.Record
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

// records is the backend of a Handler: a ring of entries. An entry that was evicted leaves a nil.
type records struct {
	queue *queue[*entry]
	root  chain.Handler // for records about losses

	maxRecords, maxBytes int
	bytes, live          int // of the entries that wait, the one in flight among them

	ring  []*entry // its length is a power of two
	head  int      // index of the first entry
	count int      // of entries, evicted ones among them
	scan  int      // before this one, counted from head, none can be evicted
	left  uint64

	flight   *entry
	err      error
	panicked bool
}

func (rs *records) load() float64 {
	return max(float64(rs.live)/float64(rs.maxRecords), float64(rs.bytes)/float64(rs.maxBytes))
}

func (rs *records) fits(m meta) bool {
	maxRecords, maxBytes := rs.maxRecords, rs.maxBytes
	if !m.keep {
		maxRecords -= maxRecords / 8
		maxBytes -= maxBytes / 8
	}
	return rs.live == 0 || rs.live < maxRecords && rs.bytes+m.size <= maxBytes
}

func (rs *records) add(e *entry, m meta) bool {
	if !rs.fits(m) {
		return false
	}
	if rs.count == len(rs.ring) {
		rs.makeRoom()
	}
	e.meta = m
	rs.ring[(rs.head+rs.count)&(len(rs.ring)-1)] = e
	rs.count++
	rs.live++
	rs.bytes += m.size
	rs.queue.filling = 4*rs.live >= rs.maxRecords || 4*rs.bytes >= rs.maxBytes
	return true
}

// makeRoom closes the gaps in the ring or, if there are few, doubles it.
func (rs *records) makeRoom() {
	old, size := rs.ring, len(rs.ring)
	if rs.live >= size-size/4 {
		size = max(64, 2*size)
	}
	ring := make([]*entry, 0, size)
	for i := range rs.count {
		if e := old[(rs.head+i)&(len(old)-1)]; e != nil {
			ring = append(ring, e)
		}
	}
	rs.ring, rs.head, rs.count, rs.scan = ring[:size], 0, len(ring), 0
}

func (rs *records) evict(m meta) bool {
	for ; rs.scan < rs.count && !rs.fits(m); rs.scan++ {
		slot := &rs.ring[(rs.head+rs.scan)&(len(rs.ring)-1)]
		e := *slot
		if e == nil || e.keep {
			continue
		}
		*slot = nil
		rs.live--
		rs.bytes -= e.size
		rs.queue.books.drop(queueFull, bandOf(e.level))
		e.free()
	}
	return rs.fits(m)
}

// pop takes the first entry out of the ring; nil if there is none.
func (rs *records) pop() *entry {
	for rs.count > 0 {
		slot := &rs.ring[rs.head]
		e := *slot
		*slot = nil
		rs.head = (rs.head + 1) & (len(rs.ring) - 1)
		rs.count--
		rs.scan = max(0, rs.scan-1)
		if e != nil {
			return e
		}
	}
	return nil
}

func (rs *records) take() bool {
	if rs.flight = rs.pop(); rs.flight == nil {
		rs.left = rs.queue.seq
		return false
	}
	return true
}

func (rs *records) deliver() {
	e := rs.flight
	rs.err, rs.panicked = rs.handle(e.ctx, e.next, e.top, e.rec)
}

// handle hands a record to a handler, with a context that does not end with the call that logged it.
//
//nolint:revive // the error is not all
func (rs *records) handle(ctx context.Context, h chain.Handler, top []slog.Attr, r slog.Record) (err error, panicked bool) {
	if ctx.Done() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	start := rs.queue.started()
	defer func() { rs.queue.took(start, err != nil) }()
	defer rs.queue.caught("handle a record", &err, &panicked)
	return h.HandleTop(ctx, top, r), false
}

func (rs *records) settle(exited bool) (progress bool) {
	if exited {
		rs.err = errExited
	}
	q, e := rs.queue, rs.flight
	rs.flight = nil
	q.outcome(bandOf(e.level), rs.err != nil, reasonOf(rs.err, rs.panicked))
	if q.state != gaveUp {
		q.failure = rs.err
		rs.live--
		rs.bytes -= e.size
		rs.left = e.seq
	}
	e.free()
	return rs.err == nil
}

func (rs *records) done() uint64 { return rs.left }

func (rs *records) giveUp() {
	if rs.flight != nil {
		rs.queue.books.drop(leftAtShutdown, bandOf(rs.flight.level))
	}
	for e := rs.pop(); e != nil; e = rs.pop() {
		rs.queue.books.drop(leftAtShutdown, bandOf(e.level))
		e.free()
	}
	rs.ring, rs.live, rs.bytes, rs.count, rs.head, rs.scan = nil, 0, 0, 0, 0, 0
}

func (rs *records) deliverLoss(r slog.Record) error {
	err, _ := rs.handle(context.Background(), rs.root, nil, r)
	return err
}

func (rs *records) direct(e *entry, m meta) (err error) {
	err, panicked := errExited, false // unless the sink returns
	defer func() {
		rs.queue.mu.Lock()
		defer rs.queue.mu.Unlock()
		rs.queue.failure = err
		rs.queue.outcome(bandOf(m.level), err != nil, reasonOf(err, panicked))
	}()
	err, panicked = rs.handle(e.ctx, e.next, e.top, e.rec)
	return err
}
