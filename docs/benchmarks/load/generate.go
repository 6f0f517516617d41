package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// around is the size in bytes of a line without its padding.
const around = 110

// callers is what the callers saw.
type callers struct {
	called  uint64          // records they logged
	took    []time.Duration // sorted: a sample of how long their calls took
	elapsed time.Duration
}

// maxSamples is how many calls a goroutine remembers. When it has as many, it forgets every second one and
// then times half as many calls.
const maxSamples = 1 << 16

// generate logs from all goroutines for as long as c says.
func generate(ctx context.Context, c config, h slog.Handler) callers {
	parts := make([]callers, c.goroutines)
	start := time.Now()
	var wg sync.WaitGroup
	for g := range parts {
		wg.Go(func() { parts[g] = generateOne(ctx, c, slog.New(h), g, start) })
	}
	wg.Wait()
	all := callers{elapsed: time.Since(start)}
	for _, p := range parts {
		all.called += p.called
		all.took = append(all.took, p.took...)
	}
	slices.Sort(all.took)
	return all
}

// generateOne is goroutine g. Its records are numbered, so that the receiver notices what comes twice or out
// of order.
func generateOne(ctx context.Context, c config, l *slog.Logger, g int, start time.Time) callers {
	padding := strings.Repeat("x", max(0, c.recordSize-around))
	var pace time.Duration
	if c.rate > 0 {
		pace = time.Second * time.Duration(c.goroutines) / time.Duration(c.rate)
	}
	var (
		me            = callers{took: make([]time.Duration, 0, maxSamples)} // so that the memory seen is that of the queue
		stride uint64 = 1
		warn   float64
	)
	for time.Since(start) < c.duration && ctx.Err() == nil {
		if early := time.Duration(me.called)*pace - time.Since(start); early > time.Millisecond {
			time.Sleep(early) // and then a few at once
		}
		level := slog.LevelInfo
		if warn += c.warn; warn >= 1 {
			level, warn = slog.LevelWarn, warn-1
		}
		before := time.Now()
		l.LogAttrs(ctx, level, message, slog.Int("g", g), slog.Uint64("n", me.called), slog.String("padding", padding))
		if me.called%stride == 0 {
			me.took = append(me.took, time.Since(before))
		}
		me.called++
		if len(me.took) == maxSamples {
			for i := range maxSamples / 2 {
				me.took[i] = me.took[2*i]
			}
			me.took = me.took[:maxSamples/2]
			stride *= 2
		}
	}
	return me
}
