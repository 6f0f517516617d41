package slogxloki

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
	"github.com/slogx-go/slogx/slogx/chain"
)

// sender takes batches from a store and sends them, one after the other, so that the records of a stream
// arrive in order.
type sender struct {
	store   store
	client  *client
	encoder push.Encoder
	report  *reporter

	minBackoff, maxBackoff time.Duration
	maxTries               int
	keeps                  bool // batches that access is refused for: they are on disk

	wakeups <-chan struct{}    // the store may have something
	cancel  context.CancelFunc // at the deadline of Shutdown
	hurry   chan struct{}      // capacity 1: ends a wait between tries
	stopped chan struct{}
	ending  atomic.Bool // when the store is empty

	observer atomic.Pointer[chain.Observer]

	mu      sync.Mutex
	failure error // of the last try; nil if it was taken
}

// run is the goroutine of the sender.
func (s *sender) run(ctx context.Context) {
	defer close(s.stopped)
	var b batch
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		ok, wait, err := s.store.take(&b)
		if err != nil {
			s.fail(kindSpool, err)
			wait = max(s.minBackoff, time.Millisecond)
		}
		if ok {
			s.deliver(ctx, &b)
			continue
		}
		if s.ending.Load() && err == nil && s.store.finish() {
			return
		}
		timer.Reset(wait)
		select {
		case <-s.wakeups:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}

// deliver sends a batch. Records for which there is no answer when the sender is stopped stay where they
// are.
func (s *sender) deliver(ctx context.Context, b *batch) {
	select {
	case <-s.hurry: // it was about an earlier batch
	default:
	}
	s.send(ctx, b, b.items)
	s.observeSpool()
	s.store.release(b)
}

// send sends items of b, until the server has taken or refused them for good.
func (s *sender) send(ctx context.Context, b *batch, items []push.Item) {
	body, plain := s.encoder.Encode(b.labels, items)
	reached := b.reached
	for try := 1; ; try++ {
		start := time.Now()
		a := s.client.post(ctx, body)
		if ctx.Err() != nil && a.status == 0 {
			return
		}
		s.observe("slogx_sink_request_duration_seconds", time.Since(start).Seconds(), "code", a.class())
		v := a.verdict()
		if v == reject && reached && a.outOfOrder() {
			v = delivered
		}
		switch {
		case v == delivered:
			s.delivered(b, len(items), plain)
			return
		case v == split && len(items) > 1:
			half := len(items) / 2
			s.send(ctx, b, items[:half])
			s.send(ctx, b, items[half:])
			return
		case v == split:
			s.fail(kindRejected, fmt.Errorf("1 record is too large for the server: %w", a.describe()))
			s.store.settle(b, 1, 1, tooLarge)
			return
		case v == reject, v == refused && !s.keeps:
			s.rejected(b, items, a, v)
			return
		case s.maxTries > 0 && try >= s.maxTries && v == retry:
			s.fail(kindRejected, fmt.Errorf("%d records given up after %d tries: %w", len(items), try, a.describe()))
			s.store.settle(b, len(items), len(items), retryExhausted)
			return
		}
		reached = reached || a.status >= 500 || a.status == 0 && !beforeRequest(a.err)
		if !s.pause(ctx, try, v, a) {
			return
		}
	}
}

func (s *sender) delivered(b *batch, n, plain int) {
	s.setFailure(nil)
	s.observe("slogx_sink_sent_records_total", float64(n))
	s.observe("slogx_sink_sent_bytes_total", float64(plain))
	s.store.settle(b, n, 0, 0)
}

// rejected counts what the server refused. What it says of access, or of blocked ingestion, is about all.
func (s *sender) rejected(b *batch, items []push.Item, a answer, v verdict) {
	n := len(items)
	if v == reject {
		n = a.rejections(b.labels, items)
	}
	s.fail(kindRejected, fmt.Errorf("%d of %d records rejected: %w", n, len(items), a.describe()))
	s.store.settle(b, len(items), n, rejected)
}

// pause waits before the next try. It returns false if the sender is stopped.
func (s *sender) pause(ctx context.Context, try int, v verdict, a answer) bool {
	s.observe("slogx_sink_retries_total", 1)
	wait, bound := s.backoff(try), false
	switch {
	case v == refused:
		wait = refusedWait + rand.N(refusedSpread)
		s.fail(kindRefused, fmt.Errorf("access refused, tried again in %v: %w", wait.Round(time.Second), a.describe()))
	case a.retryAfter > 0:
		wait, bound = a.retryAfter, true
		fallthrough
	default:
		s.fail(kindRetry, fmt.Errorf("tried again in %v: %w", wait.Round(time.Millisecond), a.describe()))
	}
	hurry := s.hurry
	if bound {
		hurry = nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-hurry:
	case <-ctx.Done():
		return false
	}
	return true
}

// Access that is refused is tried for again after one to five minutes.
const (
	refusedWait   = time.Minute
	refusedSpread = 4 * time.Minute
)

// backoff returns a random wait after the try-th try: a part of a time that doubles.
func (s *sender) backoff(try int) time.Duration {
	ceiling := s.maxBackoff
	if shift := try - 1; shift < 40 && s.minBackoff<<shift < ceiling && s.minBackoff<<shift>>shift == s.minBackoff {
		ceiling = s.minBackoff << shift
	}
	return rand.N(ceiling) + 1
}

func (s *sender) fail(k kind, err error) {
	err = fmt.Errorf("send to loki at %s: %w", s.client.shown, err)
	s.setFailure(err)
	s.report.report(k, err)
}

func (s *sender) setFailure(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = err
}

// class is the label code of a request.
func (a answer) class() string {
	switch a.status {
	case 0:
		return "error"
	case http.StatusTooManyRequests:
		return "429"
	default:
		return strconv.Itoa(a.status/100) + "xx"
	}
}

func (s *sender) observe(name string, value float64, labels ...string) {
	if o := s.observer.Load(); o != nil {
		defer func() { _ = recover() }() // what watches must not stop what works
		(*o).Observe(name, value, labels...)
	}
}

// observeSpool tells how full the spool is.
func (s *sender) observeSpool() {
	if s.observer.Load() == nil || !s.keeps {
		return
	}
	_, u := s.store.usage()
	age := 0.0
	if u.Records > 0 {
		age = time.Since(time.Unix(0, u.Oldest)).Seconds()
	}
	s.observe("slogx_spool_bytes", float64(u.Bytes))
	s.observe("slogx_spool_records", float64(u.Records))
	s.observe("slogx_spool_oldest_record_age_seconds", age)
}

// hurryUp ends a wait between tries, but not one that the server asked for.
func (s *sender) hurryUp() {
	select {
	case s.hurry <- struct{}{}:
	default:
	}
}
