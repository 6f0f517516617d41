package rotate

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestCloseLeavesNoGoroutineOrDescriptor(t *testing.T) {
	dir := t.TempDir()
	cycle := func() {
		f, err := Open(filepath.Join(dir, "app.log"), &Options{Compress: true, MaxBackups: 3})
		if err != nil {
			t.Fatal(err)
		}
		write(t, f, "a line\n")
		rotate(t, f)
		write(t, f, "another\n")
		if err := f.Reopen(); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	cycle() // what the runtime opens for good
	goroutines, open := runtime.NumGoroutine(), descriptors(t)
	for range 200 {
		cycle()
	}
	for range 1000 { // what has said that it ends may need a moment to do it
		if runtime.NumGoroutine() <= goroutines {
			break
		}
		runtime.Gosched()
	}
	if got := runtime.NumGoroutine(); got > goroutines {
		t.Errorf("%d goroutines, %d before", got, goroutines)
	}
	if got := descriptors(t); got > open {
		t.Errorf("%d descriptors, %d before", got, open)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
