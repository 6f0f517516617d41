package spool

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// box is a Spool under test with what it reports.
type box struct {
	*Spool
	found Found

	mu      sync.Mutex
	evicted uint64
	errs    []error
}

func open(t *testing.T, dir string, opts Options) *box {
	t.Helper()
	b, err := tryOpen(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func tryOpen(dir string, opts Options) (*box, error) {
	b := &box{}
	if opts.MaxBytes == 0 {
		opts.MaxBytes = 1 << 20
	}
	opts.Evicted = func(n uint64) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.evicted += n
	}
	opts.Failed = func(err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.errs = append(b.errs, err)
	}
	var err error
	b.Spool, b.found, err = Open(dir, opts)
	return b, err
}

func (b *box) put(t *testing.T, texts ...string) {
	t.Helper()
	for i, text := range texts {
		if err := b.Wait(b.Put(int64(i+1), `{a="b"}`, []byte(text))); err != nil {
			t.Fatal(err)
		}
	}
}

// next returns the fields of the next batch.
func (b *box) next(t *testing.T, batch *Batch, maxBytes int) (texts []string) {
	t.Helper()
	if _, err := b.Next(batch, maxBytes); err != nil {
		t.Fatal(err)
	}
	for _, r := range batch.Records {
		texts = append(texts, string(r.Fields))
	}
	return texts
}

// drain delivers everything, and returns it.
func (b *box) drain(t *testing.T) (texts []string, lost uint64) {
	t.Helper()
	var batch Batch
	for {
		n, err := b.Next(&batch, 300)
		if err != nil {
			t.Fatal(err)
		}
		lost += n
		if len(batch.Records) == 0 {
			return texts, lost
		}
		for _, r := range batch.Records {
			texts = append(texts, string(r.Fields))
		}
		b.Done(&batch, len(batch.Records))
	}
}

func numbered(from, to int) (texts []string) {
	for i := from; i < to; i++ {
		texts = append(texts, fmt.Sprintf("record %02d", i))
	}
	return texts
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func segments(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), segmentSuffix) {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names
}

func TestRecordsComeOutAsTheyWentIn(t *testing.T) {
	for name, sync := range map[string]Sync{"none": SyncNone, "interval": SyncInterval, "always": SyncAlways} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, Options{Sync: sync, SyncInterval: time.Millisecond, SegmentBytes: 200})
			s.put(t, numbered(0, 20)...)
			if n := s.Usage().Records; n != 20 {
				t.Errorf("%d records", n)
			}
			got, lost := s.drain(t)
			want(t, "records", got, numbered(0, 20))
			if u := s.Usage(); lost != 0 || u != (Usage{}) {
				t.Errorf("%d lost, left: %+v", lost, u)
			}
			if left := segments(t, dir); left != nil {
				t.Errorf("left behind: %v", left)
			}
			s.put(t, "later")
			got, _ = s.drain(t)
			want(t, "records", got, []string{"later"})
		})
	}
}

func TestRecordsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{SegmentBytes: 200})
	s.put(t, numbered(0, 20)...)
	var b Batch
	got := s.next(t, &b, 1)
	want(t, "first", got, numbered(0, 1))
	s.Done(&b, 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, dir, Options{})
	want(t, "found", s.found, Found{Records: 19, Last: map[string]int64{`{a="b"}`: 20}})
	s.put(t, "new")
	got, _ = s.drain(t)
	want(t, "records", got, append(numbered(1, 20), "new"))
}

func TestCrashInFlightRepeatsThatBatchOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	s.put(t, numbered(0, 20)...)
	var b Batch
	s.next(t, &b, 30)
	s.Done(&b, len(b.Records))
	flying := s.next(t, &b, 30)
	s.crash()

	s = open(t, dir, Options{})
	s.put(t, "new")
	got := s.next(t, &b, math.MaxInt)
	want(t, "first batch", got, flying)
	if !b.Flown {
		t.Error("nobody knows that it may have been delivered")
	}
	s.Done(&b, len(b.Records))
	done := 4 + len(flying)
	got = s.next(t, &b, math.MaxInt)
	want(t, "second batch", got, numbered(done, 20))
	if b.Flown {
		t.Error("the second batch was not on its way")
	}
	s.Done(&b, len(b.Records))
	got, _ = s.drain(t)
	want(t, "the rest", got, []string{"new"})
}

