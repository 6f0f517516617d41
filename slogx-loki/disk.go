package slogxloki

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
	"github.com/slogx-go/slogx/slogx-loki/internal/spool"
	"github.com/slogx-go/slogx/slogx/async"
)

// disk keeps records in a spool.
type disk struct {
	base

	spool      *spool.Spool
	batchBytes int
	batchWait  time.Duration
	onError    func(error)
	onCorrupt  func(n uint64)

	pending int         // bytes of records not taken yet, about
	since   time.Time   // when the sender first saw records wait
	idle    atomic.Bool // the sender has seen none
}

// newDisk opens the spool of o. What is found there is accepted anew.
func newDisk(o *Options, onError func(error), onCorrupt func(n uint64)) (*disk, error) {
	d := &disk{batchBytes: o.BatchBytes, batchWait: o.BatchWait, onError: onError, onCorrupt: onCorrupt}
	d.wake, d.onDisk = make(chan struct{}, 1), true
	s, found, err := spool.Open(o.SpoolDir, spool.Options{
		MaxBytes: o.SpoolBytes, SyncInterval: o.SyncInterval,
		Sync:    map[Sync]spool.Sync{SyncNone: spool.SyncNone, SyncInterval: spool.SyncInterval, SyncAlways: spool.SyncAlways}[o.SpoolSync],
		Evicted: d.evicted,
		Failed:  onError,
	})
	if err != nil {
		return nil, fmt.Errorf("set up loki: SpoolDir: %w", err)
	}
	d.spool = s
	for labels, last := range found.Last {
		d.streams.clocks[d.streams.number(labels)].last = last
	}
	d.books.accepted = found.Records + found.Corrupt
	d.damaged(found.Corrupt)
	if found.Records > 0 {
		d.pending = d.batchBytes // they have waited long enough
	}
	return d, nil
}

// damaged enters records that are lost to damage.
func (d *disk) damaged(n uint64) {
	if n == 0 {
		return
	}
	d.mu.Lock()
	d.books.dropped[corrupt] += n
	d.tell()
	d.mu.Unlock()
	d.onCorrupt(n) // may log
}

func (d *disk) evicted(n uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.books.dropped[spoolFull] += n
	d.tell()
}

// add takes a record and writes it to the spool. It does not heed ctx: a write is no wait for somebody.
func (d *disk) add(_ context.Context, r record) error {
	d.mu.Lock()
	if d.shut {
		defer d.mu.Unlock()
		return d.refuse(closed)
	}
	at := d.streams.clocks[r.stream].assign(r.time, r.hash)
	ticket := d.spool.Put(at, d.streams.labels[r.stream], r.fields)
	d.books.accepted++
	d.pending += len(r.fields)
	full := d.pending >= d.batchBytes && d.pending-len(r.fields) < d.batchBytes
	d.mu.Unlock()

	err := d.spool.Wait(ticket)
	if full || d.idle.Load() {
		d.kick()
	}
	if err != nil {
		return d.notWritten(err)
	}
	if d.trouble.Load() != nil {
		d.trouble.Store(nil)
	}
	return nil
}

// notWritten counts a record that the spool did not take.
func (d *disk) notWritten(err error) error {
	why := failed
	switch {
	case errors.Is(err, spool.ErrClosed):
		why = closed
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		why = spoolFull
	}
	d.mu.Lock()
	d.books.dropped[why]++
	d.mu.Unlock()
	if why != closed {
		d.trouble.Store(&err)
		d.onError(err)
	}
	return err
}

// take implements store.
func (d *disk) take(b *batch) (bool, time.Duration, error) {
	d.idle.Store(true) // before it looks, so that no record comes unseen
	if d.spool.Usage().Records == 0 {
		return false, forever, nil
	}
	d.idle.Store(false)
	if wait := d.wait(); wait > 0 {
		return false, wait, nil
	}
	lost, err := d.spool.Next(&b.spooled, d.batchBytes)
	d.damaged(lost)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.since = time.Time{}
	n := 0
	b.items = b.items[:0]
	for _, r := range b.spooled.Records {
		b.items = append(b.items, push.Item{Stream: d.streams.find(r.Labels), Time: r.Time, Fields: r.Fields})
		n += len(r.Fields)
	}
	b.labels, b.reached = d.streams.labels, b.spooled.Flown
	if d.pending = max(0, d.pending-n); d.spool.Usage().Records == uint64(len(b.items)) {
		d.pending = 0
	}
	return len(b.items) > 0, 0, err
}

// wait returns for how long records may wait for others.
func (d *disk) wait() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.since.IsZero() {
		d.since = time.Now()
	}
	first, _ := d.spool.Range()
	if d.draining || d.pending >= d.batchBytes || first < d.wanted {
		return 0
	}
	return d.batchWait - time.Since(d.since)
}

// settle implements store.
func (d *disk) settle(b *batch, n, lost int, why reason) {
	d.mu.Lock()
	d.account(n, lost, why)
	d.mu.Unlock()
	d.spool.Done(&b.spooled, n) // last: then they have left
}

// release implements store.
func (d *disk) release(*batch) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tell()
}

func (d *disk) mark() uint64 {
	_, next := d.spool.Range()
	return next
}

func (d *disk) left(mark uint64) bool {
	first, _ := d.spool.Range()
	return first >= mark
}

func (d *disk) finish() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.finished()
}

// close implements store.
func (d *disk) close() (uint64, error) {
	d.mu.Lock()
	d.shut = true
	d.tell()
	d.mu.Unlock()
	err := d.spool.Close()
	return d.stats().Spooled, err
}

func (d *disk) usage() (async.Usage, spool.Usage) { return async.Usage{}, d.spool.Usage() }
