package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
)

// queueLoad is what every queue has to carry.
type queueLoad struct {
	paced      int           // records that one goroutine logs
	every      time.Duration // one of them each
	flood      int           // records that the goroutines log without a pause
	goroutines int
}

// queueResult is what one peer made of the load.
type queueResult struct {
	p50, p999 float64 // ns that a paced caller waits for its log call
	allocs    float64 // allocations per paced record, those of the peer's own goroutines among them
	rate      float64 // records per second of the flood, until the last one is in the file
	lost      int     // records not found in the file
}

func runQueue(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("benchmarks queue", flag.ContinueOnError)
	flags.SetOutput(progress)
	rounds := flags.Int("rounds", 5, "how often each peer runs")
	records := flags.Int("records", 1_100_000, "records that each peer is given in a round: a part in 11 paced, the rest at once")
	rate := flags.Int("rate", 100_000, "records per second while they are paced")
	goroutines := flags.Int("goroutines", 4, "goroutines that log the rest without a pause")
	dir := flags.String("dir", "", "where the files are written (default the temporary directory)")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("parse the command line: %w", err)
	}
	if *rounds < 1 || *records < 11 || *rate < 1 || *goroutines < 1 {
		return fmt.Errorf("-rounds %d, -records %d, -rate %d, -goroutines %d: must be at least 1, 11, 1 and 1",
			*rounds, *records, *rate, *goroutines)
	}
	load := queueLoad{
		paced: *records / 11, every: time.Second / time.Duration(*rate), goroutines: *goroutines,
	}
	load.flood = *records - load.paced

	results := make([][]queueResult, len(queuePeers))
	err := interleave(*rounds, len(queuePeers), func(round, i int) error {
		fmt.Fprintf(progress, "round %d of %d: %s\n", round+1, *rounds, queuePeers[i].name)
		r, err := measureQueue(queuePeers[i], load, *dir)
		results[i] = append(results[i], r)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, medians of %d rounds: %d records at %d/s from one goroutine, then %d from %d that never pause.\n",
		machine(), *rounds, load.paced, *rate, load.flood, load.goroutines)
	writeQueueTables(out, results)
	return nil
}

