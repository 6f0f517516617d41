package slogxprom

import (
	"context"
	"encoding/hex"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slogx-go/slogx/slogx/tail"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// levelNames are the values of the label level, from the lowest on.
var levelNames = [...]string{"trace", "debug", "info", "warn", "error", "fatal"}

// levelIndex returns the index of the name of l, by the ranges of OpenTelemetry's severity numbers.
func levelIndex(l slog.Level) int {
	switch {
	case l < slog.LevelDebug:
		return 0
	case l < slog.LevelInfo:
		return 1
	case l < slog.LevelWarn:
		return 2
	case l < slog.LevelError:
		return 3
	case l < slog.LevelError+4:
		return 4
	default:
		return 5
	}
}

// records counts records by level.
type records [len(levelNames)]level

// level counts the records of a level, and remembers one that belongs to a sampled span.
type level struct {
	n   atomic.Uint64
	add func() // to n, for later: made once
	exemplar
}

// count counts a record: now, or when a tail buffer releases it.
func (c *collector) count(ctx context.Context, r *slog.Record) {
	l := &c.records[levelIndex(r.Level)]
	if c.holds.Load() && tail.OnRelease(ctx, l.add) {
		return
	}
	l.n.Add(1)
	if !r.Time.IsZero() && l.due(r.Time) {
		l.offer(ctx, r.Time)
	}
}

// exemplarEvery is how long an exemplar stays before a newer one takes its place. Prometheus stores one a
// scrape.
const exemplarEvery = time.Second

// exemplar is the trace of a record. The zero value has none.
type exemplar struct {
	taken atomic.Int64 // when, in Unix nanoseconds

	mu    sync.Mutex
	trace tracectx.Trace
	at    time.Time
}

// due reports whether it is time for another one. A clock that went back counts as such.
func (e *exemplar) due(now time.Time) bool {
	age := now.UnixNano() - e.taken.Load()
	return age >= int64(exemplarEvery) || age < 0
}

// offer remembers the trace of ctx if its span is sampled: of others no backend has anything to show.
func (e *exemplar) offer(ctx context.Context, now time.Time) {
	if ctx == nil {
		return
	}
	t, ok := tracectx.FromContext(ctx)
	if !ok || !t.Sampled() || !e.mu.TryLock() { // somebody else's will do
		return
	}
	defer e.mu.Unlock()
	e.trace, e.at = t, now
	e.taken.Store(now.UnixNano())
}

// sendWith sends m with the exemplar, if there is one.
func (e *exemplar) sendWith(ch chan<- prometheus.Metric, m prometheus.Metric) {
	e.mu.Lock()
	t, at := e.trace, e.at
	e.mu.Unlock()
	if t.IsValid() {
		if with, err := prometheus.NewMetricWithExemplars(m, prometheus.Exemplar{
			Value: 1,
			Labels: prometheus.Labels{
				tracectx.TraceIDKey: hex.EncodeToString(t.TraceID[:]),
				tracectx.SpanIDKey:  hex.EncodeToString(t.SpanID[:]),
			},
			Timestamp: at,
		}); err == nil {
			m = with
		}
	}
	ch <- m
}
