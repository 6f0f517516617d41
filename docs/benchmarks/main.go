package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
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

// commands are what there is to measure beside the handlers.
var commands = map[string]func(args []string, out, progress io.Writer) error{
	"queue":  runQueue,
	"rotate": runRotate,
	"stages": runStages,
}

func run(args []string, out, progress io.Writer) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return runHandlers(args, out, progress)
	}
	command, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("no command %q; there are %s", args[0], strings.Join(slices.Sorted(maps.Keys(commands)), ", "))
	}
	return command(args[1:], out, progress)
}

func runHandlers(args []string, out, progress io.Writer) error {
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
	if err := setBenchTime(*length); err != nil {
		return err
	}

	fmt.Fprintf(out, "%s, median of %d rounds of %v each.\n", machine(), *rounds, *length)
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
			writeOp(out, o, rows)
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

func writeOp(out io.Writer, o op, rows []row) {
	table := func(title string, peers []peer, cell func(r row, i int) string) {
		header := append(make([]string, 0, 1+len(peers)), title)
		for _, p := range peers {
			header = append(header, p.name)
		}
		first := len(o.peers) - len(peers)
		cells := make([][]string, 0, len(rows))
		for _, r := range rows {
			line := append(make([]string, 0, 1+len(peers)), r.name)
			for i := range peers {
				line = append(line, cell(r, first+i))
			}
			cells = append(cells, line)
		}
		writeTable(out, 1, header, cells)
	}
	others := o.peers[ourPeer+1:]
	table(o.name+": ns per record (allocations)", o.peers, func(r row, i int) string {
		return fmt.Sprintf("%.0f (%d)", r.time(i), r.allocs[i])
	})
	table("slogx takes, of the peer's time", others, func(r row, i int) string { return fmt.Sprintf("%.2f×", r.ratio(i)) })
	table("the same without the floor", others, func(r row, i int) string { return fmt.Sprintf("%.2f×", r.ratioWithoutFloor(i)) })
}

// writeTable writes a Markdown table, whose first columns are text and the others figures.
func writeTable(out io.Writer, text int, header []string, rows [][]string) {
	fmt.Fprintf(out, "\n| %s |\n|%s%s\n", strings.Join(header, " | "),
		strings.Repeat(" --- |", text), strings.Repeat(" ---: |", len(header)-text))
	for _, r := range rows {
		fmt.Fprintf(out, "| %s |\n", strings.Join(r, " | "))
	}
}

// machine says where the figures come from.
func machine() string {
	return fmt.Sprintf("%s, %s/%s, %d cores", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
}

// setBenchTime sets how long [testing.Benchmark] runs.
func setBenchTime(d time.Duration) error {
	testing.Init() // registers the flag
	if err := flag.Set("test.benchtime", d.String()); err != nil {
		return fmt.Errorf("-time %v: %w", d, err)
	}
	return nil
}
