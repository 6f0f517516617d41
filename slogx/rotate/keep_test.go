package rotate

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestKeep(t *testing.T) {
	for name, tt := range map[string]struct {
		opts Options
		want string // the first letters of the backups left, of a…e, each 10 bytes and an hour younger
	}{
		"all":                  {Options{}, "abcde"},
		"by count":             {Options{MaxBackups: 2}, "de"},
		"by age":               {Options{MaxAge: 150 * time.Minute}, "cde"},
		"by size":              {Options{MaxTotalSize: 40}, "bcde"},
		"by size, all too big": {Options{MaxTotalSize: 9}, ""},
		"the strictest counts": {Options{MaxBackups: 4, MaxAge: 150 * time.Minute, MaxTotalSize: 20}, "de"},
		"compressed, by count": {Options{MaxBackups: 2, Compress: true}, "de"},
		"compressed, by size":  {Options{MaxTotalSize: 100, Compress: true}, "cde"}, // 34 bytes each
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			c := newClock()
			c.move(-day) // names are earlier than what the clock of the file system says
			f := openTest(t, path, &tt.opts, func(s *system) { s.now = c.now })
			for i := range 5 {
				line := strings.Repeat(string(rune('a'+i)), 9) + "\n"
				if i > 0 {
					c.move(time.Hour)
				}
				write(t, f, line)
				rotate(t, f)
			}
			wait(t, f)
			var b strings.Builder
			for _, content := range contents(t, path) {
				b.WriteString(content[:1])
			}
			if got := b.String(); got != tt.want {
				t.Errorf("left: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOldFilesAreRemovedWithoutRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	c := newClock()
	f := openTest(t, path, &Options{MaxAge: time.Hour}, func(s *system) { s.now = c.now })
	write(t, f, "1\n")
	rotate(t, f)
	c.move(2 * time.Hour)
	f.due.Store(true)
	write(t, f, "2\n")
	wait(t, f)
	if got := backupsOf(t, path); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
}

func TestCopiedBackupIsAsOldAsItsName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	n := newNamer(path, ".gz")
	put(t, n.path(stamp{t: time.Now().UTC().Add(-2 * time.Hour), seq: 1}), "1\n")
	f := openTest(t, path, &Options{MaxAge: time.Hour})
	wait(t, f)
	if got := backupsOf(t, path); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
}

func TestOnlyOurNamesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	foreign := []string{
		"app.log.1", "app-.log", "app-20200102T150405.000.log", "app-old.log", "app-20200102T150405.000000000-000001.txt",
		"app-x-20200102T150405.000000000-000001.log", "other-20200102T150405.000000000-000001.log",
		".app-20200102T150405.000000000-000001.log.tmp", ".app.log.gz.tmp",
	}
	for _, name := range foreign {
		put(t, filepath.Join(dir, name), "foreign\n")
	}
	folder := "app-20200102T150405.000000000-000009.log"
	link := "app-20200102T150405.000000000-000010.log"
	if err := errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.Symlink("app-old.log", filepath.Join(dir, link))); err != nil {
		t.Fatal(err)
	}
	ours := "app-20200102T150405.000000000-000001.log"
	put(t, filepath.Join(dir, ours), "ours\n")

	f := openTest(t, path, &Options{MaxAge: time.Second, MaxBackups: 1, MaxTotalSize: 1})
	write(t, f, "1\n")
	rotate(t, f)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	want := append(slices.Clone(foreign), folder, link, "app.log")
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("directory (-want +got):\n%s", diff)
	}
}

func TestCompressedBackupHasTheTimeOfItsSource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	n := newNamer(path, ".gz")
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	source := n.path(stamp{t: old.UTC(), seq: 1})
	put(t, source, "1\n")
	if err := os.Chtimes(source, old, old); err != nil {
		t.Fatal(err)
	}
	f := openTest(t, path, &Options{Compress: true})
	wait(t, f)
	info, err := os.Stat(source + ".gz")
	if err != nil || !info.ModTime().Equal(old) {
		t.Errorf("compressed: %v, %v, want %v", info, err, old)
	}
}

// flip is a compressor that is none.
type flip struct{ w io.Writer }

func (f flip) Write(p []byte) (int, error) { return f.w.Write([]byte(strings.ToUpper(string(p)))) }
func (f flip) Close() error                { return nil }

func TestOtherCompressor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, &Options{Compress: true, Compressor: Compressor{
		Ext: ".up", New: func(w io.Writer) (io.WriteCloser, error) { return flip{w}, nil },
	}})
	write(t, f, "line\n")
	rotate(t, f)
	wait(t, f)
	if diff := cmp.Diff([]string{"LINE\n"}, contents(t, path)); diff != "" {
		t.Errorf("backups (-want +got):\n%s", diff)
	}
}

