package async

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// lossInterval is the least time between two records of ours that tell of losses.
const lossInterval = time.Second

func (q *queue[T]) start() {
	q.running = true
	q.progress = time.Now()
	go q.work()
}

// wake ends the worker's rest. Who does not rest looks at everything before it does.
func (q *queue[T]) wake() {
	if q.resting {
		q.resting = false
		q.kick <- struct{}{} // has room: a rest is ended once
	}
}

// ensureWork wakes the worker, or starts it.
func (q *queue[T]) ensureWork() {
	if q.running {
		q.wake()
		return
	}
	q.start()
}

// work is the worker. In turn it writes what has come up to now, and rests for the interval so that more
// comes together: callers need not wake it. It ends when nothing came while it rested.
func (q *queue[T]) work() {
	q.mu.Lock()
	defer func() {
		if q.calling != nothing { // the sink ended the goroutine, with runtime.Goexit
			q.revive()
			return
		}
		q.running = false
		q.mu.Unlock()
	}()
	for q.working() {
		upTo := q.seq
		for q.step(upTo) {
		}
		if q.state == draining && q.books.queued() == 0 && q.waiting.first == nil {
			q.finish()
			return
		}
		if q.working() && !q.restUntilMore(upTo) {
			return
		}
	}
}

// call is what the worker calls the sink for, with the queue unlocked.
type call uint8

const (
	nothing call = iota
	delivery
	lossReport
)

var errExited = errors.New("the sink ended the goroutine that called it")

// revive starts another worker in the place of the one that is ending. What was in flight is lost.
func (q *queue[T]) revive() {
	q.report.Report(fmt.Errorf("deliver records: %w", errExited))
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.calling == delivery {
		q.back.settle(true)
		q.admit()
	}
	q.failure = errExited
	q.calling = nothing
	q.release()
	go q.work()
}

// working reports whether there may be something to do.
func (q *queue[T]) working() bool { return q.state == open || q.state == draining }

// step delivers once. It returns false when all records up to upTo are written and none is urgent.
func (q *queue[T]) step(upTo uint64) bool {
	if q.state == gaveUp {
		return false
	}
	q.admit()
	if q.lossDue() {
		return q.tellLoss()
	}
	hurry := q.state != open || q.waiting.first != nil || len(q.flushers) > 0 || q.pressing()
	if !hurry && q.back.done() >= upTo {
		return false
	}
	if !q.back.take() {
		q.release()
		return q.lossDue()
	}
	q.calling = delivery
	q.mu.Unlock()
	q.back.deliver()
	q.mu.Lock()
	q.calling = nothing
	if q.back.settle(false) {
		q.progress = time.Now()
	}
	q.admit()
	q.release()
	return true
}

// restUntilMore waits for the interval, or until woken. It returns false if the worker has nothing to do.
func (q *queue[T]) restUntilMore(upTo uint64) bool {
	if q.interval > 0 || q.books.unreported > 0 {
		timer := time.NewTimer(max(q.interval, time.Millisecond))
		q.resting, q.filling = true, q.pressing()
		q.mu.Unlock()
		select {
		case <-timer.C:
		case <-q.kick:
			timer.Stop()
		}
		q.mu.Lock()
		if !q.resting { // the kick may have come after the timer
			select {
			case <-q.kick:
			default:
			}
		}
		q.resting = false
		if q.waiting.first == nil { // it is not the sink that has delivered nothing meanwhile
			q.progress = time.Now()
		}
	}
	return q.seq != upTo || q.books.unreported > 0 || len(q.flushers) > 0 || q.waiting.first != nil || q.state == draining
}

// release tells those that wait for records which have now left.
func (q *queue[T]) release() {
	if len(q.flushers) == 0 {
		return
	}
	done, rest := q.back.done(), q.flushers[:0]
	for _, f := range q.flushers {
		if f.seq <= done && (!f.losses || q.books.unreported == 0 || q.failure != nil) {
			close(f.done)
		} else {
			rest = append(rest, f)
		}
	}
	clear(q.flushers[len(rest):])
	q.flushers = rest
}

// releaseAll ends all waits at the end of Shutdown.
func (q *queue[T]) releaseAll() {
	for _, f := range q.flushers {
		close(f.done)
	}
	q.flushers = nil
	close(q.drained)
}

// lossDue reports whether it is time to tell of losses: at most one record an interval, and while the
// queue is full none before the losses are an interval old. Who flushes or shuts down wants it now, once.
func (q *queue[T]) lossDue() bool {
	if q.books.unreported == 0 || q.state == gaveUp {
		return false
	}
	now := time.Now()
	if now.Sub(q.lossAt) < lossInterval {
		return q.failure == nil && q.lastCall()
	}
	return q.back.load() < 0.5 || now.Sub(q.books.since) >= lossInterval
}

// lastCall reports whether somebody waits for the queue to be empty, and it is.
func (q *queue[T]) lastCall() bool {
	if q.back.done() < q.seq || q.waiting.first != nil {
		return false
	}
	if q.state == draining {
		return true
	}
	for _, f := range q.flushers {
		if f.losses {
			return true
		}
	}
	return false
}

// tellLoss delivers a record of ours. It is not in the books: they are about the records of others.
func (q *queue[T]) tellLoss() bool {
	r, told := q.books.loss()
	q.lossAt = time.Now()
	q.calling = lossReport
	q.mu.Unlock()
	err := q.back.deliverLoss(r)
	q.mu.Lock()
	q.calling = nothing
	q.failure = err
	if err == nil && q.state != gaveUp {
		q.books.toldOf(told)
	}
	q.release()
	return true
}

// caught, deferred around a call of the sink, makes a panic an error and reports what went wrong.
func (q *queue[T]) caught(what string, err *error, panicked *bool) {
	if p := recover(); p != nil {
		*err, *panicked = fmt.Errorf("%s: %s", what, attr.Panic(nil, p)), true
		q.report.Report(*err)
		return
	}
	if *err != nil {
		q.report.Report(fmt.Errorf("%s: %w", what, *err))
	}
}

// outcome enters one record that was in flight in the books.
func (q *queue[T]) outcome(at band, lost bool, why reason) {
	switch {
	case q.state != gaveUp && lost:
		q.books.drop(why, at)
	case q.state != gaveUp:
		q.books.delivered++
	case !lost: // it was given up at the deadline, and arrived after all
		q.books.deliveredLate(at)
	}
}

// thinner decides which records Sample passes.
type thinner struct {
	engaged bool
	credit  [bands]float64
}

// pass reports whether a record may enter a queue that is full to load. From half full on it passes a
// share of the records of each band, evenly spaced.
func (t *thinner) pass(level slog.Level, load float64) bool {
	switch {
	case load >= 0.5:
		t.engaged = true
	case load < 0.25:
		t.engaged = false
	}
	if !t.engaged {
		return true
	}
	at := bandOf(level)
	t.credit[at] += share(at, load)
	if t.credit[at] < 1 {
		return false
	}
	t.credit[at]--
	return true
}

// share is the part of the records that passes: all at a quarter full and, falling in a straight line,
// 1 in 100 at half full for TRACE, at three quarters for DEBUG, and when full for the others.
func share(at band, load float64) float64 {
	end := 1.0
	switch at {
	case 0:
		end = 0.5
	case 1:
		end = 0.75
	}
	return max(0.01, 1-(load-0.25)/(end-0.25))
}
