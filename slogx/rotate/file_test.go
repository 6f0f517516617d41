package rotate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTwoRotationsInOneTickKeepBoth(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, nil, func(s *system) { s.now = newClock().now })
	for i, line := range []string{"1\n", "2\n", "3\n"} {
		if i > 0 {
			rotate(t, f)
		}
		write(t, f, line)
	}
	if diff := cmp.Diff([]string{"1\n", "2\n"}, contents(t, path)); diff != "" {
		t.Errorf("backups (-want +got):\n%s", diff)
	}
	if got := read(t, path); got != "3\n" {
		t.Errorf("active file: %q", got)
	}
}

func TestRotateOnSize(t *testing.T) {
	long := strings.Repeat("x", 30) + "\n"
	tests := []struct {
		name   string
		writes []string
		files  []string // the last is the active one
	}{
		{"exactly full", []string{"12345678\n", "abcdefghij\n"}, []string{"12345678\nabcdefghij\n"}},
		{"one byte more", []string{"12345678\n", "abcdefghijk\n"}, []string{"12345678\n", "abcdefghijk\n"}},
		{"larger than a file", []string{"a\n", long, "b\n"}, []string{"a\n", long, "b\n"}},
		{"larger than a file, first", []string{long, "b\n"}, []string{long, "b\n"}},
		{"a batch", []string{"1234567\n1234567\n1234567\n"}, []string{"1234567\n1234567\n", "1234567\n"}},
		{"a batch with a long line", []string{"a\n" + long + "b\nc\n"}, []string{"a\n", long, "b\nc\n"}},
		{"no line end", []string{long + "abc"}, []string{long, "abc"}},
		{"nothing", []string{""}, []string{""}},
	}
	for _, closeFirst := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s, closed first %t", tt.name, closeFirst), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "app.log")
				f := openTest(t, path, &Options{MaxSize: 20}, func(s *system) { s.closeFirst = closeFirst })
				for _, w := range tt.writes {
					write(t, f, w)
				}
				if diff := cmp.Diff(tt.files, append(contents(t, path), read(t, path))); diff != "" {
					t.Errorf("files (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestSizeCountsWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	put(t, path, "0123456789\n")
	f := openTest(t, path, &Options{MaxSize: 15})
	write(t, f, "abcdef\n")
	if diff := cmp.Diff([]string{"0123456789\n"}, contents(t, path)); diff != "" {
		t.Errorf("backups (-want +got):\n%s", diff)
	}
}

func TestNothingIsRotatedByDefault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, nil)
	big := bytes.Repeat([]byte("0123456789\n"), 1<<16)
	for range 10 {
		write(t, f, string(big))
	}
	if got := backupsOf(t, path); len(got) > 0 {
		t.Errorf("backups: %v", got)
	}
}

func TestRotateLeavesAnEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, nil)
	rotate(t, f)
	if got := backupsOf(t, path); len(got) > 0 {
		t.Errorf("backups: %v", got)
	}
}

func TestRotationsBackToBackLoseNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, &Options{Compress: true})
	var want strings.Builder
	for i := range 2000 {
		line := fmt.Sprintf("line %04d\n", i)
		want.WriteString(line)
		write(t, f, line)
		if i%10 == 9 {
			rotate(t, f)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	backups := backupsOf(t, path)
	if len(backups) != 200 {
		t.Errorf("%d backups, want 200", len(backups))
	}
	for _, b := range backups {
		if filepath.Ext(b) != ".gz" {
			t.Errorf("not compressed: %s", b)
		}
	}
	if diff := cmp.Diff(want.String(), readAll(t, path)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestWritersAgainstAStormOfRotations(t *testing.T) {
	const writers, lines = 8, 2000
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, &Options{MaxSize: 16 << 10})
	done := make(chan struct{})
	var storm, writing sync.WaitGroup
	storm.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if err := errors.Join(f.Rotate(), f.Reopen()); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	want := make([]string, 0, writers*lines)
	for w := range writers {
		for i := range lines {
			want = append(want, fmt.Sprintf("%d-%04d %s\n", w, i, strings.Repeat("x", i%150)))
		}
		mine := want[w*lines:]
		writing.Go(func() {
			for _, line := range mine {
				if _, err := f.Write([]byte(line)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
	close(done)
	storm.Wait()

	got := slices.Collect(strings.Lines(readAll(t, path)))
	for w := range writers { // one goroutine's lines are in its order, also across files
		prefix := fmt.Sprintf("%d-", w)
		mine := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return !strings.HasPrefix(s, prefix) })
		if diff := cmp.Diff(want[w*lines:][:lines], mine); diff != "" {
			t.Errorf("writer %d (-want +got):\n%.2000s", w, diff)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

func TestAfterClose(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "app.log"), &Options{MaxSize: 10})
	write(t, f, "1\n")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, write := f.Write([]byte("2\n"))
	_, empty := f.Write(nil)
	for name, err := range map[string]error{
		"write": write, "empty write": empty, "rotate": f.Rotate(), "reopen": f.Reopen(), "sync": f.Sync(),
		"health": f.Health(context.Background()),
	} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: %v, want os.ErrClosed", name, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}

func TestCloseWhileOthersWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, &Options{MaxSize: 1 << 10, Compress: true})
	var wg sync.WaitGroup
	var mu sync.Mutex
	want := map[string]int{}
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				line := fmt.Sprintf("%d-%d\n", w, i)
				if _, err := f.Write([]byte(line)); err != nil {
					if !errors.Is(err, os.ErrClosed) {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				want[line] = 1
				enough := len(want) == 4000
				mu.Unlock()
				if enough {
					wg.Go(func() {
						if err := f.Close(); err != nil {
							t.Error(err)
						}
					})
				}
			}
		})
	}
	wg.Wait()
	got := map[string]int{}
	for line := range strings.Lines(readAll(t, path)) {
		got[line]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%.2000s", diff)
	}
}

func TestOpenMakesDirectories(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "app.log")
	f := openTest(t, path, nil)
	write(t, f, "1\n")
	if got := read(t, path); got != "1\n" {
		t.Errorf("file: %q", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "")
	tests := []struct {
		name, path string
		opts       *Options
		want       []string
	}{
		{"a directory", dir, nil, []string{dir, "directory"}},
		{"a path below a file", filepath.Join(dir, "file", "app.log"), nil, []string{"file"}},
		{"no path", "", nil, []string{"path is empty"}},
		{"wrong options", filepath.Join(dir, "x"), &Options{MaxSize: -1}, []string{"MaxSize", "-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Open(tt.path, tt.opts)
			if err == nil {
				t.Fatal("opened", f.Close())
			}
			for _, s := range tt.want {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q does not name %q", err, s)
				}
			}
		})
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestCloseLeavesOnlyLogs(t *testing.T) {
	dir := t.TempDir()
	f := openTest(t, filepath.Join(dir, "app.log"), nil)
	write(t, f, "1\n")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestChangeOfDirectoryDoesNotMatter(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	f := openTest(t, "app.log", nil)
	write(t, f, "1\n")
	t.Chdir(t.TempDir())
	rotate(t, f)
	write(t, f, "2\n")
	if got := readAll(t, filepath.Join(dir, "app.log")); got != "1\n2\n" {
		t.Errorf("files: %q", got)
	}
}

func TestUnfinishedLineIsEnded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	put(t, path, "whole\nhal")
	f := openTest(t, path, nil)
	write(t, f, "next\n")
	if got := read(t, path); got != "whole\nhal\nnext\n" {
		t.Errorf("file: %q", got)
	}
}

func TestSync(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "app.log"), nil)
	write(t, f, "1\n")
	if err := f.Sync(); err != nil {
		t.Error(err)
	}
}

func TestReopenDoesNotMakeAFileYounger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	c := newClock()
	f := openTest(t, path, &Options{Every: time.Hour}, func(s *system) { s.now = c.now })
	write(t, f, "1\n")
	c.move(time.Hour)
	if err := f.Reopen(); err != nil {
		t.Fatal(err)
	}
	f.due.Store(true)
	write(t, f, "2\n")
	if diff := cmp.Diff([]string{"1\n", "2\n"}, append(contents(t, path), read(t, path))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestBackupOfAnUnfinishedRotationIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, &Options{Compress: true, MaxAge: time.Nanosecond})
	write(t, f, "1\n")
	unfinished := f.names.path(f.last.next(time.Now()))
	put(t, unfinished, "to be taken back\n")
	f.mu.Lock()
	f.keepLater()
	f.mu.Unlock()
	wait(t, f)
	if got := read(t, unfinished); got != "to be taken back\n" {
		t.Errorf("backup: %q", got)
	}
}

// counts is an observer that counts rotations.
type counts map[string]float64

func (c counts) Observe(name string, value float64, labels ...string) {
	c[name+" "+strings.Join(labels, " ")] += value
}

func TestObserverCountsRotations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	fail := false
	f := openTest(t, path, &Options{MaxSize: 4, OnError: func(error) {}}, func(s *system) {
		rename := s.rename
		s.rename = func(from, to string) error {
			if fail {
				return os.ErrPermission
			}
			return rename(from, to)
		}
	})
	got := counts{}
	f.SetObserver(got)
	write(t, f, "1\n")
	rotate(t, f)
	write(t, f, "123\n")
	write(t, f, "456\n")
	if err := f.Reopen(); err != nil {
		t.Fatal(err)
	}
	fail = true
	write(t, f, "789\n")
	want := counts{
		"slogx_rotations_total reason request result ok": 1,
		"slogx_rotations_total reason size result ok":    1,
		"slogx_rotations_total reason reopen result ok":  1,
		"slogx_rotations_total reason size result error": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
}

func TestOnErrorMayWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	var f *File
	f = openTest(t, path, &Options{MaxSize: 4, OnError: func(error) { write(t, f, "oh\n") }}, func(s *system) {
		s.rename = func(_, _ string) error { return os.ErrPermission }
	})
	write(t, f, "123\n")
	write(t, f, "456\n")
	if got := read(t, path); got != "123\n456\noh\n" {
		t.Errorf("file: %q", got)
	}
}

