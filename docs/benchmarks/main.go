package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

func run(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("benchmarks", flag.ContinueOnError)
	flags.SetOutput(progress)
	rounds := flags.Int("rounds", 99, "how often each peer runs")
	length := flags.Duration("time", 10*time.Millisecond, "how long each run takes")
	name := flags.String("run", "", "only the cases whose Op/case matches this regular expression")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("parse the command line: %w", err)
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: must be at least 1", *rounds)
	}
	match, err := regexp.Compile(*name)
	if err != nil {
		return fmt.Errorf("-run %q: %w", *name, err)
	}
	testing.Init() // registers the flag that testing.Benchmark reads
	if err := flag.Set("test.benchtime", length.String()); err != nil {
		return fmt.Errorf("-time %v: %w", *length, err)
	}

	fmt.Fprintf(out, "%s, %s/%s, %d cores, median of %d rounds of %v each.\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), *rounds, *length)
	found := false
	for _, o := range ops {
		var rows []row
		for _, w := range workloads {
			if name := o.name + "/" + w.name; match.MatchString(name) {
				fmt.Fprintln(progress, name)
				rows = append(rows, row{w.name, measure(w, o.peers, *rounds)})
			}
		}
		if len(rows) > 0 {
			writeTables(out, o, rows)
			found = true
		}
	}
	if !found {
		return fmt.Errorf("-run %q: no such case", *name)
	}
	return nil
}

// row is a workload and what came of it.
type row struct {
	name string
	figures
}

func writeTables(out io.Writer, o op, rows []row) {
	peers := make([]int, len(o.peers))
	for i := range peers {
		peers[i] = i
	}
	others := peers[ourPeer+1:]
	writeTable(out, o, rows, peers, o.name+": ns per record (allocations)", func(r row, i int) string {
		return fmt.Sprintf("%.0f (%d)", r.time(i), r.allocs[i])
	})
	writeTable(out, o, rows, others, "slogx takes, of the peer's time", func(r row, i int) string {
		return fmt.Sprintf("%.2f×", r.ratio(i))
	})
	writeTable(out, o, rows, others, "the same without the floor", func(r row, i int) string {
		return fmt.Sprintf("%.2f×", r.ratioWithoutFloor(i))
	})
}

func writeTable(out io.Writer, o op, rows []row, peers []int, title string, cell func(row, int) string) {
	fmt.Fprintf(out, "\n| %s |", title)
	for _, i := range peers {
		fmt.Fprintf(out, " %s |", o.peers[i].name)
	}
	fmt.Fprintf(out, "\n| --- |%s\n", strings.Repeat(" ---: |", len(peers)))
	for _, r := range rows {
		fmt.Fprintf(out, "| %s |", r.name)
		for _, i := range peers {
			fmt.Fprintf(out, " %s |", cell(r, i))
		}
		fmt.Fprintln(out)
	}
}
