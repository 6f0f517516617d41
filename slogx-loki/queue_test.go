package slogxloki

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
)

// hung is a server that answers nothing.
func hung() *server { return &server{answer: func(int, request) reply { return reply{hang: true} }} }

// gate is a server that answers nothing until it is opened.
type gate struct {
	*server

	opened chan struct{}
}

func newGate() *gate {
	g := &gate{server: &server{}, opened: make(chan struct{})}
	g.answer = func(int, request) reply {
		<-g.opened
		return reply{}
	}
	return g
}

// levels logs n records, every tenth of them at WARN.
func levels(t *testing.T, h slog.Handler, n int) (errs int) {
	t.Helper()
	for i := range n {
		r := slog.NewRecord(time.Now(), slog.LevelInfo, fmt.Sprint(i), 0)
		if i%10 == 0 {
			r.Level = slog.LevelWarn
		}
		if err := h.Handle(t.Context(), r); err != nil {
			errs++
		}
	}
	return errs
}

func TestFullQueueGivesUpLowLevelsFirst(t *testing.T) {
	for _, overflow := range []async.Overflow{"", async.DropOldest, async.DropNewest, async.Block} {
		t.Run(string(overflow), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGate()
				h := newTest(t, g.server, Options{Overflow: overflow, QueueBytes: 64 << 10, BatchBytes: 4 << 10, MaxWait: time.Millisecond, Timeout: time.Hour})
				const n = 3000
				start := time.Now()
				failed := levels(t, h, n)
				if overflow != async.Block && time.Since(start) != 0 {
					t.Errorf("callers waited for %v", time.Since(start))
				}
				if u := h.Usage(); u.Bytes > u.BytesCapacity || u.BytesCapacity != 64<<10 {
					t.Errorf("%+v", u)
				}
				close(g.opened)
				flush(t, h)
				st := balanced(t, h, n)
				if st.Delivered == 0 || st.Dropped[chain.ReasonQueueFull] == 0 || len(st.Dropped) != 1 {
					t.Errorf("%+v", st)
				}
				if overflow != async.DropOldest && overflow != "" && uint64(failed) > st.DroppedTotal() {
					t.Errorf("%d errors, %+v", failed, st)
				}
				warn, last := 0, map[string]int{}
				for _, e := range g.got() {
					if strings.Contains(e.Labels, `level="warn"`) {
						warn++
					}
					var i int
					if _, err := fmt.Sscan(messageOf(t, e.Line), &i); err != nil || i < last[e.Labels] {
						t.Fatalf("%s behind %d, %v", e.Line, last[e.Labels], err)
					}
					last[e.Labels] = i
				}
				if warn != n/10 {
					t.Errorf("%d of %d to keep are there", warn, n/10)
				}
			})
		})
	}
}

func TestSmallQueueIsSentBeforeItIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTest(t, &server{}, Options{QueueBytes: 32 << 10})
		for range 500 {
			levels(t, h, 2)
			synctest.Wait()
		}
		flush(t, h)
		if st := balanced(t, h, 1000); st.Delivered != 1000 {
			t.Errorf("%+v", st)
		}
	})
}

func TestFullOfRecordsToKeep(t *testing.T) {
	warn := func() slog.Record { return slog.NewRecord(time.Now(), slog.LevelWarn, strings.Repeat("w", 100), 0) }
	for _, tt := range []struct {
		overflow async.Overflow
		reason   string
		waits    time.Duration
	}{
		{async.DropOldest, chain.ReasonQueueFull, 0},
		{async.DropNewest, chain.ReasonKeepTimeout, DefaultKeepWait},
		{async.Block, chain.ReasonKeepTimeout, DefaultKeepWait},
	} {
		t.Run(string(tt.overflow), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newTest(t, hung(), Options{Overflow: tt.overflow, QueueBytes: 16 << 10, BatchBytes: 1 << 10, Timeout: time.Hour})
				n := uint64(0)
				for h.Stats().DroppedTotal() == 0 {
					start := time.Now()
					err := h.Handle(t.Context(), warn())
					n++
					if lost := h.Stats().DroppedTotal() > 0; lost && time.Since(start) != tt.waits || !lost && time.Since(start) != 0 {
						t.Fatalf("record %d waited for %v", n, time.Since(start))
					}
					var dropped *async.DroppedError
					if err != nil && (!errors.As(err, &dropped) || dropped.Reason != tt.reason) {
						t.Errorf("error: %v", err)
					}
				}
				for reason := range balanced(t, h, n).Dropped {
					diff(t, "reason", tt.reason, reason)
				}
			})
		})
	}
}

func TestBlockWaitsForRoomContextOrMaxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		h := newTest(t, g.server, Options{Overflow: async.Block, QueueBytes: 16 << 10, BatchBytes: 1 << 10, MaxWait: 10 * time.Second, Timeout: time.Hour})
		record := func() slog.Record { return slog.NewRecord(time.Now(), slog.LevelInfo, strings.Repeat("i", 100), 0) }
		n := uint64(0)
		for {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err := h.Handle(ctx, record())
			cancel()
			if n++; err != nil {
				break
			}
		}
		start := time.Now()
		if err := h.Handle(t.Context(), record()); err == nil || time.Since(start) != 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		diff(t, "dropped", map[string]uint64{chain.ReasonCanceled: 1, chain.ReasonQueueFull: 1}, balanced(t, h, n+1).Dropped)
		time.AfterFunc(3*time.Second, func() { close(g.opened) })
		start = time.Now()
		if err := h.Handle(t.Context(), record()); err != nil || time.Since(start) != 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		flush(t, h)
		balanced(t, h, n+2)
	})
}

func TestBlockLosesNothingWhileTheServerTakesRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(int, request) reply {
			<-time.After(900 * time.Millisecond)
			return reply{}
		}}
		h := newTest(t, s, Options{Overflow: async.Block, QueueBytes: 16 << 10, BatchBytes: 1 << 10})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { levels(t, h, 200) })
		}
		wg.Wait()
		flush(t, h)
		if st := balanced(t, h, 1600); st.Delivered != 1600 {
			t.Errorf("%+v", st)
		}
	})
}

func TestLoggingFromTheTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h *Handler
		s := &server{}
		s.answer = func(n int, _ request) reply {
			if n < 5 {
				_ = h.Handle(context.Background(), at(time.Now(), strings.Repeat("inner", 50)))
			}
			return reply{}
		}
		h = newTest(t, s, Options{Overflow: async.Block, QueueBytes: 1 << 10, BatchBytes: 1})
		for range 20 {
			_ = h.Handle(t.Context(), at(time.Now(), strings.Repeat("outer", 50)))
		}
		flush(t, h)
		balanced(t, h, 24)
	})
}

func TestRecordLargerThanTheQueue(t *testing.T) {
	h := newTest(t, &server{}, Options{QueueBytes: 1000, MaxLineBytes: -1})
	if err := h.Handle(t.Context(), at(time.Now(), strings.Repeat("x", 2000))); err == nil {
		t.Error("no error")
	}
	diff(t, "dropped", map[string]uint64{chain.ReasonTooLarge: 1}, balanced(t, h, 1).Dropped)
}

func TestLongLineIsCut(t *testing.T) {
	s := &server{}
	h := newTest(t, s, Options{})
	handle(t, h, at(time.Now(), "long", slog.String("text", strings.Repeat("x", 1<<20))))
	flush(t, h)
	if line := s.got()[0].Line; len(line) > 256<<10 || !strings.Contains(line, "truncated_bytes") {
		t.Errorf("%d bytes: %.100s", len(line), line)
	}
}

func TestBooksBalanceWhileRecordsFlow(t *testing.T) {
	s := &server{answer: func(n int, _ request) reply {
		if n%3 == 0 {
			return reply{status: 400}
		}
		return reply{}
	}}
	h := newTest(t, s, Options{QueueBytes: 64 << 10, BatchBytes: 8 << 10, BatchWait: time.Millisecond})
	var wg sync.WaitGroup
	const goroutines, each = 8, 5000
	for range goroutines {
		wg.Go(func() { levels(t, h, each) })
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		if st := h.Stats(); st.Accepted != st.Delivered+st.DroppedTotal()+st.Queued {
			t.Fatalf("%+v", st)
		}
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := balanced(t, h, goroutines*each); st.Queued != 0 || st.Delivered != uint64(len(s.got())) {
		t.Errorf("%+v, %d stored", st, len(s.got()))
	}
}

func TestShutdownWhileOthersLogAndShutDown(t *testing.T) {
	s := &server{}
	h := newTest(t, s, Options{BatchWait: time.Millisecond})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			levels(t, h, 2000)
			if g%3 == 0 {
				if err := h.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	st := balanced(t, h, 16000)
	if st.Queued != 0 || st.Delivered != uint64(len(s.got())) || st.DroppedTotal() != st.Dropped[chain.ReasonClosed] {
		t.Errorf("%+v, %d stored", st, len(s.got()))
	}
}

func TestEvictionKeepsFlushHonest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		h := newTest(t, g.server, Options{QueueBytes: 16 << 10, BatchBytes: 1 << 10, Timeout: time.Hour})
		levels(t, h, 500)
		flushed := make(chan error, 1)
		go func() { flushed <- h.Flush(t.Context()) }()
		synctest.Wait()
		select {
		case err := <-flushed:
			t.Fatalf("flushed although nothing was sent: %v", err)
		default:
		}
		close(g.opened)
		if err := <-flushed; err != nil || h.Stats().Queued != 0 {
			t.Errorf("%v, %+v", err, h.Stats())
		}
		if !slices.Contains(g.messages(t), "490") {
			t.Error("the last record to keep is not there")
		}
	})
}