func TestFailedCompressionKeepsTheSource(t *testing.T) {
	broken := errors.New("broken")
	ext := func(ext string, err error) func(*system) { // operations on such files fail
		return func(s *system) {
			rename, remove, openFile := s.rename, s.remove, s.openFile
			s.rename = func(from, to string) error {
				if strings.HasSuffix(from, ext) {
					return err
				}
				return rename(from, to)
			}
			s.openFile = func(path string, flag int, mode os.FileMode) (*os.File, error) {
				if strings.HasSuffix(path, ext) && ext != tempExt {
					return nil, err
				}
				return openFile(path, flag, mode)
			}
			s.remove = remove
		}
	}
	for name, tt := range map[string]struct {
		change     func(*system)
		compressor func(io.Writer) (io.WriteCloser, error)
	}{
		"no compressor":    {compressor: func(io.Writer) (io.WriteCloser, error) { return nil, broken }},
		"panic":            {compressor: func(io.Writer) (io.WriteCloser, error) { panic(broken) }},
		"panic in write":   {compressor: func(io.Writer) (io.WriteCloser, error) { return flip{}, nil }},
		"cannot be opened": {change: ext(".gz.tmp", broken)},
		"cannot be named":  {change: ext(tempExt, broken)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			var p problems
			opts := &Options{Compress: true, OnError: p.add}
			if tt.compressor != nil {
				opts.Compressor = Compressor{Ext: ".gz", New: tt.compressor}
			}
			if tt.change == nil {
				tt.change = func(*system) {}
			}
			f := openTest(t, path, opts, tt.change)
			write(t, f, "1\n")
			rotate(t, f)
			write(t, f, "2\n")
			wait(t, f)
			if diff := cmp.Diff([]string{"1\n", "2\n"}, append(contents(t, path), read(t, path))); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if errs := p.all(); len(errs) != 1 || !strings.Contains(errs[0].Error(), "compress") {
				t.Errorf("reported: %v", errs)
			}
			if f.Health(t.Context()) == nil {
				t.Error("healthy")
			}
			if temps, err := filepath.Glob(filepath.Join(dir, ".*"+tempExt)); err != nil || len(temps) > 0 {
				t.Errorf("left behind: %v, %v", temps, err)
			}
		})
	}
}

func TestFailedCompressionIsDoneLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	broken := true
	f := openTest(t, path, &Options{Compress: true, OnError: func(error) {}, Compressor: Compressor{
		Ext: ".gz", New: func(w io.Writer) (io.WriteCloser, error) {
			if broken {
				return nil, errors.New("broken")
			}
			return gzipCompressor.New(w)
		},
	}})
	write(t, f, "1\n")
	rotate(t, f)
	wait(t, f)
	broken = false
	write(t, f, "2\n")
	rotate(t, f)
	wait(t, f)
	for _, b := range backupsOf(t, path) {
		if filepath.Ext(b) != ".gz" {
			t.Errorf("not compressed: %s", b)
		}
	}
	if err := f.Health(t.Context()); err != nil {
		t.Errorf("health: %v", err)
	}
}

func TestCloseStopsCompression(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	reached, stopped := make(chan struct{}), make(chan struct{})
	f := openTest(t, path, &Options{Compress: true, Compressor: Compressor{
		Ext: ".gz", New: func(w io.Writer) (io.WriteCloser, error) {
			close(reached)
			<-stopped
			return gzipCompressor.New(w)
		},
	}})
	write(t, f, "1\n")
	rotate(t, f)
	<-reached
	f.keeper.stopped.Store(true) // what Close does when it is out of patience
	close(stopped)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(contents(t, path)); got != "[1\n]" {
		t.Errorf("backups: %q", got)
	}
}

func TestOpenFinishesWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	n := newNamer(path, ".gz")
	at := func(seq int) string { return n.path(stamp{t: time.Now().UTC().Truncate(day), seq: seq}) }
	put(t, at(1), "not compressed\n")
	put(t, at(2), "compressed in part\n")
	put(t, n.temp(at(2)+".gz"), "\x1f\x8b\x08")
	put(t, n.temp(at(9)+".gz"), "of a backup that is gone")
	put(t, at(3), "compressed, not removed\n")
	put(t, at(3)+".gz", "\x1f\x8b\x08") // by gzip(1), which died
	put(t, path, "active\n")
	f := openTest(t, path, &Options{Compress: true})
	wait(t, f)
	want := []string{"not compressed\n", "compressed in part\n", "compressed, not removed\n"}
	if diff := cmp.Diff(want, contents(t, path)); diff != "" {
		t.Errorf("backups (-want +got):\n%s", diff)
	}
	for _, b := range backupsOf(t, path) {
		if filepath.Ext(b) != ".gz" {
			t.Errorf("not compressed: %s", b)
		}
	}
	if temps, err := filepath.Glob(filepath.Join(dir, ".*"+tempExt)); err != nil || len(temps) > 0 {
		t.Errorf("left behind: %v, %v", temps, err)
	}
}

func TestTwinIsFinishedInItsOwnFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	source := newNamer(path, ".gz").path(stamp{t: time.Now().UTC().Truncate(day), seq: 1})
	put(t, source, "line\n")
	put(t, source+".gz", "")
	f := openTest(t, path, &Options{Compress: true, Compressor: Compressor{
		Ext: ".up", New: func(w io.Writer) (io.WriteCloser, error) { return flip{w}, nil },
	}})
	wait(t, f)
	if diff := cmp.Diff([]string{source + ".gz"}, backupsOf(t, path)); diff != "" {
		t.Fatalf("backups (-want +got):\n%s", diff)
	}
	if got := read(t, source+".gz"); got != "line\n" {
		t.Errorf("backup: %q", got)
	}
}
