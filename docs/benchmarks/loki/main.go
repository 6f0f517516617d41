package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// isReceiver tells the program that it is the receiver, in tests too.
const isReceiver = "LOKI_BENCHMARK_RECEIVER"

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "loki:", err)
		os.Exit(1)
	}
}

// settings are what the command line says.
type settings struct {
	rate, records, goroutines int
	length, outage            time.Duration
	unique                    bool
	dir                       string
}

func run(args []string, out, progress io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("loki", flag.ContinueOnError)
	flags.SetOutput(progress)
	flags.IntVar(&s.rate, "rate", 20_000, "records per second of the paced caller")
	flags.DurationVar(&s.length, "time", 5*time.Second, "how long the paced caller logs")
	flags.IntVar(&s.records, "records", 300_000, "how many records are logged without a pause")
	flags.IntVar(&s.goroutines, "goroutines", 4, "by how many goroutines")
	flags.DurationVar(&s.outage, "outage", 10*time.Second, "how long the server is away")
	flags.BoolVar(&s.unique, "unique", false, "give each record an attribute that no other has")
	only := flags.String("peer", "", "measure only peers whose name contains this")
	receiveOn := flags.String("receive", "", "address to listen on: be the receiver")
	file := flags.String("file", "", "the receiver's file")
	hang := flags.Bool("hang", false, "the receiver answers nothing")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("parse the command line: %w", err)
	}
	if *receiveOn != "" {
		return receive(*receiveOn, *file, *hang)
	}
	if s.rate < 1 || s.records < 1 || s.goroutines < 1 {
		return errors.New("-rate, -records and -goroutines must be at least 1")
	}
	dir, err := os.MkdirTemp("", "loki")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s.dir = dir

	fmt.Fprintf(out, "%s, %s/%s, %d cores. Caller: one goroutine at %d records/s for %v. Flood: %d records from %d goroutines.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), s.rate, s.length, s.records, s.goroutines)
	fmt.Fprintf(out, "| | p50 ns | p99.9 ns | records/s until acknowledged | bytes/record | lost "+
		"| longest wait in %v without a server | stops within 1 s of a server that hangs |\n", s.outage)
	fmt.Fprintln(out, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, p := range peers {
		if !strings.Contains(p.name, *only) {
			continue
		}
		fmt.Fprintln(progress, p.name)
		row, err := s.measure(p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Fprintln(out, row)
	}
	return nil
}

// measure returns the row of a peer.
func (s settings) measure(p peer) (string, error) {
	calm, err := s.with(p, "calm", false, false, func(_ *receiver, k sink) ([]time.Duration, error) {
		return s.paced(k, s.length, nil), k.stop(context.Background())
	})
	if err != nil {
		return "", err
	}
	var flood time.Duration
	var got arrived
	_, err = s.with(p, "flood", true, false, func(r *receiver, k sink) (_ []time.Duration, err error) {
		start := time.Now()
		s.flood(k)
		if err := k.stop(context.Background()); err != nil {
			return nil, err
		}
		flood = time.Since(start)
		got, err = r.read()
		return nil, err
	})
	if err != nil {
		return "", err
	}
	outage, err := s.with(p, "outage", false, false, func(r *receiver, k sink) ([]time.Duration, error) {
		waits := s.paced(k, s.outage+2*time.Second, map[time.Duration]func() error{
			time.Second:            func() error { r.kill(); return nil },
			time.Second + s.outage: r.start,
		})
		k.stopWithin(stopLimit) // what is left is not the question
		return waits, nil
	})
	if err != nil {
		return "", err
	}
	stopped := fmt.Sprintf("not in %v", stopLimit)
	_, err = s.with(p, "hang", false, true, func(_ *receiver, k sink) ([]time.Duration, error) {
		for i := range 1000 {
			s.log(k, i)
		}
		if took, ok := k.stopWithin(stopLimit); ok {
			stopped = took.Round(time.Millisecond).String()
		}
		return nil, nil
	})
	return fmt.Sprintf("| %s | %d | %d | %.0f | %.1f | %d | %v | %s |", p.name, quantile(calm, 0.5), quantile(calm, 0.999),
		float64(s.records)/flood.Seconds(), float64(got.bytes)/float64(max(got.all, 1)), s.records-got.distinct,
		slices.Max(outage).Round(time.Microsecond), stopped), err
}

// stopLimit is how long a peer is waited for that does not stop at its deadline.
const stopLimit = 3 * time.Second

// stopWithin stops the sink with a deadline of a second. A peer that knows no deadline is left behind at the
// limit.
func (k sink) stopWithin(limit time.Duration) (took time.Duration, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	start := time.Now()
	done := make(chan struct{})
	go func() {
		defer cancel()
		_ = k.stop(ctx)
		close(done)
	}()
	select {
	case <-done:
		return time.Since(start), true
	case <-time.After(limit):
		return limit, false
	}
}

// with runs f with a receiver and a sink of p.
func (s settings) with(
	p peer, name string, block, hang bool, f func(*receiver, sink) ([]time.Duration, error),
) ([]time.Duration, error) {
	dir, err := os.MkdirTemp(s.dir, name)
	if err != nil {
		return nil, err
	}
	r, err := startReceiver(filepath.Join(dir, "received"), hang)
	if err != nil {
		return nil, err
	}
	defer func() { r.kill() }()
	k, err := p.open("http://"+r.addr, filepath.Join(dir, "spool"), block)
	if err != nil {
		return nil, err
	}
	return f(r, k)
}

var (
	methods = []string{"GET", "POST", "PUT"}
	paths   = []string{"/", "/orders", "/users", "/cart"}
)

// log logs the n-th record. Without -unique its attributes have few values, which is what a peer that makes
// labels of them is meant for.
func (s settings) log(h slog.Handler, n int) time.Duration {
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "request "+strconv.Itoa(n), 0)
	r.AddAttrs(slog.String("method", methods[n%3]), slog.String("path", paths[n%4]), slog.Int("status", 200+n%2),
		slog.Bool("cached", n%5 == 0), slog.String("region", "eu-1"))
	if s.unique {
		r.AddAttrs(slog.Int("order", n))
	}
	start := time.Now()
	_ = h.Handle(context.Background(), r)
	return time.Since(start)
}

// paced logs at the rate, and returns how long each call took. events run beside it, at their time.
func (s settings) paced(h slog.Handler, length time.Duration, events map[time.Duration]func() error) []time.Duration {
	var wg sync.WaitGroup
	defer wg.Wait()
	for at, f := range events {
		wg.Go(func() {
			<-time.After(at)
			_ = f()
		})
	}
	total := int(length.Seconds() * float64(s.rate))
	took := make([]time.Duration, 0, total)
	start := time.Now()
	for n := range total {
		due := start.Add(time.Duration(n) * time.Second / time.Duration(s.rate))
		if d := time.Until(due); d > 0 {
			time.Sleep(d)
		}
		if time.Since(start) > 2*length {
			break // it was held up for good
		}
		took = append(took, s.log(h, n))
	}
	return took
}

// flood logs all records, as quickly as it can.
func (s settings) flood(h slog.Handler) {
	var wg sync.WaitGroup
	for g := range s.goroutines {
		wg.Go(func() {
			for n := g; n < s.records; n += s.goroutines {
				s.log(h, n)
			}
		})
	}
	wg.Wait()
}

func quantile(d []time.Duration, q float64) int64 {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[min(int(float64(len(d))*q), len(d)-1)].Nanoseconds()
}
