//go:build !race

package main

import (
	"log/slog"
	"path/filepath"
	"testing"
)

func TestOurQueueAllocatesNothing(t *testing.T) {
	h, closePeer, err := queuePeers[ourPeer].open(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := closePeer(); err != nil {
			t.Error(err)
		}
	}()
	l := slog.New(h)
	if n := testing.AllocsPerRun(1000, func() { logID(t.Context(), l, 1) }); n != 0 {
		t.Errorf("%v allocations a record, want 0", n)
	}
}

func TestStagesAllocateNothing(t *testing.T) {
	for _, s := range stages[:productionStack+1] {
		h, closeStack, err := s.open(filepath.Join(t.TempDir(), "log"))
		if err != nil {
			t.Fatal(err)
		}
		ctx, l := requestContext(), slog.New(h)
		if n := testing.AllocsPerRun(1000, func() { s.log(ctx, l) }); n != 0 {
			t.Errorf("%s %s: %v allocations a record, want 0", s.stage, s.does, n)
		}
		if err := closeStack(); err != nil {
			t.Error(err)
		}
	}
}
