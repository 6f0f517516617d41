package slogxloki

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// limitFiles bounds the size of the files that this process writes, and has the error be one that can be
// seen: to a writer it is what a full disk is.
func limitFiles(t *testing.T, size uint64) (restore func()) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSpoolThatCannotGrow(t *testing.T) {
	dir := t.TempDir()
	var p problems
	h := newTest(t, down(), Options{SpoolDir: dir, OnError: p.add})
	restore := limitFiles(t, 4<<10)
	n, failed := uint64(0), uint64(0)
	for failed < 10 {
		if err := h.Handle(t.Context(), at(time.Now(), "m")); err != nil {
			failed++
		}
		n++
	}
	sick := h.Health(t.Context())
	restore()
	if sick == nil || !strings.Contains(sick.Error(), "write spool") || !strings.Contains(p.all(), "write spool") {
		t.Errorf("health: %v, told: %s", sick, p.all())
	}
	handle(t, h, at(time.Now(), "again"))
	st := balanced(t, h, n+1)
	if st.Spooled != n-failed+1 || st.Dropped[chain.ReasonError] != failed {
		t.Errorf("%+v, %d of %d failed", st, failed, n)
	}
	if err := h.Health(t.Context()); err != nil && strings.Contains(err.Error(), "write spool") {
		t.Errorf("health: %v", err)
	}
	_ = shutdownNow(t, h)

	s := &server{}
	h = newTest(t, s, Options{SpoolDir: dir})
	flush(t, h)
	if st := balanced(t, h, n-failed+1); st.Delivered != n-failed+1 {
		t.Errorf("%+v", st)
	}
}

func TestSpoolOnAFullDisk(t *testing.T) {
	if err := os.WriteFile("/dev/full", []byte{0}, 0o600); err == nil {
		t.Fatal("/dev/full takes bytes")
	}
	dir := t.TempDir()
	h := newTest(t, down(), Options{SpoolDir: dir})
	if err := os.Symlink("/dev/full", filepath.Join(dir, "0000000000000001.segment")); err != nil {
		t.Fatal(err)
	}
	if err := h.Handle(t.Context(), at(time.Now(), "m")); err == nil {
		t.Error("taken")
	}
	handle(t, h, at(time.Now(), "there is room again, in the next segment"))
	diff(t, "dropped", map[string]uint64{chain.ReasonSpoolFull: 1}, balanced(t, h, 2).Dropped)
}
