package async

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/observe"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

// meta is what the queue knows of a record.
type meta struct {
	level slog.Level
	size  int    // bytes
	keep  bool   // level is that of Keep, or above
	seq   uint64 // position among all records that entered the queue
}

// backend is where the records of a queue wait, and the sink behind them. But for deliver, deliverLoss
// and direct, which call the sink, its methods are called with the queue locked.
type backend[T any] interface {
	add(it T, m meta) bool              // false: no room; sets filling when much waits
	evict(m meta) bool                  // gives up the oldest records below Keep until m fits; false: it does not
	load() float64                      // how full it is, 0 to 1
	take() bool                         // makes the next records those in flight; false: there are none
	settle(exited bool) (progress bool) // enters in the books what became of those in flight; exited: deliver never returned
	done() uint64                       // every record up to this seq has left; valid after settle and take
	giveUp()                            // forgets all records, those in flight too, and enters that in the books

	deliver()                        // hands those in flight to the sink
	deliverLoss(r slog.Record) error // hands a record of our own to the sink
	direct(it T, m meta) error       // hands a record past the queue to the sink
}

// state is where a queue is in its life.
type state uint8

const (
	open     state = iota
	draining       // Shutdown waits for the queue to empty, and new records for Shutdown
	direct         // drained: records go straight to the sink
	gaveUp         // Shutdown hit its deadline: records are refused
)

// queue takes records from callers and has a goroutine, the worker, hand them to the sink. The worker
// exists while there is something to do, and a little longer.
type queue[T any] struct {
	settings

	back     backend[T]
	largest  int // bytes of the largest record that is taken
	report   *report.Reporter
	observer observe.Point // of what the sink does

	mu    sync.Mutex
	state state
	books books
	seq   uint64 // of the last record that entered
	thin  thinner

	waiting waiters[T]

	// The worker.
	running   bool
	calling   call          // of the worker alone
	resting   bool          // it waits for kick, or the end of the interval
	filling   bool          // set by the backend when the worker should not rest
	kick      chan struct{} // capacity 1
	progress  time.Time     // of the last delivery
	lossAt    time.Time     // of the last record of ours
	failure   error         // of the last delivery
	flushers  []flusher
	drained   chan struct{} // closed when draining ends, either way
	shutError error

	turn chan struct{} // held by the caller whose record goes straight to the sink
}

// flusher waits until every record up to seq has left the queue.
type flusher struct {
	seq    uint64
	losses bool // and until losses are reported
	done   chan struct{}
}

func (q *queue[T]) init(back backend[T], capacity int, s settings) {
	q.settings, q.back, q.report = s, back, report.New(s.onError)
	if q.largest = capacity; s.overflow == Block { // it waits until the queue is empty
		q.largest = maxLine - 1
	}
	q.kick, q.drained, q.turn = make(chan struct{}, 1), make(chan struct{}), make(chan struct{}, 1)
}

// put takes a record, or says why not.
func (q *queue[T]) put(ctx context.Context, it T, size int, level slog.Level) error {
	m := meta{level: level, size: size, keep: level >= q.keep}
	q.mu.Lock()
	if q.state != open {
		return q.putLate(ctx, it, m)
	}
	if size > q.largest {
		return q.refuse(m, tooLarge)
	}
	if q.overflow == Sample && !m.keep && !q.thin.pass(level, q.back.load()) {
		return q.refuse(m, queueFull)
	}
	if q.waiting.first == nil && q.enter(it, m) {
		return q.entered(ctx, m)
	}
	return q.putFull(ctx, it, m)
}

// enter adds a record for which there is room, and sees to it that there is a worker. It is called with
// the lock held, and keeps it.
func (q *queue[T]) enter(it T, m meta) bool {
	m.seq = q.seq + 1
	if !q.back.add(it, m) {
		return false
	}
	q.seq++
	q.books.accepted++
	switch {
	case !q.running:
		q.start()
	case q.resting && (q.filling || q.interval == 0):
		q.wake()
	}
	return true
}

// entered ends put for a record that has just entered. It gives up the lock.
func (q *queue[T]) entered(ctx context.Context, m meta) error {
	if m.level < q.flush {
		q.mu.Unlock()
		return nil
	}
	f := q.flushTo(q.seq, false)
	q.mu.Unlock()
	q.await(ctx, f.done, q.maxWait)
	return nil
}

// putFull takes a record for which there is no room, or behind which others wait. It gives up the lock.
func (q *queue[T]) putFull(ctx context.Context, it T, m meta) error {
	giveUp := q.overflow != Block
	if q.waiting.mayPass(m, q.keepWait) {
		if q.enter(it, m) {
			return q.entered(ctx, m)
		}
		if giveUp && (m.keep || q.overflow == DropOldest) && q.back.evict(m) && q.enter(it, m) {
			return q.entered(ctx, m)
		}
	}
	if giveUp && !m.keep {
		return q.refuse(m, queueFull)
	}
	return q.wait(ctx, it, m)
}

// refuse enters a lost record in the books. It gives up the lock.
func (q *queue[T]) refuse(m meta, why reason) error {
	q.books.accepted++
	q.books.drop(why, bandOf(m.level))
	if !q.running && q.state == open { // for the record that tells of it
		q.start()
	}
	q.mu.Unlock()
	return droppedErrors[why]
}

// putLate takes a record after Shutdown began. It gives up the lock.
func (q *queue[T]) putLate(ctx context.Context, it T, m meta) error {
	limit := q.maxWait
	if m.keep {
		limit = q.keepWait
	}
	if q.state == draining {
		q.mu.Unlock()
		ok := q.await(ctx, q.drained, limit)
		q.mu.Lock()
		if !ok && q.state == draining && ctx.Err() != nil {
			return q.refuse(m, canceled)
		}
	}
	if q.state != direct {
		return q.refuse(m, closed)
	}
	q.mu.Unlock()
	// One at a time, as the worker did it: the sink need not be safe for concurrent use, and one that logs
	// into itself must not do so for ever.
	why, ok := q.takeTurn(ctx)
	q.mu.Lock()
	if !ok {
		return q.refuse(m, why)
	}
	defer func() { <-q.turn }()
	q.books.accepted++
	q.mu.Unlock()
	return q.back.direct(it, m)
}

// takeTurn waits until no other record is on its way straight to the sink. It returns false and why not.
func (q *queue[T]) takeTurn(ctx context.Context) (reason, bool) {
	select {
	case q.turn <- struct{}{}:
		return 0, true
	default:
	}
	timer := time.NewTimer(q.maxWait)
	defer timer.Stop()
	select {
	case q.turn <- struct{}{}:
		return 0, true
	case <-ctx.Done():
		return canceled, false
	case <-timer.C:
		return queueFull, false
	}
}

// await waits for done, but no longer than ctx, or than limit without a delivery.
func (q *queue[T]) await(ctx context.Context, done <-chan struct{}, limit time.Duration) bool {
	start := time.Now()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case <-done:
			return true
		case <-ctx.Done():
			return false
		case <-timer.C:
			q.mu.Lock()
			rest := q.rest(start, limit)
			q.mu.Unlock()
			if rest <= 0 {
				return false
			}
			timer.Reset(rest)
		}
	}
}

// rest returns what is left of limit for one who waits since start: it runs only while nothing is
// delivered.
func (q *queue[T]) rest(start time.Time, limit time.Duration) time.Duration {
	if q.progress.After(start) {
		start = q.progress
	}
	return limit - time.Since(start)
}

// pressing reports whether the worker should not rest.
func (q *queue[T]) pressing() bool { return q.back.load() >= 0.25 }
