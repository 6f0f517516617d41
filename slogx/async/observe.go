package async

import (
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// The measurements.
const (
	sentBytes = "slogx_sink_sent_bytes_total"
	duration  = "slogx_sink_request_duration_seconds"
)

// The labels of durations.
var (
	codeOK    = []string{"code", "ok"}
	codeError = []string{"code", "error"}
)

// SetObserver has o told, by slogx_sink_request_duration_seconds with the label code (ok or error), how long
// each call of the sink took: a write of many lines, or the handling of one record. A [Writer] also counts what
// the sink took, by slogx_sink_sent_bytes_total. A nil o ends that.
func (q *queue[T]) SetObserver(o chain.Observer) { q.observer.Set(o) }

// took tells of a call of the sink that began at start. start is zero if nobody was to be told.
func (q *queue[T]) took(start time.Time, failed bool) {
	if start.IsZero() {
		return
	}
	code := codeOK
	if failed {
		code = codeError
	}
	q.observer.Observe(duration, time.Since(start).Seconds(), code...)
}

// started returns the time if somebody is to be told how long a call takes.
func (q *queue[T]) started() time.Time {
	if !q.observer.On() {
		return time.Time{}
	}
	return time.Now()
}