func TestValidate(t *testing.T) {
	if err := (*Options)(nil).Validate(); err != nil {
		t.Errorf("nil: %v", err)
	}
	good := Options{MaxSize: 1, Every: 1, MaxBackups: 1, MaxAge: 1, MaxTotalSize: 1, Mode: 0o640,
		Compressor: Compressor{Ext: ".zst", New: gzipCompressor.New}}
	good.At = append(good.At, 0, day-1)
	if err := good.Validate(); err != nil {
		t.Errorf("good: %v", err)
	}
	for want, opts := range map[string]Options{
		"MaxSize -1":            {MaxSize: -1},
		"Every -1ns":            {Every: -1},
		"MaxBackups -1":         {MaxBackups: -1},
		"MaxAge -1ns":           {MaxAge: -1},
		"MaxTotalSize -1":       {MaxTotalSize: -1},
		"At 24h0m0s":            {At: good.At[:1:1], MaxSize: 0},
		"Mode 0440":             {Mode: 0o440},
		"Mode 040000755":        {Mode: os.ModeSetuid | 0o755},
		`Ext "gz"`:              {Compressor: Compressor{Ext: "gz", New: gzipCompressor.New}},
		`Ext ".tmp"`:            {Compressor: Compressor{Ext: ".tmp", New: gzipCompressor.New}},
		`Ext "./x"`:             {Compressor: Compressor{Ext: "./x", New: gzipCompressor.New}},
		`Compressor ".zst" has`: {Compressor: Compressor{Ext: ".zst"}},
	} {
		if strings.HasPrefix(want, "At") {
			opts.At = append(opts.At, day)
		}
		if err := opts.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
