package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
)

// Whatever the sink does, and whatever the queue is told to do about it, the books agree with what the
// callers and the receiver counted.
func TestBooksAddUp(t *testing.T) {
	const quick = "-duration 100ms -every 10ms -stall-every 50ms "
	for name, args := range map[string]string{
		"quick sink":               "-rate 20000",
		"slow sink, block":         "-rate 0 -delay 1ms -record 4000 -queue 65536",
		"slow sink, drop newest":   "-rate 0 -delay 2ms -overflow drop_newest",
		"stalling, drop oldest":    "-rate 0 -stall 20ms -overflow drop_oldest -queue 65536 -warn 0.3",
		"failing, sample":          "-rate 0 -delay 1ms -errors 0.3 -overflow sample",
		"records, failing":         "-rate 0 -form handler -errors 0.3 -overflow drop_newest -queue 65536",
		"records, slow":            "-rate 10000 -form handler -delay 1ms -overflow drop_oldest -queue 65536",
		"records larger than that": "-rate 1000 -record 5000 -queue 4096 -delay 1ms -overflow drop_newest",
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := run(context.Background(), strings.Fields(quick+args), &out, io.Discard); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
			for _, want := range []string{"latency    p50 ", "p99.9", "then       accepted ", "at the end accepted ", "queued 0", "memory     RSS "} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%s", want, out.String())
				}
			}
		})
	}
}

// A sink that is still stuck at the deadline leaves records behind, which the books count.
func TestBooksAddUpAfterTheDeadline(t *testing.T) {
	var out bytes.Buffer
	args := strings.Fields("-duration 50ms -every 10ms -rate 0 -delay 1ms -queue 4194304 -overflow drop_newest -grace 1ns")
	if err := run(context.Background(), args, &out, io.Discard); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"shutdown   shut down queue: ", "  dropped  shutdown"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestBooksThatDoNotAddUpFail(t *testing.T) {
	good := chain.Stats{Accepted: 10, Delivered: 7, Dropped: map[string]uint64{"error": 3}}
	fits := report{callers: callers{called: 10}, before: chain.Stats{Accepted: 10, Delivered: 6, Queued: 4}, books: good, received: received{records: 7}}
	if err := fits.check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*report){
		"when the callers stopped":          func(r *report) { r.before.Queued++ },
		"at the end":                        func(r *report) { r.books.Dropped = nil },
		"accepted = records logged":         func(r *report) { r.callers.called++ },
		"queued and spooled after shutdown": func(r *report) { r.books.Queued++ },
		"delivered = received":              func(r *report) { r.received.records-- },
		"lines that nobody logged":          func(r *report) { r.received.strange++ },
		"records twice or out of order":     func(r *report) { r.received.disorder++ },
		"the books do not add up":           func(r *report) { r.received.disorder++ },
	} {
		r := fits
		spoil(&r)
		if err := r.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want one that says %q", err, want)
		}
	}
}

func TestReceiverTellsLinesApart(t *testing.T) {
	r := newReceiver(config{goroutines: 2, stallEvery: 1})
	lines := `{"level":"INFO","msg":"load","g":0,"n":0,"padding":"xx"}
{"level":"INFO","msg":"load","g":1,"n":0,"padding":""}
{"level":"INFO","msg":"load","g":0,"n":2,"padding":"xx"}
{"level":"INFO","msg":"load","g":0,"n":1,"padding":"xx"}
{"level":"INFO","msg":"load","g":0,"n":1,"padding":"xx"}
{"level":"WARN","msg":"log records lost","lost":3}
{"level":"INFO","msg":"load","g":7,"n":1,"padding":"xx"}
{"level":"INFO","msg":"load","g":0,"n":3,"padding":"x
`
	if n, err := r.Write([]byte(lines)); n != len(lines) || err != nil {
		t.Fatal(n, err)
	}
	if got, want := r.counts(), (received{records: 5, losses: 1, strange: 2, disorder: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestSettingsOutOfRange(t *testing.T) {
	for _, args := range []string{
		"-rate -1", "-goroutines 0", "-duration 0", "-record 0", "-queue 0", "-every 0s", "-stall-every 0s",
		"-errors 2", "-warn -1", "-form pipe", "-overflow never",
	} {
		if err := run(context.Background(), strings.Fields(args), io.Discard, io.Discard); err == nil {
			t.Errorf("run(%s) succeeds", args)
		}
	}
}

// stuck is a sink that takes nothing until it is let go.
type stuck chan struct{}

func (s stuck) Write(p []byte) (int, error) {
	<-s
	return len(p), nil
}

// A queue of so many bytes that is full of large records holds so many bytes, and a tenth more at most.
func TestFullQueueHoldsItsCapacity(t *testing.T) {
	const capacity = 64 << 20
	for _, size := range []int{1 << 10, 20 << 10, 300 << 10, 5 << 20} {
		for _, overflow := range []async.Overflow{async.DropNewest, async.DropOldest, async.Sample} {
			sink := make(stuck)
			w := async.NewWriter(sink, &async.WriterOptions{Capacity: capacity, Overflow: overflow, OnError: func(error) {}})
			line := append(bytes.Repeat([]byte{'x'}, size-1), '\n')
			before := liveHeap()
			for range 2 * capacity / size {
				_ = w.WriteRecord(context.Background(), slog.LevelInfo, line) // the second half is dropped
			}
			if held := liveHeap() - before; held > capacity+capacity/10 {
				t.Errorf("%s, records of %d bytes: a queue of %d bytes holds %d, %.2f×", overflow, size, capacity, held, float64(held)/capacity)
			} else {
				t.Logf("%s, records of %d bytes: %.3f× its capacity", overflow, size, float64(held)/capacity)
			}
			if s := w.Stats(); s.DroppedTotal() == 0 {
				t.Errorf("%s, records of %d bytes: the queue was never full: %+v", overflow, size, s)
			}
			close(sink)
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			runtime.KeepAlive(line)
		}
	}
}

func liveHeap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what pools gave up
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
