package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
	"github.com/slogx-go/slogx/slogx/chain"
)

// watchBooks checks all the while that the books add up, and that the metrics can be gathered. What was wrong first
// is in the channel when ctx has ended.
func watchBooks(ctx context.Context, r *rig) <-chan error {
	done := make(chan error, 1)
	go func() {
		var first error
		ticker := time.NewTicker(200 * time.Millisecond)
		defer ticker.Stop()
		for {
			_, err := r.registry.Gather()
			if err = errors.Join(err, r.unbalanced()); first == nil {
				first = err
			}
			select {
			case <-ctx.Done():
				done <- first
				return
			case <-ticker.C:
			}
		}
	}()
	return done
}

func (r *rig) unbalanced() error {
	var errs []error
	for name, st := range r.pipeline.Stats().Sinks {
		if sum := st.Delivered + st.DroppedTotal() + st.Queued + st.Spooled; st.Accepted != sum {
			errs = append(errs, fmt.Errorf("books of %s: accepted %d, but the rest adds up to %d", name, st.Accepted, sum))
		}
	}
	return errors.Join(errs...)
}

// counted is what is at the end of a sink.
type counted struct{ distinct, twice int }

// check compares the books with what is in the files and at the receivers.
func (r *rig) check(ctx context.Context) error {
	errs := []error{r.unbalanced()}
	r.found = make(map[string]counted)
	stats := r.pipeline.Stats().Sinks
	for name, count := range map[string]func(context.Context, *ids) error{
		fileSink:  func(_ context.Context, seen *ids) error { return r.readFiles(seen) },
		spoolSink: func(ctx context.Context, seen *ids) error { return readReceiver(ctx, r.spool, seen) },
		queueSink: func(ctx context.Context, seen *ids) error { return readReceiver(ctx, r.queue, seen) },
	} {
		seen := newIDs(r.logged.Load())
		if err := count(ctx, seen); err != nil {
			errs = append(errs, fmt.Errorf("read what is at the sink %s: %w", name, err))
		}
		r.found[name] = seen.counted
		st := stats[name]
		if st.Queued+st.Spooled > 0 || st.Delivered != uint64(seen.distinct) {
			errs = append(errs, fmt.Errorf("books of %s: %+v, but %d records are there", name, st, seen.distinct))
		}
	}
	if st := stats[spoolSink]; st.DroppedTotal() > 0 {
		errs = append(errs, fmt.Errorf("books of %s: %+v: a sink with a spool lost records", spoolSink, st))
	}
	if st := stats[fileSink]; st.DroppedTotal() > 0 || r.found[fileSink].twice > 0 {
		errs = append(errs, fmt.Errorf("books of %s: %+v: want none lost, and none there twice", fileSink, st))
	}
	if st := stats[moodySink]; st.Dropped[chain.ReasonError]+st.Dropped[chain.ReasonPanic] > 0 && st.Delivered == 0 {
		errs = append(errs, fmt.Errorf("books of %s: %+v: it never recovered", moodySink, st))
	}
	return errors.Join(errs...)
}

// readFiles reads the log file, those that were renamed, and the compressed ones.
func (r *rig) readFiles(seen *ids) error {
	paths, err := filepath.Glob(filepath.Join(r.logs, "*"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		if !strings.Contains(filepath.Base(path), ".log") {
			continue
		}
		if err := readFile(path, seen); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func readFile(path string, seen *ids) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it is read
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return err
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if len(lines.Bytes()) > 0 {
			if err := seen.add(lines.Bytes()); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

func readReceiver(ctx context.Context, s *servers.Receiver, seen *ids) error {
	return s.Each(ctx, time.Time{}, func(e servers.Entry) error { return seen.add([]byte(e.Line)) })
}

// ids are the records that were seen.
type ids struct {
	counted

	seen []bool
}

func newIDs(n int64) *ids { return &ids{seen: make([]bool, n+1)} }

// add notes the record of a line. A line that is none of ours, or shows the secret, is an error.
func (s *ids) add(line []byte) error {
	if bytes.Contains(line, []byte(secret)) {
		return fmt.Errorf("the secret is in %s", line)
	}
	_, rest, ok := bytes.Cut(line, []byte(`"id":`))
	end := bytes.IndexAny(rest, ",}")
	if !ok || end < 0 || line[len(line)-1] != '}' {
		return fmt.Errorf("not a record: %q", line)
	}
	id, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	if err != nil || id <= 0 || id >= int64(len(s.seen)) {
		return fmt.Errorf("not a record: %q", line)
	}
	if s.seen[id] {
		s.twice++
		return nil
	}
	s.seen[id] = true
	s.distinct++
	return nil
}
