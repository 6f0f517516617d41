package slogxloki

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
)

// core is what handlers that are derived from one share.
type core struct {
	base   *base // of the store
	store  store
	sender *sender
	owned  bool // the transport is ours

	level       slog.Leveler
	metadata    []string // keys
	allMetadata bool
	noMetadata  bool

	labels map[string]string // of all records, but for the level and what the identity says
	mu     sync.Mutex
	sets   map[identity]*labelSet

	corrupt atomic.Uint64 // records of the spool that were damaged
	end     sync.Once
	endErr  error // once the Handler is shut down
	ended   atomic.Bool
}

func newCore(o *Options) (*core, error) {
	labels, _ := o.baseLabels() // was validated
	client, err := newClient(o)
	if err != nil {
		return nil, err
	}
	c := &core{
		owned: o.Transport == nil, level: o.Level, labels: labels, sets: make(map[identity]*labelSet),
		metadata: o.Metadata, allMetadata: slices.Contains(o.Metadata, MetadataAll), noMetadata: o.NoMetadata,
	}
	s := &sender{
		client: client, report: newReporter(o.OnError), keeps: o.SpoolDir != "",
		minBackoff: o.MinBackoff, maxBackoff: o.MaxBackoff, maxTries: o.MaxTries,
		hurry: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	c.sender = s
	if s.keeps {
		d, err := newDisk(o, func(err error) { s.report.report(kindSpool, err) }, c.damaged)
		if err != nil {
			s.cancel()
			return nil, err
		}
		c.store, c.base = d, &d.base
	} else {
		q := newQueue(o)
		c.store, c.base = q, &q.base
	}
	s.store, s.wakeups = c.store, c.base.wake
	go s.run(ctx)
	return c, nil
}

// identity is who logs, as far as it is not in the labels of all records.
type identity struct{ service, environment string }

// labelSet is the streams of one identity.
type labelSet struct {
	identity

	streams [len(levelNames)]int
}

// maxSets bounds how many identities have streams of their own.
const maxSets = 64

// labelsFor returns the streams of an identity: those of nobody in particular, if there are too many.
func (c *core) labelsFor(id identity) *labelSet {
	c.mu.Lock()
	defer c.mu.Unlock()
	if set, ok := c.sets[id]; ok {
		return set
	}
	if len(c.sets) == maxSets {
		return c.sets[identity{}]
	}
	labels := maps.Clone(c.labels)
	for _, l := range []struct{ name, value string }{
		{serviceLabel, id.service}, {environmentLabel, id.environment}, {serviceLabel, UnknownService()},
	} {
		if _, ok := labels[l.name]; !ok && l.value != "" {
			labels[l.name] = l.value
		}
	}
	set := &labelSet{identity: id}
	for i, level := range levelNames {
		labels[levelLabel] = level
		set.streams[i] = c.base.number(formatLabels(labels))
	}
	c.sets[id] = set
	return set
}

// identify reports whether a says who logs, and notes it. It is for the line if the labels say otherwise.
func (c *core) identify(id *identity, a slog.Attr) bool {
	var label string
	var field *string
	switch a.Key {
	case "service.name":
		label, field = serviceLabel, &id.service
	case "deployment.environment.name":
		label, field = environmentLabel, &id.environment
	default:
		return false
	}
	v := a.Value
	if v.Kind() != slog.KindString || v.String() == "" || len(v.String()) > maxLabelValue {
		return false
	}
	if fixed, ok := c.labels[label]; ok {
		return v.String() == fixed
	}
	c.mu.Lock()
	full := len(c.sets) >= maxSets-1
	c.mu.Unlock()
	if full && v.String() != *field {
		return false
	}
	*field = v.String()
	return true
}

// Flush waits until all records that were taken before are delivered or lost. It returns an error that says
// how many are left when ctx ends first.
func (c *core) Flush(ctx context.Context) error {
	mark := c.store.mark()
	c.base.hurryTo(mark)
	c.sender.hurryUp()
	for {
		changed := c.base.changed()
		if c.ended.Load() || c.store.left(mark) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			st := c.base.stats()
			return fmt.Errorf("flush loki: %d records left: %w", st.Queued+st.Spooled, ctx.Err())
		}
	}
}

