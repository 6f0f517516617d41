//go:build unix && !aix && !solaris

package rotate

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A line is its id, some bytes and a checksum over both, so that whatever happened to it shows.

func crashLine(id string, n int) string {
	body := id + " " + strings.Repeat("x", n)
	return fmt.Sprintf("%s %08x\n", body, crc32.ChecksumIEEE([]byte(body)))
}

func parseCrashLine(line string) (id string, ok bool) {
	body, sum, ok := cutLast(strings.TrimSuffix(line, "\n"))
	if !ok || !strings.HasSuffix(line, "\n") || fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))) != sum {
		return "", false
	}
	id, _, ok = strings.Cut(body, " ")
	return id, ok
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

func init() {
	children["crash"] = func() error { // writes, and says what was written, until it is killed
		sys := realSystem()
		if step := os.Getenv("SLOGX_ROTATE_TEST_STEP"); step != "" {
			dieAt(&sys, step)
		}
		opts := &Options{MaxSize: 2 << 10, Every: 2 * time.Millisecond, Compress: true}
		f, err := open(os.Getenv("SLOGX_ROTATE_TEST_PATH"), opts, sys)
		if err != nil {
			return err
		}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := 0; ; i++ {
					id := fmt.Sprintf("%s-%d-%d", os.Getenv("SLOGX_ROTATE_TEST_RUN"), w, i)
					if i%16 == 0 {
						f.due.Store(true) // half a second is longer than it lives
					}
					if _, err := f.Write([]byte(crashLine(id, i%200))); err == nil {
						_, _ = os.Stdout.WriteString(id + "\n")
					}
				}
			})
		}
		wg.Wait()
		return nil
	}
}

// dieAt kills the process before or after the nth call of an operation: "rename 2 after".
func dieAt(sys *system, step string) {
	var op, when string
	var n int64
	if _, err := fmt.Sscan(step, &op, &n, &when); err != nil {
		panic(err)
	}
	var calls atomic.Int64
	around := func(name string, call func()) {
		mine := name == op && calls.Add(1) == n
		if mine && when == "before" {
			die()
		}
		call()
		if mine {
			die()
		}
	}
	rename, remove, openFile := sys.rename, sys.remove, sys.openFile
	sys.rename = func(from, to string) (err error) {
		around("rename", func() { err = rename(from, to) })
		return err
	}
	sys.remove = func(path string) (err error) {
		around("remove", func() { err = remove(path) })
		return err
	}
	sys.openFile = func(path string, flag int, mode os.FileMode) (file *os.File, err error) {
		around("open", func() { file, err = openFile(path, flag, mode) })
		return file, err
	}
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// crash runs a process that writes to path and is killed: at a step, or after a number of lines. It
// returns the ids of the lines whose Write returned.
func crash(t *testing.T, path, run, step string, lines int) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), child+"=crash", "SLOGX_ROTATE_TEST_PATH="+path, "SLOGX_ROTATE_TEST_RUN="+run,
		"SLOGX_ROTATE_TEST_STEP="+step)
	cmd.Stderr = os.Stderr
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	cmd.Stdout = w
	if err := errors.Join(cmd.Start(), w.Close()); err != nil {
		t.Fatal(err)
	}
	var ids []string
	out := bufio.NewReader(r)
	for {
		id, err := out.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if ids = append(ids, strings.TrimSuffix(id, "\n")); len(ids) == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("run %s: %v", run, err)
	}
	return ids
}

// checkCrash opens the file, so that what the crash left is finished, and looks for the lines.
func checkCrash(t *testing.T, path string, written map[string]bool, crashes int) {
	t.Helper()
	f, err := Open(path, &Options{Compress: true, OnError: func(err error) { t.Errorf("problem: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(crashLine(fmt.Sprintf("between-%d", crashes), 1))); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	cut := 0
	for line := range strings.Lines(readAll(t, path)) {
		id, ok := parseCrashLine(line)
		switch {
		case !ok:
			cut++ // the line that was being written at the kill
		case seen[id]:
			t.Errorf("line %s twice", id)
		}
		seen[id] = true
	}
	for id := range written {
		if !seen[id] {
			t.Errorf("line %s lost", id)
		}
	}
	if cut > crashes {
		t.Errorf("%d lines cut by %d crashes", cut, crashes)
	}
	for _, b := range backupsOf(t, path) {
		if filepath.Ext(b) != ".gz" {
			t.Errorf("left uncompressed: %s", b)
		}
	}
	if hidden, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(hidden) > 0 {
		t.Errorf("left behind: %v, %v", hidden, err)
	}
}

func TestKilledAtRandom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	written := map[string]bool{}
	rotated := 0
	for i := range 20 {
		for _, id := range crash(t, path, strconv.Itoa(i), "", 1+rand.IntN(1000)) {
			written[id] = true
		}
		checkCrash(t, path, written, i+1)
		rotated = len(backupsOf(t, path))
	}
	if rotated < 20 {
		t.Errorf("only %d rotations in 20 runs", rotated)
	}
}

func TestKilledAtEachStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	written := map[string]bool{}
	runs := 0
	for _, op := range []string{"rename", "open", "remove"} {
		for n := 1; n <= 5; n++ {
			for _, when := range []string{"before", "after"} {
				step := fmt.Sprintf("%s %d %s", op, n, when)
				runs++
				for _, id := range crash(t, path, strconv.Itoa(runs), step, 1<<30) {
					written[id] = true
				}
				checkCrash(t, path, written, runs)
			}
		}
	}
}
