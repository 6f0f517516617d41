package async

import (
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// reason is a reason of [chain.Stats].Dropped as an index.
type reason uint8

const (
	queueFull reason = iota
	keepTimeout
	canceled
	closed
	leftAtShutdown
	tooLarge
	sinkError
	sinkPanic
	reasons // how many there are
)

var reasonNames = [reasons]string{
	chain.ReasonQueueFull, chain.ReasonKeepTimeout, chain.ReasonCanceled, chain.ReasonClosed,
	chain.ReasonShutdown, chain.ReasonTooLarge, chain.ReasonError, chain.ReasonPanic,
}

// reasonOf is why a record that the sink failed at with err is lost.
func reasonOf(err error, panicked bool) reason {
	switch {
	case panicked || errors.Is(err, errExited):
		return sinkPanic
	case errors.Is(err, os.ErrClosed):
		return closed
	default:
		return sinkError
	}
}

// DroppedError is returned for a record that was dropped at once.
type DroppedError struct {
	Reason string // one of chain's reasons
}

func (e *DroppedError) Error() string { return "queue a record: dropped: " + e.Reason }

// droppedErrors are made once, so that a flood of refused records allocates nothing.
var droppedErrors = func() (errs [reasons]*DroppedError) {
	for i := range errs {
		errs[i] = &DroppedError{Reason: reasonNames[i]}
	}
	return errs
}()

// band is a range of levels that the books know apart.
type band uint8

const bands = 5

var bandNames = [bands]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR"}

func bandOf(l slog.Level) band {
	switch {
	case l < slog.LevelDebug:
		return 0
	case l < slog.LevelInfo:
		return 1
	case l < slog.LevelWarn:
		return 2
	case l < slog.LevelError:
		return 3
	default:
		return 4
	}
}

// books say what became of every record. The queue's lock guards them.
type books struct {
	accepted, delivered uint64
	dropped, reported   [reasons][bands]uint64

	unreported uint64    // losses that no record of ours tells of yet
	since      time.Time // of the first of them
}

func (b *books) drop(why reason, at band) {
	b.dropped[why][at]++
	if why == closed || why == leftAtShutdown { // nobody is there any more who could tell
		b.reported[why][at]++
		return
	}
	if b.unreported == 0 {
		b.since = time.Now()
	}
	b.unreported++
}

// deliveredLate moves a record that was given up at the deadline of a Shutdown, and arrived after all.
func (b *books) deliveredLate(at band) {
	b.dropped[leftAtShutdown][at]--
	b.reported[leftAtShutdown][at]--
	b.delivered++
}

func (b *books) droppedTotal() (n uint64) {
	for _, by := range b.dropped {
		for _, v := range by {
			n += v
		}
	}
	return n
}

func (b *books) queued() uint64 { return b.accepted - b.delivered - b.droppedTotal() }

func (b *books) stats() chain.Stats {
	st := chain.Stats{Accepted: b.accepted, Delivered: b.delivered, Queued: b.queued()}
	for why, by := range b.dropped {
		var n uint64
		for _, v := range by {
			n += v
		}
		if n == 0 {
			continue
		}
		if st.Dropped == nil {
			st.Dropped = make(map[string]uint64)
		}
		st.Dropped[reasonNames[why]] = n
	}
	return st
}

// lossMessage is the message of the record that tells of losses.
const lossMessage = "log records lost"

// loss returns a record that tells of the losses not reported yet, and what reported becomes once it is
// delivered.
func (b *books) loss() (r slog.Record, told [reasons][bands]uint64) {
	r = slog.NewRecord(time.Now(), slog.LevelWarn, lossMessage, 0)
	r.AddAttrs(slog.Uint64("lost", b.unreported))
	var groups []slog.Attr
	for why, by := range b.dropped {
		var counts []slog.Attr
		for at, n := range by {
			if n -= b.reported[why][at]; n > 0 {
				counts = append(counts, slog.Uint64(bandNames[at], n))
			}
		}
		if counts != nil {
			groups = append(groups, slog.Attr{Key: reasonNames[why], Value: slog.GroupValue(counts...)})
		}
	}
	r.AddAttrs(slog.Attr{Key: "reasons", Value: slog.GroupValue(groups...)})
	return r, b.dropped
}

// toldOf marks the losses up to told, of which a record tells, as reported.
func (b *books) toldOf(told [reasons][bands]uint64) {
	for why, by := range told {
		for at, n := range by {
			b.unreported -= n - b.reported[why][at]
		}
	}
	b.reported = told
	b.since = time.Now() // of those that came while the record was written
}
