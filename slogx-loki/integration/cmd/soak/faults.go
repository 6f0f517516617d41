package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// faultNames are the faults, in the order of the report.
var faultNames = []string{
	"receiver killed", "receiver stopped", "receiver paused", "log file renamed", "sink's mood changed", "level changed",
}

// makeTrouble has something go wrong now and then, until ctx ends. Then all is well again, and what could not even
// go wrong is in the channel.
func makeTrouble(ctx context.Context, r *rig, seed uint64) <-chan error {
	done := make(chan error, 1)
	go func() {
		t := trouble{r, rand.New(rand.NewPCG(seed, 1<<32))}
		var errs []error
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				done <- errors.Join(append(errs, t.makeGood(context.WithoutCancel(ctx)))...)
				return
			case <-time.After(t.upTo(2 * time.Second)):
			}
			name := faultNames[t.rng.IntN(len(faultNames))]
			if err := t.strike(ctx, name, n); err != nil && ctx.Err() == nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
			r.faults[name]++
		}
	}()
	return done
}

type trouble struct {
	rig *rig
	rng *rand.Rand
}

func (t trouble) upTo(d time.Duration) time.Duration { return time.Duration(t.rng.Int64N(int64(d))) }

func (t trouble) strike(ctx context.Context, name string, n int) error {
	s := t.rig.spool
	if t.rng.IntN(2) == 0 {
		s = t.rig.queue
	}
	outage := t.upTo(1500 * time.Millisecond)
	switch name {
	case "receiver killed":
		return t.without(ctx, outage, s.Kill, s.Start)
	case "receiver stopped":
		return t.without(ctx, outage, func() error { return s.Stop(ctx) }, s.Start)
	case "receiver paused":
		return t.without(ctx, 2*outage, s.Pause, func(context.Context) error { return s.Resume() })
	case "log file renamed":
		err := os.Rename(filepath.Join(t.rig.logs, "app.log"), filepath.Join(t.rig.logs, fmt.Sprintf("renamed-%d.log", n)))
		if errors.Is(err, fs.ErrNotExist) { // nobody has noticed yet that it was renamed before
			return nil
		}
		return err
	case "sink's mood changed":
		t.rig.mood.now.Store(t.rng.Int32N(moods))
		return nil
	default:
		return t.rig.pipeline.Levels().Set("", slog.Level(4*(t.rng.IntN(3)-1)), 0)
	}
}

// without is what a server does not do for a while.
func (t trouble) without(ctx context.Context, d time.Duration, end func() error, begin func(context.Context) error) error {
	if err := end(); err != nil {
		return err
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
	return begin(context.WithoutCancel(ctx))
}

// makeGood ends all faults.
func (t trouble) makeGood(ctx context.Context) error {
	t.rig.mood.now.Store(0)
	return errors.Join(t.rig.spool.Start(ctx), t.rig.queue.Start(ctx))
}
