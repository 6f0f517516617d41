package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "redact: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("redact", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	rounds := flags.Int("rounds", 7, "rounds")
	length := flags.Duration("time", 100*time.Millisecond, "length of a round")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: want at least 1", *rounds)
	}
	testing.Init() // registers the flag
	if err := flag.Set("test.benchtime", length.String()); err != nil {
		return fmt.Errorf("-time %v: %w", *length, err)
	}
	peers, err := newPeers()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %s/%s, %d cores, median of %d rounds of %v each.\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.GOMAXPROCS(0), *rounds, *length)
	fmt.Fprintf(out, "| ns per line (allocations) | %s | %s | %s | gitleaks / slogx |\n| --- | ---: | ---: | ---: | ---: |\n",
		peers[0].name, peers[1].name, peers[2].name)
	for _, c := range cases {
		writeRow(out, c, peers, *rounds)
	}
	return nil
}

// writeRow measures all peers, one after the other, rounds times.
func writeRow(out io.Writer, c lines, peers []peer, rounds int) {
	ns := make([][]float64, len(peers))
	allocs := make([]int64, len(peers))
	ratios := make([]float64, rounds)
	for round := range rounds {
		for i, p := range peers {
			r := testing.Benchmark(func(b *testing.B) { bench(b, c, p) })
			ns[i] = append(ns[i], float64(r.T.Nanoseconds())/float64(r.N))
			allocs[i] = r.AllocsPerOp()
		}
		ratios[round] = ns[gitleaks][round] / ns[ours][round]
	}
	fmt.Fprintf(out, "| %s |", c.name)
	for i := range peers {
		fmt.Fprintf(out, " %.0f (%d) |", median(ns[i]), allocs[i])
	}
	fmt.Fprintf(out, " %.0f× |\n", median(ratios))
}

func median(s []float64) float64 {
	s = slices.Sorted(slices.Values(s))
	return s[len(s)/2]
}
