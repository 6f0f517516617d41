//go:build unix && !aix && !solaris

package rotate

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func init() {
	children["lock"] = func() error {
		f, err := Open(os.Getenv("SLOGX_ROTATE_TEST_PATH"), nil)
		if err != nil {
			return err
		}
		_, _ = os.Stdout.WriteString("open\n")
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
		return f.Close()
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), child+"=lock", "SLOGX_ROTATE_TEST_PATH="+path)
	cmd.Stderr = os.Stderr
	_, errIn := cmd.StdinPipe()
	out, errOut := cmd.StdoutPipe()
	if err := errors.Join(errIn, errOut, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatalf("%q, %v", line, err)
	}

	_, err := Open(path, nil)
	if !errors.Is(err, ErrLocked) {
		t.Fatalf("error: %v", err)
	}
	for _, s := range []string{path, lockPath(path), "process " + strconv.Itoa(cmd.Process.Pid)} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error %q does not name %q", err, s)
		}
	}

	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	f := openTest(t, path, nil)
	write(t, f, "1\n")
}

func TestSecondFileInOneProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	f := openTest(t, path, nil)
	_, err := Open(path, nil)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "this process") {
		t.Fatalf("error: %v", err)
	}
	rotate(t, f)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	openTest(t, path, nil)
}

func TestLockIsNeverHeldTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	var held, opened atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for opened.Load() < 100 {
				f, err := Open(path, nil)
				if errors.Is(err, ErrLocked) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if held.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				opened.Add(1)
				for range 20 { // the others try meanwhile
					runtime.Gosched()
				}
				held.Add(-1)
				if err := f.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestRemovedLockIsNoLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held, err := tryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	late, err := os.OpenFile(path, os.O_RDWR, 0) // by somebody who locks it when the holder has just removed it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = late.Close() }()
	if err := errors.Join(unlock(held), flock(late)); err != nil {
		t.Fatal(err)
	}
	if current(late, path) {
		t.Error("a removed file counts as the lock")
	}
	next, err := tryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if current(late, path) || !current(next, path) {
		t.Error("the wrong file counts as the lock")
	}
	if err := unlock(next); err != nil {
		t.Error(err)
	}
}
