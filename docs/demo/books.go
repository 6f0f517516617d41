package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slogx-go/slogx/slogx"
)

// books hold what the pipeline says that it delivered against what is in the log file.
type books struct {
	path    string
	before  int  // records that were in the file when the program started
	certain bool // that records stay there to be counted
}

func openBooks(s settings) (*books, error) {
	b := &books{certain: true}
	b.path, _ = s.Lookup("SLOGX_FILE_PATH")
	for _, name := range []string{"SLOGX_FILE_MAX_BACKUPS", "SLOGX_FILE_MAX_AGE"} {
		if _, ok := s.Lookup(name); ok {
			b.certain = false
		}
	}
	if info, err := os.Stat(b.path); err == nil && !info.Mode().IsRegular() {
		b.certain = false // a pipe, or a device
	}
	if !b.certain {
		return b, nil
	}
	var err error
	b.before, err = b.count()
	return b, err
}

// close prints the books, and returns an error if they do not add up.
func (b *books) close(w io.Writer, stats slogx.Stats, sent tally) error {
	fmt.Fprintf(w, "\n%d requests: %d × 2xx, %d × 4xx, %d × 5xx, %d without a response\n\n",
		sent.total(), sent[2], sent[4], sent[5], sent[0])
	fmt.Fprintf(w, "%-10s %10s %10s %10s %10s %10s\n", "sink", "accepted", "delivered", "dropped", "queued", "spooled")
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(stats.Sinks)) {
		s := stats.Sinks[name]
		fmt.Fprintf(w, "%-10s %10d %10d %10d %10d %10d", name, s.Accepted, s.Delivered, s.DroppedTotal(), s.Queued, s.Spooled)
		for _, reason := range slices.Sorted(maps.Keys(s.Dropped)) {
			fmt.Fprintf(w, "  (%s: %d)", reason, s.Dropped[reason])
		}
		fmt.Fprintln(w)
		if sum := s.Delivered + s.DroppedTotal() + s.Queued + s.Spooled; sum != s.Accepted {
			errs = append(errs, fmt.Errorf("sink %s accepted %d records and accounts for %d", name, s.Accepted, sum))
		}
	}
	fmt.Fprintf(w, "\nbefore any sink: %d records sampled away, %d held for requests that then went well\n",
		stats.Sampled, stats.Discarded)
	if file, ok := stats.Sinks["file"]; ok {
		fmt.Fprintf(w, "log file: %s\n", b.path)
		errs = append(errs, b.compare(w, file.Delivered))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the books: %w", err)
	}
	fmt.Fprintln(w, "The books add up: accepted = delivered + dropped + queued + spooled.")
	return nil
}

// compare reads the file back.
func (b *books) compare(w io.Writer, delivered uint64) error {
	if !b.certain {
		return nil
	}
	after, err := b.count()
	if err != nil {
		return err
	}
	read := after - b.before
	fmt.Fprintf(w, "%d records read back from it\n", read)
	if uint64(read) != delivered {
		return fmt.Errorf("the sink file delivered %d records, and %d whole ones are there", delivered, read)
	}
	return nil
}

// count returns how many records there are in the file and in its backups.
func (b *books) count() (int, error) {
	ext := filepath.Ext(b.path)
	paths, err := filepath.Glob(strings.TrimSuffix(b.path, ext) + "-*" + ext + "*")
	if err != nil {
		return 0, fmt.Errorf("find the backups of %s: %w", b.path, err)
	}
	total := 0
	for _, path := range append(paths, b.path) {
		n, err := countIn(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("read %s back: %w", path, err)
		}
		total += n
	}
	return total, nil
}

func countIn(path string) (n int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var r io.Reader = f
	if filepath.Ext(path) == ".gz" {
		if r, err = gzip.NewReader(f); err != nil {
			return 0, err
		}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Bytes()
		switch {
		case bytes.HasPrefix(line, []byte("    │")): // the console's form: more of the record above
		case bytes.Contains(line, []byte("log records lost")): // the queue's own record, which is in no books
		case bytes.HasPrefix(line, []byte("{")) && !json.Valid(line): // a broken record is none
		default:
			n++
		}
	}
	return n, lines.Err()
}
