// Command soak logs for a long time through a whole pipeline while files, sinks and servers fail at random, and
// checks at the end that memory stayed flat and that the books balance:
//
//	GOWORK=off go -C slogx-loki/integration run ./cmd/soak -for 30m   # or task soak
//
// The pipeline has every stage: metrics, sampling, redaction, tail buffers, and four sinks: a file behind a queue
// that is rotated and compressed, a Loki with a spool, one with a queue in memory, and a sink of records that is
// slow, fails and panics. The servers are receivers that write before they answer, in processes of their own. They
// are killed, stopped and paused; the log file is renamed under its writer.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
)

func main() {
	ran, err := servers.RunReceiver()
	if !ran {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		context.AfterFunc(ctx, stop) // a second signal ends the program at once
		err = command(ctx, os.Args[1:], os.Stdout)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// settings say how long and how hard.
type settings struct {
	duration time.Duration
	rate     int // records a second
	seed     uint64
	dir      string
}

func command(ctx context.Context, args []string, stdout io.Writer) (err error) {
	var s settings
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.DurationVar(&s.duration, "for", 30*time.Minute, "log for this `long`")
	flags.IntVar(&s.rate, "rate", 2000, "log so many `records` a second, and now and then more")
	flags.Uint64Var(&s.seed, "seed", uint64(time.Now().UnixNano()), "of what happens when, as a `number`")
	flags.StringVar(&s.dir, "dir", "", "`folder` for files, which stay there; none: a temporary one, which is removed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "slogx-soak-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	}
	return soak(ctx, s, stdout)
}

// soak runs it all. It returns what is wrong, joined.
func soak(ctx context.Context, s settings, stdout io.Writer) (err error) {
	fmt.Fprintf(stdout, "for %v, %d records a second, seed %d\n", s.duration, s.rate, s.seed)
	r, err := newRig(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()

	loadCtx, cancel := context.WithTimeout(ctx, s.duration)
	defer cancel()
	memory := watchMemory(loadCtx, s.duration)
	trouble := makeTrouble(loadCtx, r, s.seed)
	lost := watchBooks(loadCtx, r)
	r.load(loadCtx, s.rate, s.seed)
	errs := []error{<-trouble, <-lost}
	used := <-memory

	// The end: all is well again, and what waits is delivered.
	endCtx, cancelEnd := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancelEnd()
	if err := r.pipeline.Shutdown(endCtx); err != nil {
		errs = append(errs, fmt.Errorf("shut down: %w", err))
	}
	errs = append(errs, r.check(endCtx), used.check())
	r.report(stdout)
	used.report(stdout)
	return errors.Join(errs...)
}

// endWithin bounds what is done after the load.
const endWithin = 5 * time.Minute
