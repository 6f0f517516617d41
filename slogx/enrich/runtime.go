package enrich

import (
	"context"
	"log/slog"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// DefaultRuntimeInterval is the interval of [Runtime] if none is given.
const DefaultRuntimeInterval = 10 * time.Second

// Runtime returns an Enricher that adds how the program does: go.memory.used, the bytes that the Go
// runtime holds; go.goroutine.count; and go.cpu.time, the seconds that all CPUs spent on Go code and the
// runtime, as the runtime estimated them at the last garbage collection.
//
// It looks when it is made, and after that at most once in every interval: the first record after it has
// passed is the one that waits for it, some microseconds. There is no goroutine to stop. An interval of
// 0 or less means [DefaultRuntimeInterval].
func Runtime(every time.Duration) Enricher {
	if every <= 0 {
		every = DefaultRuntimeInterval
	}
	return newSampler(every, measureRuntime).enrich
}

// sampler measures at most once in every interval.
type sampler struct {
	every   time.Duration
	measure func() []slog.Attr
	start   time.Time    // due counts from here on the monotonic clock: a clock that is set does not matter
	due     atomic.Int64 // nanoseconds
	attrs   atomic.Pointer[[]slog.Attr]
}

func newSampler(every time.Duration, measure func() []slog.Attr) *sampler {
	s := &sampler{every: every, measure: measure, start: time.Now()}
	s.due.Store(int64(every))
	s.sample()
	return s
}

func (s *sampler) enrich(_ context.Context, attrs []slog.Attr) []slog.Attr {
	now := time.Since(s.start)
	due := s.due.Load()
	if int64(now) >= due && s.due.CompareAndSwap(due, int64(now+s.every)) {
		s.sample() // by one goroutine; the others go on with what was found last
	}
	return append(attrs, *s.attrs.Load()...)
}

func (s *sampler) sample() {
	attrs := s.measure()
	s.attrs.Store(&attrs)
}

// measureRuntime computes the values as OpenTelemetry defines them:
// https://opentelemetry.io/docs/specs/semconv/runtime/go-metrics/.
func measureRuntime() []slog.Attr {
	m := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/cpu/classes/total:cpu-seconds"},
		{Name: "/cpu/classes/idle:cpu-seconds"},
	}
	metrics.Read(m)
	var attrs []slog.Attr
	if m[0].Value.Kind() == metrics.KindUint64 && m[1].Value.Kind() == metrics.KindUint64 {
		attrs = append(attrs, slog.Uint64("go.memory.used", m[0].Value.Uint64()-m[1].Value.Uint64()))
	}
	if m[2].Value.Kind() == metrics.KindUint64 {
		attrs = append(attrs, slog.Uint64("go.goroutine.count", m[2].Value.Uint64()))
	}
	if m[3].Value.Kind() == metrics.KindFloat64 && m[4].Value.Kind() == metrics.KindFloat64 {
		attrs = append(attrs, slog.Float64("go.cpu.time", m[3].Value.Float64()-m[4].Value.Float64()))
	}
	return attrs
}
