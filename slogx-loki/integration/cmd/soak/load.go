package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/tail"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

const goroutines = 8

// load logs until ctx ends: rate records a second, from several goroutines, with a flood now and then.
func (r *rig) load(ctx context.Context, rate int, seed uint64) {
	var wg sync.WaitGroup
	for g := range uint64(goroutines) {
		wg.Go(func() {
			const tick = 10 * time.Millisecond
			ticker := time.NewTicker(tick)
			defer ticker.Stop()
			w := worker{r, rand.New(rand.NewPCG(seed, g)), r.pipeline.Logger().With("worker", g)}
			for {
				n := max(1, rate*int(tick)/int(time.Second)/goroutines)
				if w.rng.IntN(2000) == 0 {
					n = 5000
				}
				for n > 0 {
					n -= w.request() //nolint:contextcheck // a request has its own
				}
				select {
				case <-ctx.Done():
					return
				case <-ticker.C:
				}
			}
		})
	}
	wg.Wait()
}

// worker logs as a service does.
type worker struct {
	rig *rig
	rng *rand.Rand
	log *slog.Logger
}

// request logs what one request would, and returns how many records that were.
func (w worker) request() int {
	ctx := tracectx.NewContext(context.Background(), tracectx.New())
	ctx = slogx.ContextWithAttrs(ctx, slog.Uint64("request_id", w.rng.Uint64()))
	var held *tail.Buffer
	if w.rng.IntN(4) > 0 {
		ctx, held = tail.NewContext(ctx)
	}
	n := 1 + w.rng.IntN(6)
	for range n {
		w.record(ctx)
	}
	if w.rng.IntN(20) == 0 {
		_ = held.Release(ctx)
	} else {
		held.Discard()
	}
	return n
}

// record logs one record. Its id tells it from all others.
func (w worker) record(ctx context.Context) {
	id := w.rig.logged.Add(1)
	log := w.log
	switch w.rng.IntN(12) {
	case 0:
		log = slogx.Named(log, "db").WithGroup("query").With("rows", w.rng.IntN(100))
	case 1:
		log.DebugContext(ctx, "cache asked", "id", id, "key", w.text(20))
		return
	case 2:
		log.ErrorContext(ctx, "order failed", "id", id, "err", fmt.Errorf("charge card: %w", errors.New("declined")), "attempt", 2)
		return
	case 3:
		log.WarnContext(ctx, "slow", "id", id, "took", time.Duration(w.rng.Int64N(int64(time.Second))), "body", w.text(w.rng.IntN(8<<10)))
		return
	case 4:
		log.InfoContext(ctx, "signed in", "id", id, "user", "ada", "password", secret, slog.Group("session", "token", secret))
		return
	case 5:
		log.InfoContext(ctx, "odd", "id", id, "v", faulty{}, "s", "\x1b[31m\x00\xff", "m", map[string]any{"a": []int{1, 2}})
		return
	case 6, 7, 8:
		log.InfoContext(ctx, often, "id", id)
		return
	}
	log.InfoContext(ctx, "order shipped", "id", id, "customer", "Ada Lovelace", "total", 12.5, "items", w.rng.IntN(10))
}

func (w worker) text(n int) string {
	const letters = "the quick brown fox jumps over the lazy dog "
	return strings.Repeat(letters, n/len(letters)+1)[:n]
}

// faulty panics when it is asked for its value.
type faulty struct{}

// LogValue implements [slog.LogValuer].
func (faulty) LogValue() slog.Value { panic("faulty") } //nolint:forbidigo // it stands for the code of others