// measureQueue puts the load on p once.
func measureQueue(p queuePeer, load queueLoad, dir string) (r queueResult, err error) {
	dir, err = os.MkdirTemp(dir, "benchmarks")
	if err != nil {
		return r, fmt.Errorf("make a folder for the log: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // what is left lies in the temporary directory
	path := filepath.Join(dir, "log")
	h, closePeer, err := p.open(path)
	if err != nil {
		return r, fmt.Errorf("open %s: %w", p.name, err)
	}
	l := slog.New(h)
	took := make([]time.Duration, load.paced)
	runtime.GC()
	r.allocs = allocations(func() { logPaced(l, took, load.every) }) / float64(load.paced)
	start := time.Now()
	logFlood(l, load)
	if err := closePeer(); err != nil {
		return r, fmt.Errorf("close %s: %w", p.name, err)
	}
	r.rate = float64(load.flood) / time.Since(start).Seconds()
	slices.Sort(took)
	r.p50, r.p999 = percentile(took, 0.5), percentile(took, 0.999)
	if p.writes {
		r.lost, err = countLost(path, load.paced+load.flood)
	}
	return r, err
}

// logPaced logs a record every so often and notes how long each call took. It does not sleep between
// them: a program that logs does other work, and one that sleeps would measure how it wakes up.
func logPaced(l *slog.Logger, took []time.Duration, every time.Duration) {
	ctx := context.Background()
	start := time.Now()
	for i := range took {
		due := time.Duration(i) * every
		before := time.Since(start)
		for before < due {
			before = time.Since(start)
		}
		logID(ctx, l, i)
		took[i] = time.Since(start) - before
	}
}

// logFlood logs the records that are not paced, from all goroutines at once.
func logFlood(l *slog.Logger, load queueLoad) {
	var wg sync.WaitGroup
	for g := range load.goroutines {
		wg.Go(func() {
			ctx := context.Background()
			for i := g; i < load.flood; i += load.goroutines {
				logID(ctx, l, load.paced+i)
			}
		})
	}
	wg.Wait()
}

// logID logs record number id.
func logID(ctx context.Context, l *slog.Logger, id int) {
	l.LogAttrs(ctx, slog.LevelInfo, "request served",
		slog.String("method", "GET"),
		slog.String("path", "/api/v1/orders/4711"),
		slog.Int("status", 200),
		slog.Duration("elapsed", 1234567*time.Nanosecond),
		slog.Int("id", id),
	)
}

// queueLine is a line as logID makes it.
type queueLine struct {
	Time    time.Time `json:"time"`
	Level   string    `json:"level"`
	Msg     string    `json:"msg"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Status  int       `json:"status"`
	Elapsed int64     `json:"elapsed"`
	ID      int       `json:"id"`
}

// countLost returns how many of the records 0 to n-1 have no line of their own in the file. A line that
// does not parse, or has another value than was logged, is no record.
func countLost(path string, n int) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("read the log: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	found := make([]bool, n)
	lost := n
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var l queueLine
		if json.Unmarshal(lines.Bytes(), &l) != nil || l.ID < 0 || l.ID >= n || found[l.ID] {
			continue
		}
		want := queueLine{
			Time: l.Time, Level: "INFO", Msg: "request served",
			Method: "GET", Path: "/api/v1/orders/4711", Status: 200, Elapsed: 1234567, ID: l.ID,
		}
		if l == want && !l.Time.IsZero() {
			found[l.ID] = true
			lost--
		}
	}
	if err := lines.Err(); err != nil {
		return 0, fmt.Errorf("read the log: %w", err)
	}
	return lost, nil
}

// allocations returns how many allocations the program makes while f runs.
func allocations(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}

// percentile returns the value of sorted, which is not empty, below which a share of p lies.
func percentile(sorted []time.Duration, p float64) float64 {
	return float64(sorted[min(len(sorted)-1, int(p*float64(len(sorted))))])
}

// writeQueueTables writes the figures, and ours as shares of those of the others. The best peer is the
// best of each round among those that lost nothing.
func writeQueueTables(out io.Writer, results [][]queueResult) {
	rows := make([][]string, 0, len(queuePeers))
	for i, p := range queuePeers {
		lost := "–"
		if p.writes {
			lost = strconv.Itoa(slices.MaxFunc(results[i], func(a, b queueResult) int { return a.lost - b.lost }).lost)
		}
		rows = append(rows, []string{
			p.name,
			fmt.Sprintf("%.0f", medianOf(results[i], func(r queueResult) float64 { return r.p50 })),
			fmt.Sprintf("%.0f", medianOf(results[i], func(r queueResult) float64 { return r.p999 })),
			fmt.Sprintf("%.2f", medianOf(results[i], func(r queueResult) float64 { return r.allocs })),
			fmt.Sprintf("%.0f", medianOf(results[i], func(r queueResult) float64 { return r.rate })),
			lost,
		})
	}
	writeTable(out, 1, []string{"To a file, 5 attributes", "p50 ns", "p99.9 ns", "allocations", "records/s", "lost, at most"}, rows)

	best := make([]queueResult, len(results[0]))
	for round := range best {
		best[round] = bestOf(results, round)
	}
	rows = rows[:0]
	for i, p := range queuePeers {
		if p.writes && i != ourPeer {
			rows = append(rows, queueRatios(p.name, results[ourPeer], results[i]))
		}
	}
	rows = append(rows, queueRatios("the best that loses nothing", results[ourPeer], best))
	writeTable(out, 1, []string{"slogx against", "p50", "p99.9", "records/s"}, rows)
}

// bestOf returns the best figures that peers which lost nothing have in a round.
func bestOf(results [][]queueResult, round int) queueResult {
	var best queueResult
	for i, p := range queuePeers {
		r := results[i][round]
		if !p.writes || i == ourPeer || r.lost > 0 {
			continue
		}
		if best.p50 == 0 {
			best = r
		}
		best.p50, best.p999, best.rate = min(best.p50, r.p50), min(best.p999, r.p999), max(best.rate, r.rate)
	}
	return best
}

func queueRatios(name string, ours, theirs []queueResult) []string {
	ratio := func(get func(queueResult) float64) string {
		ratios := make([]float64, len(ours))
		for round := range ratios {
			ratios[round] = get(ours[round]) / get(theirs[round])
		}
		return fmt.Sprintf("%.2f×", median(ratios))
	}
	return []string{
		name,
		ratio(func(r queueResult) float64 { return r.p50 }),
		ratio(func(r queueResult) float64 { return r.p999 }),
		ratio(func(r queueResult) float64 { return r.rate }),
	}
}

func medianOf(results []queueResult, get func(queueResult) float64) float64 {
	s := make([]float64, len(results))
	for i, r := range results {
		s[i] = get(r)
	}
	return median(s)
}
