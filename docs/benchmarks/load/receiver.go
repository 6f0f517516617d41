package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// message is that of the records which the load consists of.
const message = "load"

// received is what the receiver counted.
type received struct {
	records  uint64 // of the load
	losses   uint64 // lines of the queue's own, which tell of losses
	strange  uint64 // lines that are neither
	disorder uint64 // records that came twice, or after a later one of the same goroutine
	refused  uint64 // calls that it failed
}

// receiver is the sink: slow, stalling and failing as it was told, and counting what it takes.
type receiver struct {
	c     config
	start time.Time
	free  chan struct{} // closed when it is to be quick

	mu     sync.Mutex
	sum    received
	last   []int64 // by goroutine: number of the last record
	failed float64
}

func newReceiver(c config) *receiver {
	r := &receiver{c: c, start: time.Now(), free: make(chan struct{}), last: make([]int64, c.goroutines)}
	for g := range r.last {
		r.last[g] = -1
	}
	return r
}

var errRefused = errors.New("the sink refuses")

func (r *receiver) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pause(r.c.delay)
	if since := time.Since(r.start) % r.c.stallEvery; since < r.c.stall {
		r.pause(r.c.stall - since)
	}
	if r.failed += r.c.errors; r.failed >= 1 {
		r.failed--
		r.sum.refused++
		return 0, errRefused
	}
	for line := range bytes.Lines(p) {
		r.take(line)
	}
	return len(p), nil
}

// pause waits, unless the receiver is to be quick.
func (r *receiver) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-r.free:
	}
}

// take counts a line. Most of it is padding that nobody needs to look at.
func (r *receiver) take(line []byte) {
	var head struct {
		Msg string `json:"msg"`
		G   int    `json:"g"`
		N   int64  `json:"n"`
	}
	if i := bytes.Index(line, []byte(`,"padding":"`)); i >= 0 && bytes.HasSuffix(line, []byte("\"}\n")) {
		line = fmt.Appendf(nil, "%s}", line[:i])
	}
	err := json.Unmarshal(line, &head)
	switch {
	case err == nil && head.Msg == message && head.G >= 0 && head.G < len(r.last):
		r.sum.records++
		if head.N <= r.last[head.G] {
			r.sum.disorder++
		}
		r.last[head.G] = head.N
	case err == nil && head.Msg == "log records lost":
		r.sum.losses++
	default:
		r.sum.strange++
	}
}

// lift ends delays and stalls: what is left is to be delivered quickly.
func (r *receiver) lift() { close(r.free) }

func (r *receiver) counts() received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sum
}
