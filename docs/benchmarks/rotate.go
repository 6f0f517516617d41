package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/DeRuina/timberjack"
	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/slogx-go/slogx/slogx/rotate"
)

// lineSize is the size in bytes of the lines written to rotating files.
const lineSize = 200

// A filePeer is a file that rotates when it is larger than a limit that the measurement does not reach.
type filePeer struct {
	name string
	open func(path string) (io.WriteCloser, error)
}

// The first is the floor, the second ours, as in ops.
var filePeers = []filePeer{
	{"os.File", func(path string) (io.WriteCloser, error) {
		return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	}},
	{"slogx/rotate", func(path string) (io.WriteCloser, error) {
		return rotate.Open(path, &rotate.Options{MaxSize: 1 << 40, MaxBackups: 3, Compress: true})
	}},
	{"lumberjack", func(path string) (io.WriteCloser, error) {
		return &lumberjack.Logger{Filename: path, MaxSize: 1 << 20, MaxBackups: 3, Compress: true}, nil
	}},
	{"timberjack", func(path string) (io.WriteCloser, error) {
		return &timberjack.Logger{Filename: path, MaxSize: 1 << 20, MaxBackups: 3, Compression: "gzip"}, nil
	}},
}

func runRotate(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("benchmarks rotate", flag.ContinueOnError)
	flags.SetOutput(progress)
	rounds := flags.Int("rounds", 999, "how often each peer runs")
	writes := flags.Int("writes", 500, "how many lines each run writes")
	dir := flags.String("dir", "", "where the files are written (default the temporary directory)")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("parse the command line: %w", err)
	}
	if *rounds < 1 || *writes < 1 {
		return fmt.Errorf("-rounds %d, -writes %d: must be at least 1", *rounds, *writes)
	}
	f, err := measureRotate(*rounds, *writes, *dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, median of %d rounds of %d writes of %d bytes each.\n", machine(), *rounds, *writes, lineSize)
	var rows [][]string
	for i, p := range filePeers {
		rows = append(rows, []string{
			p.name, fmt.Sprintf("%.0f", f.time(i)), fmt.Sprintf("%.3f×", f.share(i, floorPeer)), strconv.FormatInt(f.allocs[i], 10),
		})
	}
	writeTable(out, 1, []string{"A write of 200 bytes", "ns", "of os.File", "allocations"}, rows)
	return nil
}

func measureRotate(rounds, writes int, dir string) (f figures, err error) {
	dir, err = os.MkdirTemp(dir, "benchmarks")
	if err != nil {
		return f, fmt.Errorf("make a folder for the files: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // what is left lies in the temporary directory
	files := make([]io.WriteCloser, len(filePeers))
	for i, p := range filePeers {
		if files[i], err = p.open(filepath.Join(dir, strconv.Itoa(i))); err == nil {
			defer files[i].Close() //nolint:errcheck // nobody reads what was written
			_, err = files[i].Write([]byte("opens the file\n"))
		}
		if err != nil {
			return f, fmt.Errorf("open %s: %w", p.name, err)
		}
	}
	line := append(bytes.Repeat([]byte{'x'}, lineSize-1), '\n')
	f = newFigures(len(files))
	err = interleave(rounds, len(files), func(_, i int) error {
		var err error
		start := time.Now()
		allocs := allocations(func() {
			start = time.Now()
			for range writes {
				if _, e := files[i].Write(line); e != nil {
					err = fmt.Errorf("write to %s: %w", filePeers[i].name, e)
				}
			}
			f.ns[i] = append(f.ns[i], float64(time.Since(start).Nanoseconds())/float64(writes))
		})
		f.allocs[i] = int64(allocs) / int64(writes)
		return err
	})
	return f, err
}
