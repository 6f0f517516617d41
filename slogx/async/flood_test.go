package async

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

const floodGoroutines = 8

// TestFlood has 8 goroutines log floodRecords records, one in ten of them a WARN, into a sink that is slower
// than they are.
func TestFlood(t *testing.T) {
	for _, policy := range []Overflow{Block, DropNewest, DropOldest, Sample} {
		t.Run("Writer/"+string(policy), func(t *testing.T) {
			sink := &slowSink{pause: 4}
			w := NewWriter(sink, &WriterOptions{Capacity: 64 << 10, Overflow: policy, MaxWait: time.Minute, KeepWait: time.Minute})
			flood(t, func(ctx context.Context, g, i int, level slog.Level) {
				var buf [64]byte
				_ = w.WriteRecord(ctx, level, line(buf[:0], g, i, level))
			}, w.Stats)
			if err := w.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkFlood(t, &sink.tally, w.Stats(), policy)
		})
	}
}

func checkFlood(t *testing.T, sink *tally, st chain.Stats, policy Overflow) {
	t.Helper()
	sink.checkBooks(t, st, floodRecords)
	if got := sink.levels["WARN"]; got != floodRecords/10 {
		t.Errorf("%d of %d WARN records arrived", got, floodRecords/10)
	}
	lost := st.DroppedTotal()
	if policy == Block && lost != 0 || policy != Block && lost == 0 {
		t.Errorf("policy %s lost %d records: %v", policy, lost, st.Dropped)
	}
	if (lost > 0) != (sink.losses > 0) {
		t.Errorf("%d records tell of %d losses", sink.losses, lost)
	}
	t.Logf("%d of INFO, %d of WARN arrived, %d records about losses", sink.levels["INFO"], sink.levels["WARN"], sink.losses)
}

// flood logs, and asks for the books all the while.
func flood(t *testing.T, log func(ctx context.Context, g, i int, level slog.Level), stats func() chain.Stats) {
	t.Helper()
	var wg sync.WaitGroup
	var over atomic.Bool
	for g := range floodGoroutines {
		wg.Go(func() {
			for i := range floodRecords / floodGoroutines {
				level := slog.LevelInfo
				if i%10 == 0 {
					level = slog.LevelWarn
				}
				log(t.Context(), g, i, level)
			}
		})
	}
	audit := make(chan error, 1)
	go func() {
		defer close(audit)
		for !over.Load() {
			st := stats()
			if st.Accepted != st.Delivered+st.DroppedTotal()+st.Queued {
				audit <- fmt.Errorf("the books do not add up: %+v", st)
				return
			}
			runtime.Gosched()
		}
	}()
	wg.Wait()
	over.Store(true)
	if err := <-audit; err != nil {
		t.Error(err)
	}
}

func line(b []byte, g, i int, level slog.Level) []byte {
	b = strconv.AppendInt(b, int64(g), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, ' ')
	b = append(b, level.String()...)
	return append(b, '\n')
}

// slowSink gives way to others before each write.
type slowSink struct {
	tally

	pause int
}

func (s *slowSink) Write(p []byte) (int, error) {
	for range s.pause {
		runtime.Gosched()
	}
	return s.tally.Write(p)
}
