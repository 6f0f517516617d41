package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sql:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("sql", flag.ContinueOnError)
	rounds := flags.Int("rounds", 99, "how often each peer runs")
	length := flags.Int("n", 5000, "how many statements each run has")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("parse the command line: %w", err)
	}
	if *rounds < 1 || *length < 1 {
		return fmt.Errorf("-rounds %d -n %d: must be at least 1", *rounds, *length)
	}
	fmt.Fprintf(out, "%s %s/%s, %d CPUs; median of %d rounds of %d statements each\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *rounds, *length)
	var all []figures
	for _, w := range works {
		f, err := measure(w, *rounds, *length)
		if err != nil {
			return fmt.Errorf("measure %s: %w", w.name, err)
		}
		all = append(all, f)
	}
	printAdded(out, all)
	printRatios(out, all)
	return nil
}

// figures are the measurements of one work.
type figures struct {
	ns     [][]float64 // by peer and round: of a statement
	allocs []float64   // by peer: of a statement
}

// measure runs all peers, one after the other, rounds times.
func measure(w work, rounds, n int) (f figures, err error) {
	f = figures{ns: make([][]float64, len(peers)), allocs: make([]float64, len(peers))}
	does := make([]func() error, len(peers))
	for i, p := range peers {
		db, openErr := p.open()
		if openErr != nil {
			return f, fmt.Errorf("open %s: %w", p.name, openErr)
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		if does[i], err = w.do(db); err != nil {
			return f, fmt.Errorf("prepare %s: %w", p.name, err)
		}
	}
	for round := range rounds {
		for i := range peers {
			i = (i + round) % len(peers) // nobody always follows the same neighbor's garbage
			ns, allocs, err := repeat(does[i], n)
			if err != nil {
				return f, fmt.Errorf("run %s: %w", peers[i].name, err)
			}
			f.ns[i] = append(f.ns[i], ns)
			f.allocs[i] = allocs
		}
	}
	return f, nil
}

func repeat(do func() error, n int) (ns, allocs float64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	for range n {
		if err := do(); err != nil {
			return 0, 0, err
		}
	}
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	return float64(took.Nanoseconds()) / float64(n), float64(after.Mallocs-before.Mallocs) / float64(n), nil
}

// added returns what peer i adds to the bare driver: ns and allocations.
func (f figures) added(i int) (ns, allocs float64) {
	return f.perRound(func(round int) float64 { return f.ns[i][round] - f.ns[bare][round] }), f.allocs[i] - f.allocs[bare]
}

// ratio returns what we add as a share of what peer i adds.
func (f figures) ratio(i int) float64 {
	return f.perRound(func(round int) float64 {
		return (f.ns[ours][round] - f.ns[bare][round]) / (f.ns[i][round] - f.ns[bare][round])
	})
}

// perRound returns the median of what of says about each round.
func (f figures) perRound(of func(round int) float64) float64 {
	values := make([]float64, 0, len(f.ns[bare]))
	for round := range f.ns[bare] {
		values = append(values, of(round))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func printAdded(out io.Writer, all []figures) {
	fmt.Fprint(out, "| ns added to a statement (allocations) | bare driver |")
	for _, p := range peers[ours:] {
		fmt.Fprintf(out, " %s |", p.name)
	}
	fmt.Fprintf(out, "\n| --- |%s\n", strings.Repeat(" ---: |", len(peers)))
	for i, f := range all {
		ns := f.perRound(func(round int) float64 { return f.ns[bare][round] })
		fmt.Fprintf(out, "| %s | %.0f (%.0f) |", works[i].name, ns, f.allocs[bare])
		for p := ours; p < len(peers); p++ {
			ns, allocs := f.added(p)
			fmt.Fprintf(out, " +%.0f (+%.0f) |", ns, allocs)
		}
		fmt.Fprintln(out)
	}
}

func printRatios(out io.Writer, all []figures) {
	fmt.Fprint(out, "\n| slogx adds, of what the peer adds |")
	for _, p := range peers[ours+1:] {
		fmt.Fprintf(out, " %s |", p.name)
	}
	fmt.Fprintf(out, "\n| --- |%s\n", strings.Repeat(" ---: |", len(peers)-ours-1))
	for i, f := range all {
		fmt.Fprintf(out, "| %s |", works[i].name)
		for p := ours + 1; p < len(peers); p++ {
			fmt.Fprintf(out, " %.2f× |", f.ratio(p))
		}
		fmt.Fprintln(out)
	}
}