// Shutdown waits until all records are delivered or lost. Later ones are counted as closed.
//
// When ctx ends first, Shutdown returns an error that says how many records are left. Those in memory are
// counted as shutdown, those in a spool are sent after the next start. Shutdown may be called more than
// once, also concurrently; the first deadline counts for all.
func (c *core) Shutdown(ctx context.Context) error {
	c.sender.ending.Store(true)
	c.base.drain()
	c.sender.hurryUp()
	select {
	case <-c.sender.stopped:
	case <-ctx.Done():
	}
	c.end.Do(func() { c.endErr = c.stop(ctx) })
	return c.endErr
}

// stopWait is how long the end waits for a Transport to heed the end of its request's context.
const stopWait = 50 * time.Millisecond

func (c *core) stop(ctx context.Context) error {
	c.sender.cancel()
	timer := time.NewTimer(stopWait)
	defer timer.Stop()
	select {
	case <-c.sender.stopped:
	case <-timer.C:
	}
	left, err := c.store.close()
	c.ended.Store(true)
	if c.owned {
		c.sender.client.http.CloseIdleConnections()
	}
	if left > 0 {
		what := "lost"
		if c.sender.keeps {
			what = "left in the spool, to be sent after the next start"
		}
		err = errors.Join(fmt.Errorf("%d records %s: %w", left, what, ctx.Err()), err)
	}
	if err != nil {
		return fmt.Errorf("shut down loki: %w", err)
	}
	return nil
}

// Stats returns the books. They add up at any time. What was found in the spool at the start counts as
// accepted then.
func (c *core) Stats() chain.Stats { return c.base.stats() }

// Usage returns how full the queue is. With a spool, there is none.
func (c *core) Usage() async.Usage {
	u, _ := c.store.usage()
	return u
}

// SpoolUsage is how full a spool is.
type SpoolUsage struct {
	Records uint64    // that wait for the server
	Bytes   int64     // on disk
	Oldest  time.Time // of the records, about; zero if there are none
}

// SpoolUsage returns how full the spool is.
func (c *core) SpoolUsage() SpoolUsage {
	_, u := c.store.usage()
	usage := SpoolUsage{Records: u.Records, Bytes: u.Bytes}
	if u.Records > 0 {
		usage.Oldest = time.Unix(0, u.Oldest)
	}
	return usage
}

// Health returns what was wrong with the last try to send, or with the last write to the spool. It does not
// ask the server.
func (c *core) Health(context.Context) error {
	if c.ended.Load() {
		return errors.Join(errors.New("send to loki: shut down"), c.endErr)
	}
	c.sender.mu.Lock()
	defer c.sender.mu.Unlock()
	return errors.Join(c.sender.failure, c.base.health())
}

// SetObserver has o told of what Stats does not hold: slogx_sink_sent_records_total, slogx_sink_sent_bytes_total
// and slogx_sink_retries_total, to be added up; slogx_sink_request_duration_seconds with the label code;
// slogx_spool_bytes, slogx_spool_records and slogx_spool_oldest_record_age_seconds, as they are after each
// batch; and slogx_spool_corrupt_records_total. A nil o ends that.
func (c *core) SetObserver(o chain.Observer) {
	if o == nil {
		c.sender.observer.Store(nil)
		return
	}
	c.sender.observer.Store(&o)
	if n := c.corrupt.Swap(0); n > 0 {
		c.sender.observe(corruptTotal, float64(n))
	}
}

const corruptTotal = "slogx_spool_corrupt_records_total"

// damaged notes records of the spool that were lost.
func (c *core) damaged(n uint64) {
	c.sender.report.report(kindSpool, fmt.Errorf("read spool: damaged records: %d", n))
	if c.sender.observer.Load() == nil {
		c.corrupt.Add(n)
		return
	}
	c.sender.observe(corruptTotal, float64(n))
}
