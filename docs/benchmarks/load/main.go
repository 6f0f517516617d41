// Command load puts load on a queue whose sink is slow, stalls or fails, and closes the books. From the
// root of the repository:
//
//	go -C docs/benchmarks run ./load -rate 50000 -delay 1ms -overflow drop_newest -duration 10s
//
// It prints how long the callers waited, how many records went through, the memory of the process over
// time, and what became of every record: by the callers, by the books of the queue, and by a receiver that
// counts what arrives itself. It exits with 1 if these do not agree.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/async"
)

func main() {
	err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// config is the load, and what it is put on.
type config struct {
	rate, goroutines, recordSize, queueSize   int
	duration, delay, stall, stallEvery, grace time.Duration
	errors, warn                              float64
	form                                      string
	overflow                                  async.Overflow
	every                                     time.Duration
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	c, err := parse(args, progress)
	if err != nil {
		return err
	}
	r := newReceiver(c)
	q := openQueue(c, r)
	memory := watchMemory(c.every, progress)
	callers := generate(ctx, c, q.handler)
	beforeEnd := q.Stats()
	r.lift()
	end, cancel := context.WithTimeout(ctx, c.grace)
	defer cancel()
	shutdownErr := q.Shutdown(end)
	report := report{
		config: c, callers: callers, before: beforeEnd, books: q.Stats(), received: r.counts(),
		memory: memory.stop(), shutdown: shutdownErr,
	}
	report.write(out)
	return report.check()
}

func parse(args []string, progress io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.SetOutput(progress)
	flags.IntVar(&c.rate, "rate", 100_000, "records per second of all goroutines together; 0 for as many as they can")
	flags.IntVar(&c.goroutines, "goroutines", 4, "goroutines that log")
	flags.DurationVar(&c.duration, "duration", 10*time.Second, "how long they log")
	flags.IntVar(&c.recordSize, "record", 200, "size in bytes of a record's line, about")
	flags.Float64Var(&c.warn, "warn", 0.01, "share of records of level WARN, which a queue keeps before others")
	flags.StringVar(&c.form, "form", "writer", "the queue: writer (of lines) or handler (of records)")
	flags.IntVar(&c.queueSize, "queue", async.DefaultCapacity, "capacity of the queue in bytes")
	flags.Func("overflow", "what a full queue does: block (default), drop_newest, drop_oldest or sample", func(s string) error {
		c.overflow = async.Overflow(s)
		return (&async.WriterOptions{Overflow: c.overflow}).Validate()
	})
	flags.DurationVar(&c.delay, "delay", 0, "how long the sink takes for each call")
	flags.DurationVar(&c.stall, "stall", 0, "how long the sink stalls, now and then")
	flags.DurationVar(&c.stallEvery, "stall-every", 2*time.Second, "how often it does")
	flags.Float64Var(&c.errors, "errors", 0, "share of the sink's calls that fail")
	flags.DurationVar(&c.grace, "grace", 30*time.Second, "how long the queue has at the end to deliver what is left")
	flags.DurationVar(&c.every, "every", time.Second, "how often the memory is looked at")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	return c, c.validate()
}

func (c config) validate() error {
	for _, s := range []struct {
		flag   string
		ok     bool
		wanted string
	}{
		{"rate", c.rate >= 0, "0 or more"},
		{"goroutines", c.goroutines > 0, "at least 1"},
		{"duration", c.duration > 0, "more than 0"},
		{"record", c.recordSize > 0, "more than 0"},
		{"queue", c.queueSize > 0, "more than 0"},
		{"stall-every", c.stallEvery > 0, "more than 0"},
		{"every", c.every > 0, "more than 0"},
		{"errors", c.errors >= 0 && c.errors <= 1, "from 0 to 1"},
		{"warn", c.warn >= 0 && c.warn <= 1, "from 0 to 1"},
		{"form", c.form == "writer" || c.form == "handler", "writer or handler"},
	} {
		if !s.ok {
			return fmt.Errorf("-%s: must be %s", s.flag, s.wanted)
		}
	}
	return nil
}
