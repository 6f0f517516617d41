//go:build linux || darwin

package rotate

import (
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// alone runs a test in a process of its own, whose files may be limited. It reports whether this is it.
func alone(t *testing.T) bool {
	t.Helper()
	const env = "SLOGX_ROTATE_TEST_ALONE"
	if os.Getenv(env) != "" {
		return true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), env+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

// room lets files of this process grow to size bytes only: a disk that is full, for everybody's tests.
func room(t *testing.T, size uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	set := func(size uint64) error {
		l := limit
		l.Cur = min(l.Cur, size)
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l)
	}
	t.Cleanup(func() {
		if err := set(math.MaxUint64); err != nil {
			t.Error(err)
		}
	})
	if err := set(size); err != nil {
		t.Fatal(err)
	}
}

func TestFullDiskNeverJoinsLines(t *testing.T) {
	if !alone(t) {
		return
	}
	noTruncate := func(s *system) {
		s.truncate = func(*os.File, int64) error { return os.ErrPermission }
	}
	type result struct {
		N    int
		File string
	}
	for name, tt := range map[string]struct {
		change func(*system)
		write  string // when the file holds "first\n" and has room for 4 bytes more
		next   string // when there is room
		want   result
	}{
		"given up":              {nil, "second\n", "third\n", result{0, "first\nthird\n"}},
		"tried again":           {nil, "second\n", "second\n", result{0, "first\nsecond\n"}},
		"one of two lines":      {nil, "2\nthird\n", "third\n", result{2, "first\n2\nthird\n"}},
		"at a line end":         {nil, "sec\nthird\n", "third\n", result{4, "first\nsec\nthird\n"}},
		"cut, given up":         {noTruncate, "second\n", "third\n", result{4, "first\nseco\nthird\n"}},
		"cut, finished":         {noTruncate, "second\n", "nd\n", result{4, "first\nsecond\n"}},
		"cut, finished and on":  {noTruncate, "second\nthird\n", "nd\nthird\n", result{4, "first\nsecond\nthird\n"}},
		"cut behind whole line": {noTruncate, "2\nthird\n", "ird\n", result{4, "first\n2\nthird\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			var p problems
			if tt.change == nil {
				tt.change = func(*system) {}
			}
			f := openTest(t, path, &Options{OnError: p.add}, tt.change)
			write(t, f, "first\n")
			t.Run("full", func(t *testing.T) {
				room(t, uint64(len("first\n")+4))
				n, err := f.Write([]byte(tt.write))
				if n != tt.want.N || !errors.Is(err, syscall.EFBIG) {
					t.Errorf("write: %d, %v", n, err)
				}
				if err := f.Health(t.Context()); !errors.Is(err, syscall.EFBIG) {
					t.Errorf("health: %v", err)
				}
			})
			write(t, f, tt.next)
			if got := read(t, path); got != tt.want.File {
				t.Errorf("file: %q, want %q", got, tt.want.File)
			}
			if err := f.Health(t.Context()); err != nil {
				t.Errorf("health after recovery: %v", err)
			}
			if errs := p.all(); len(errs) != 1 {
				t.Errorf("reported: %v", errs)
			}
		})
	}
}

func TestFullDiskForALongTime(t *testing.T) {
	if !alone(t) {
		return
	}
	for name, change := range map[string]func(*system){
		"taken back": func(*system) {},
		"cut":        func(s *system) { s.truncate = func(*os.File, int64) error { return os.ErrPermission } },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			var p problems
			f := openTest(t, path, &Options{OnError: p.add}, change)
			line := strings.Repeat("x", 99) + "\n"
			written := 0
			t.Run("full", func(t *testing.T) {
				room(t, 1<<10)
				for range 100 {
					if n, err := f.Write([]byte(line)); err == nil && n == len(line) {
						written++
					}
				}
			})
			write(t, f, line)
			written++
			var whole, cut int
			for l := range strings.Lines(read(t, path)) {
				if l == line {
					whole++
				} else {
					cut++
				}
			}
			if whole != written || cut > 1 {
				t.Errorf("%d whole lines, %d cut, %d written", whole, cut, written)
			}
			if errs := p.all(); len(errs) != 1 {
				t.Errorf("reported: %v", errs)
			}
		})
	}
}

func TestFullDeviceIsAnError(t *testing.T) {
	if !alone(t) {
		return
	}
	path := "/dev/full"
	if runtime.GOOS != "linux" { // which has it
		path = filepath.Join(t.TempDir(), "app.log")
		room(t, 0)
	}
	var p problems
	f := openTest(t, path, &Options{MaxSize: 100, OnError: p.add})
	for range 200 {
		if n, err := f.Write([]byte("a line of a log\n")); n != 0 || err == nil {
			t.Fatalf("write: %d, %v", n, err)
		}
	}
	if errs := p.all(); len(errs) != 1 || !strings.Contains(errs[0].Error(), path) {
		t.Errorf("reported: %v", errs)
	}
}

func TestFullDiskLeavesNoPartOfACompressedBackup(t *testing.T) {
	if !alone(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "app.log")
	var p problems
	f := openTest(t, path, &Options{Compress: true, OnError: p.add})
	write(t, f, "1\n")
	room(t, 10)
	rotate(t, f)
	wait(t, f)
	if diff := cmp.Diff([]string{"1\n"}, contents(t, path)); diff != "" {
		t.Errorf("backups (-want +got):\n%s", diff)
	}
	if errs := p.all(); len(errs) != 1 || !errors.Is(errs[0], syscall.EFBIG) {
		t.Errorf("reported: %v", errs)
	}
}