// crash gives the lock back and forgets all else, as the end of a process does.
func (b *box) crash() {
	b.Spool.mu.Lock()
	defer b.Spool.mu.Unlock()
	_ = b.lock.Close()
	b.closed = true
}

func TestDeliveredSegmentThatACrashLeftBehind(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{SegmentBytes: 200})
	s.put(t, numbered(0, 10)...)
	first := segments(t, dir)[0]
	content, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	s.drain(t)
	s.crash()
	if err := os.WriteFile(first, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, Options{})
	want(t, "found", s.found, Found{Last: map[string]int64{}})
	if left := segments(t, dir); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestBatchDoneInParts(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	s.put(t, numbered(0, 10)...)
	var b Batch
	s.next(t, &b, math.MaxInt)
	s.Done(&b, 3)
	s.Done(&b, 4)
	s.crash()
	s = open(t, dir, Options{})
	got, _ := s.drain(t)
	want(t, "records", got, numbered(7, 10))
}

func TestFullSpoolGivesUpTheOldest(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{MaxBytes: 1000, SegmentBytes: 250})
	s.put(t, numbered(0, 60)...)
	if u := s.Usage(); u.Bytes > 1000 || u.Records+s.evicted != 60 || s.evicted == 0 {
		t.Errorf("%+v, %d evicted", u, s.evicted)
	}
	got, lost := s.drain(t)
	want(t, "records", got, numbered(int(s.evicted), 60))
	if lost != 0 || s.errs != nil {
		t.Errorf("%d lost, %v", lost, s.errs)
	}
}

func TestFullSpoolLeavesToTheSenderWhatFlies(t *testing.T) {
	s := open(t, t.TempDir(), Options{MaxBytes: 1000, SegmentBytes: 250})
	s.put(t, numbered(0, 10)...)
	var b Batch
	flying := len(s.next(t, &b, 20))
	s.put(t, numbered(10, 60)...)
	s.Done(&b, flying)
	rest, lost := s.drain(t)
	if n := flying + len(rest) + int(s.evicted); n != 60 || lost != 0 {
		t.Errorf("%d + %d + %d evicted, %d lost", flying, len(rest), s.evicted, lost)
	}
	want(t, "the rest", rest, numbered(60-len(rest), 60))
}

func TestManyCallersShareAWrite(t *testing.T) {
	s := open(t, t.TempDir(), Options{Sync: SyncAlways, SegmentBytes: 4 << 10})
	const goroutines, each = 8, 50
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				if err := s.Wait(s.Put(1, "{}", fmt.Appendf(nil, "%d %d", g, i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, _ := s.drain(t)
	next := make([]int, goroutines)
	for _, text := range got {
		var g, i int
		if _, err := fmt.Sscan(text, &g, &i); err != nil || next[g] != i {
			t.Fatalf("%q, %v: want number %d", text, err, next[g])
		}
		next[g]++
	}
	if len(got) != goroutines*each {
		t.Errorf("%d records", len(got))
	}
}

func TestClosedSpoolRefuses(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	if err := s.Wait(s.Put(1, "{}", nil)); !errors.Is(err, ErrClosed) {
		t.Errorf("error: %v", err)
	}
	var b Batch
	if n, err := s.Next(&b, 1); n != 0 || err != nil || len(b.Records) > 0 {
		t.Error(n, err, b.Records)
	}
}

func TestSecondSpoolInTheFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, Options{})
	_, err := tryOpen(dir, Options{})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), filepath.Join(dir, "lock")) {
		t.Errorf("error: %v", err)
	}
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := tryOpen(file, Options{}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("error: %v", err)
	}
}

func TestFilesAreForNobodyElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "spool")
	s := open(t, dir, Options{})
	s.put(t, "secret")
	for _, path := range append(segments(t, dir), dir, filepath.Join(dir, "cursor")) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
}

func TestTornCursorIsTheOneBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cursor")
	c, err := openCursor(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.set(position{1, 10, 2}, 20), c.set(position{1, 30, 4}, 40), c.close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range slotSize { // the second turn is in the first slot
		bad := bytes.Clone(content)
		bad[at] ^= 0xFF
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := openCursor(path)
		if err != nil {
			t.Fatal(err)
		}
		if c.done != (position{1, 10, 2}) || c.flying != 20 {
			t.Errorf("byte %d flipped: %+v", at, c)
		}
		_ = c.close()
	}
}
