package slogxloki

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
	"github.com/slogx-go/slogx/slogx-loki/internal/spool"
	"github.com/slogx-go/slogx/slogx/async"
)

// record is one on its way into a store.
type record struct {
	stream int
	time   int64  // nanoseconds since 1970; 0: none
	hash   uint64 // of the line
	level  slog.Level
	fields []byte // lent
}

// maxChunk is the size of a chunk in bytes, in a queue that is large enough.
const maxChunk = 64 << 10

// queue keeps records in memory, in the order in which they came.
type queue struct {
	base

	overflow          async.Overflow
	keep              slog.Level
	maxWait, keepWait time.Duration
	batchBytes        int
	batchWait         time.Duration

	total, reserve int      // bytes; the reserve is for records to keep
	size           int      // of a chunk, but for one made for a large record
	chunks         []*chunk // the oldest first
	taken          int      // how many of them are being sent
	held           int      // bytes of them all
	used           int      // bytes of records in those that are not being sent
	free           []*chunk
	seq            uint64    // of the last record
	waiting        int       // callers that wait for room
	progress       time.Time // when the server last took something
}

func newQueue(o *Options) *queue {
	q := &queue{
		overflow: o.Overflow, keep: o.Keep.Level(), maxWait: o.MaxWait, keepWait: o.KeepWait,
		batchBytes: o.BatchBytes, batchWait: o.BatchWait,
		total: o.QueueBytes, reserve: o.QueueBytes / 8, size: min(maxChunk, max(1, o.QueueBytes/16)),
		progress: time.Now(),
	}
	q.wake = make(chan struct{}, 1)
	return q
}

// add takes a record. It waits for room where the policy says so.
func (q *queue) add(ctx context.Context, r record) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	keep := r.level >= q.keep
	if len(r.fields) > q.total-q.reserve {
		return q.refuse(tooLarge)
	}
	if q.enter(&r, keep) {
		return nil
	}
	if why := q.makeRoom(ctx, &r, keep); why != reasons {
		return q.refuse(why)
	}
	return nil
}

// enter appends the record, unless there is no room, or the queue is closed.
func (q *queue) enter(r *record, keep bool) bool {
	if q.shut {
		return false
	}
	limit, n := q.total, len(r.fields)
	if !keep {
		limit -= q.reserve
	}
	var c *chunk
	if len(q.chunks) > q.taken {
		c = q.chunks[len(q.chunks)-1]
	}
	if c == nil || !c.hasRoom(n) || q.held > max(limit, cap(c.buf)) {
		size := q.sizeFor(n)
		if q.held > 0 && q.held+size > limit {
			return false
		}
		c = q.newChunk(size)
	}
	q.put(c, r, keep)
	return true
}

func (q *queue) put(c *chunk, r *record, keep bool) {
	at := q.streams.clocks[r.stream].assign(r.time, r.hash)
	c.buf = append(c.buf, r.fields...)
	c.marks = append(c.marks, mark{time: at, end: uint32(len(c.buf)), stream: uint32(r.stream), keep: keep})
	if !keep {
		c.low++
	}
	q.seq++
	if len(c.marks) == 1 {
		c.first = q.seq
	}
	q.books.accepted++
	before := q.used
	q.used += len(r.fields)
	if before == 0 || before < q.batchBytes && q.used >= q.batchBytes {
		q.kick()
	}
}

// sizeFor returns the size of a new chunk for a record of n bytes. A large one has a chunk for itself.
func (q *queue) sizeFor(n int) int {
	if n <= q.size/4 {
		return q.size
	}
	step := max(1, q.size/8)
	return (n + step - 1) / step * step
}

func (q *queue) newChunk(size int) *chunk {
	var c *chunk
	if size == q.size && len(q.free) > 0 {
		last := len(q.free) - 1
		c, q.free[last] = q.free[last], nil
		q.free = q.free[:last]
	} else {
		if held := q.held + size + len(q.free)*q.size; held > q.total {
			q.free = nil
		}
		c = &chunk{buf: make([]byte, 0, size), marks: make([]mark, 0, max(1, size/64))}
	}
	c.since = time.Now()
	q.chunks = append(q.chunks, c)
	q.held += size
	return c
}

// drop takes the i-th chunk out of the queue.
func (q *queue) drop(i int) {
	c := q.chunks[i]
	q.chunks = slices.Delete(q.chunks, i, i+1)
	q.held -= cap(c.buf)
	if cap(c.buf) == q.size && q.held+(len(q.free)+1)*q.size <= q.total {
		c.buf, c.marks, c.low = c.buf[:0], c.marks[:0], 0
		q.free = append(q.free, c)
	}
}

