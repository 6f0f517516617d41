package slogxloki

import (
	"github.com/slogx-go/slogx/slogx/async"
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
	rejected
	retryExhausted
	spoolFull
	corrupt
	failed
	reasons // how many there are
)

var reasonNames = [reasons]string{
	chain.ReasonQueueFull, chain.ReasonKeepTimeout, chain.ReasonCanceled, chain.ReasonClosed, chain.ReasonShutdown,
	chain.ReasonTooLarge, chain.ReasonRejected, chain.ReasonRetryExhausted, chain.ReasonSpoolFull,
	chain.ReasonCorrupt, chain.ReasonError,
}

// droppedErrors are made once, so that a flood of refused records allocates nothing.
var droppedErrors = func() (errs [reasons]*async.DroppedError) {
	for i := range errs {
		errs[i] = &async.DroppedError{Reason: reasonNames[i]}
	}
	return errs
}()

// books say what became of every record. The store's lock guards them.
type books struct {
	accepted, delivered uint64
	dropped             [reasons]uint64
}

// left returns how many records wait.
func (b *books) left() uint64 {
	n := b.accepted - b.delivered
	for _, d := range b.dropped {
		n -= d
	}
	return n
}

// stats returns the books of a sink without a spool.
func (b *books) stats() chain.Stats {
	st := chain.Stats{Accepted: b.accepted, Delivered: b.delivered, Queued: b.left()}
	for why, n := range b.dropped {
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
