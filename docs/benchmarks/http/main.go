package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "http:", err)
		os.Exit(1)
	}
}

func run(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("http", flag.ContinueOnError)
	flags.SetOutput(progress)
	rounds := flags.Int("rounds", 49, "how often each peer runs")
	length := flags.Duration("time", 20*time.Millisecond, "how long each run takes")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("parse the command line: %w", err)
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: must be at least 1", *rounds)
	}
	testing.Init() // registers the flag
	if err := flag.Set("test.benchtime", length.String()); err != nil {
		return fmt.Errorf("-time %v: %w", *length, err)
	}

	fmt.Fprintf(out, "%s, %s/%s, %d cores; ns per request above the router's floor (allocations), median of %d rounds of %v each.\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), *rounds, *length)
	for _, s := range sinks {
		fmt.Fprintln(progress, s.name)
		write(out, s, measure(s, *rounds))
	}
	return nil
}

// write writes the table of one sink.
func write(out io.Writer, s sink, m measured) {
	fmt.Fprintf(out, "\n| %s | middleware | ns | allocations | slogx takes, of the peer's time |\n", s.name)
	fmt.Fprint(out, "| --- | --- | ---: | ---: | ---: |\n")
	for i, p := range peers {
		base, our := m.on(floor, p.router), m.on(ours, p.router)
		ratio := ""
		switch p.name {
		case floor:
			continue
		case ours:
		default:
			ratio = fmt.Sprintf("%.2f×", m.ratio(our, i, base))
		}
		fmt.Fprintf(out, "| %s | %s | %.0f | %d | %s |\n", p.router, p.name, m.above(i, base), m.allocs[i]-m.allocs[base], ratio)
	}
}

// measured is what came of all peers.
type measured struct {
	ns     [][]float64 // by peer and round
	allocs []int64     // by peer
}

// measure runs all peers, one after the other, rounds times.
func measure(s sink, rounds int) measured {
	m := measured{make([][]float64, len(peers)), make([]int64, len(peers))}
	for round := range rounds {
		for i := range peers {
			i = (i + round) % len(peers) // nobody always follows the same neighbour's garbage
			r := testing.Benchmark(func(b *testing.B) { bench(b, peers[i], s) })
			m.ns[i] = append(m.ns[i], float64(r.T.Nanoseconds())/float64(r.N))
			m.allocs[i] = r.AllocsPerOp()
		}
	}
	return m
}

// on returns the index of the peer of that name on a router.
func (m measured) on(name, router string) int {
	return slices.IndexFunc(peers, func(p peer) bool { return p.name == name && p.router == router })
}

// above returns the time of peer i without that of its floor.
func (m measured) above(i, base int) float64 {
	return m.median(func(round int) float64 { return m.ns[i][round] - m.ns[base][round] })
}

// ratio returns the time of peer i as a share of that of peer j, both without that of their floor.
func (m measured) ratio(i, j, base int) float64 {
	return m.median(func(round int) float64 {
		return (m.ns[i][round] - m.ns[base][round]) / (m.ns[j][round] - m.ns[base][round])
	})
}

func (m measured) median(of func(round int) float64) float64 {
	s := make([]float64, len(m.ns[0]))
	for round := range s {
		s[round] = of(round)
	}
	slices.Sort(s)
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// response is an http.ResponseWriter without a recorder's costs.
type response struct{ header http.Header }

func (r *response) Header() http.Header { return r.header }

func (*response) Write(p []byte) (int, error) { return len(p), nil }

func (*response) WriteHeader(int) {}