// makeRoom does what the policy says of a full queue, and enters the record. It returns why it could not,
// or reasons.
func (q *queue) makeRoom(ctx context.Context, r *record, keep bool) reason {
	enters := func() bool { return q.enter(r, keep) }
	switch {
	case q.shut:
		return closed
	case q.overflow == async.DropOldest:
		if q.evictLow(enters) || keep && q.evictOldest(enters) {
			return reasons
		}
		return queueFull
	case keep && q.overflow == async.DropNewest && q.evictLow(enters):
		return reasons
	case q.overflow == async.DropNewest && !keep:
		return queueFull
	}
	limit, why := q.maxWait, queueFull
	if keep {
		limit, why = q.keepWait, keepTimeout
	}
	switch end := q.wait(ctx, limit, enters); {
	case end == reasons:
		return reasons
	case q.shut:
		return closed
	case end == canceled:
		return canceled
	case keep && q.evictLow(enters):
		return reasons
	}
	return why
}

// wait waits until the record enters. It returns reasons then, canceled if ctx ended, and queueFull if the
// server has taken nothing for limit.
func (q *queue) wait(ctx context.Context, limit time.Duration, enters func() bool) reason {
	if limit <= 0 {
		return queueFull
	}
	q.waiting++
	defer func() { q.waiting-- }()
	var ended <-chan struct{}
	if ctx != nil {
		ended = ctx.Done()
	}
	start := time.Now()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		if q.watch == nil {
			q.watch = make(chan struct{})
		}
		more := q.watch
		q.kick()
		q.mu.Unlock()
		why := reasons
		select {
		case <-more:
		case <-ended:
			why = canceled
		case <-timer.C:
			why = queueFull
		}
		q.mu.Lock()
		if enters() {
			return reasons
		}
		if why == queueFull {
			rest := limit - time.Since(start)
			if q.progress.After(start) {
				rest = limit - time.Since(q.progress)
			}
			if rest > 0 {
				timer.Reset(rest)
				continue
			}
		}
		if why != reasons || q.shut {
			return why
		}
	}
}

// evictLow gives up records below Keep, a chunk's at a time and the oldest first, until enters. Chunks that
// are being sent are left alone.
func (q *queue) evictLow(enters func() bool) bool {
	for i := q.taken; i < len(q.chunks); {
		c := q.chunks[i]
		if c.low == 0 {
			i++
			continue
		}
		n, bytes := c.evictLow()
		q.books.dropped[queueFull] += uint64(n)
		q.used -= bytes
		switch {
		case len(c.marks) == 0:
			q.drop(i)
		case i > q.taken && q.chunks[i-1].takes(c):
			q.drop(i)
		default:
			i++
		}
		if enters() {
			return true
		}
	}
	return false
}

// evictOldest gives up the oldest records whatever their level.
func (q *queue) evictOldest(enters func() bool) bool {
	for len(q.chunks) > q.taken {
		c := q.chunks[q.taken]
		q.books.dropped[queueFull] += uint64(len(c.marks))
		q.used -= len(c.buf)
		q.drop(q.taken)
		if enters() {
			return true
		}
	}
	return false
}

// take implements store.
func (q *queue) take(b *batch) (bool, time.Duration, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.chunks) == 0 {
		return false, forever, nil
	}
	if wait := q.batchWait - time.Since(q.chunks[0].since); wait > 0 && q.used < q.batchBytes && !q.hurry() {
		return false, wait, nil
	}
	b.reset(q.streams.labels)
	size := 0
	for _, c := range q.chunks {
		if size > 0 && size+len(c.buf) > q.batchBytes {
			break
		}
		start := uint32(0)
		for _, m := range c.marks {
			b.items = append(b.items, push.Item{Stream: int(m.stream), Time: m.time, Fields: c.buf[start:m.end:m.end]})
			start = m.end
		}
		size += len(c.buf)
		q.taken++
	}
	q.used -= size
	return true, 0, nil
}

// hurry reports whether records are wanted at once: somebody flushes, shuts down, or waits for room.
func (q *queue) hurry() bool { return q.draining || q.waiting > 0 || q.done() < q.wanted }

// done returns the number of a record up to which all have left. Those of a chunk leave together.
func (q *queue) done() uint64 {
	if len(q.chunks) == 0 {
		return q.seq
	}
	return q.chunks[0].first - 1
}

// settle implements store.
func (q *queue) settle(_ *batch, n, lost int, why reason) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.shut { // else they were given up
		q.account(n, lost, why)
		q.progress = time.Now()
	}
}

// release implements store.
func (q *queue) release(*batch) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for ; q.taken > 0; q.taken-- {
		q.drop(0)
	}
	q.tell()
}

func (q *queue) mark() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.seq
}

func (q *queue) left(mark uint64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.done() >= mark
}

func (q *queue) finish() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting == 0 && q.finished()
}

// close implements store.
func (q *queue) close() (uint64, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.shut {
		return 0, nil
	}
	q.shut = true
	n := q.books.left()
	q.books.dropped[leftAtShutdown] += n
	q.chunks, q.free, q.taken, q.held, q.used = nil, nil, 0, 0, 0
	q.tell()
	return n, nil
}

func (q *queue) usage() (async.Usage, spool.Usage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return async.Usage{Records: int(q.books.left()), Bytes: q.held, BytesCapacity: q.total}, spool.Usage{}
}
