package async

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

// sink is an io.Writer whose Write is a func, and which keeps what was written.
type sink struct {
	write func(p []byte) (int, error) // nil: takes all

	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := len(p), error(nil)
	if s.write != nil {
		n, err = s.write(p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b.Write(p[:n])
	return n, err
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// lines returns the lines that are not about losses.
func (s *sink) lines() (lines []string) {
	for l := range strings.Lines(s.String()) {
		if !strings.Contains(l, lossMessage) {
			lines = append(lines, l)
		}
	}
	return lines
}

// hanging is a sink that hangs until released.
func hanging() (s *sink, release func()) {
	gate := make(chan struct{})
	return &sink{write: func(p []byte) (int, error) {
		<-gate
		return len(p), nil
	}}, func() { close(gate) }
}

func quiet(error) {}

func shutdown(t *testing.T, w interface{ Shutdown(context.Context) error }) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	if err := w.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

func checkStats(t *testing.T, got, want chain.Stats) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("books (-want +got):\n%s", diff)
	}
}

func TestWriteKeepsNothingOfTheCaller(t *testing.T) {
	var s sink
	w := NewWriter(&s, &WriterOptions{Capacity: 4 << 20})
	var want strings.Builder
	buf := make([]byte, 0, 64)
	for i := range 10_000 {
		buf = append(strconv.AppendInt(buf[:0], int64(i), 10), '\n')
		want.Write(buf)
		if n, err := w.Write(buf); n != len(buf) || err != nil {
			t.Fatal(n, err)
		}
		for j := range buf {
			buf[j] = '#'
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if s.String() != want.String() {
		t.Error("lines differ from those written")
	}
}

func TestLifeCycle(t *testing.T) {
	var s sink
	w := NewWriter(&s, nil)
	_, _ = w.Write([]byte("one\n"))
	for range 2 {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := s.String(); got != "one\n" {
			t.Errorf("sink has %q after Close", got)
		}
	}
	if _, err := w.Write([]byte("two\n")); err != nil {
		t.Error(err)
	}
	if got := s.String(); got != "one\ntwo\n" {
		t.Errorf("a line after Close is not in the sink when Write returns: %q", got)
	}
	if err := w.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	checkStats(t, w.Stats(), chain.Stats{Accepted: 2, Delivered: 2})
}

func TestNoWaitingAtAll(t *testing.T) {
	var s sink
	w := NewWriter(&s, &WriterOptions{MaxWait: -1, KeepWait: -1, FlushInterval: -1})
	shutdown(t, w)
	for range 100 { // the turn is free, so nobody has to wait for it
		if _, err := w.Write([]byte("x\n")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUnusedWriterHasNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	w := NewWriter(io.Discard, nil)
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines more", after-before)
	}
	shutdown(t, w)
}

func TestShutdownWhileOthersLog(t *testing.T) {
	for range 50 {
		var s tally
		w := NewWriter(&s, &WriterOptions{Capacity: 4 << 10})
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				var buf [64]byte
				for i := range 500 {
					_ = w.WriteRecord(t.Context(), slog.LevelInfo, line(buf[:0], g, i, slog.LevelInfo))
				}
			})
		}
		for range 2 {
			wg.Go(func() { shutdown(t, w) })
		}
		wg.Wait()
		s.checkBooks(t, w.Stats(), 8*500)
		if st := w.Stats(); st.DroppedTotal() > 0 {
			t.Fatalf("lost %v", st.Dropped)
		}
	}
}

func TestSinkThatHangs(t *testing.T) {
	for _, policy := range []Overflow{Block, DropNewest, DropOldest, Sample} {
		t.Run(string(policy), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, release := hanging()
				w := NewWriter(s, &WriterOptions{Capacity: 1 << 10, Overflow: policy, OnError: quiet})
				text := []byte(strings.Repeat("x", 99) + "\n")
				took := func(level slog.Level) time.Duration {
					start := time.Now()
					_ = w.WriteRecord(t.Context(), level, text)
					return time.Since(start)
				}
				for range 6 {
					took(slog.LevelInfo)
				}
				for range 20 {
					took(slog.LevelWarn)
				}
				want := time.Duration(0)
				if policy == Block {
					want = DefaultMaxWait
				}
				if got := took(slog.LevelInfo); got != want {
					t.Errorf("an INFO record took %v, want %v", got, want)
				}
				if got := took(slog.LevelWarn); got != DefaultKeepWait {
					t.Errorf("a WARN record took %v, want %v", got, DefaultKeepWait)
				}
				if policy == Block {
					ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
					defer cancel()
					var dropped *DroppedError
					if err := w.WriteRecord(ctx, slog.LevelInfo, text); !errors.As(err, &dropped) || dropped.Reason != chain.ReasonCanceled {
						t.Errorf("with a context that ends: %v", err)
					}
				}
				if err := w.Health(t.Context()); err == nil && policy == Block {
					t.Error("a sink that hangs is healthy")
				}
				checkShutdownAtDeadline(t, w)
				release()
				synctest.Wait()
				if err := w.WriteRecord(t.Context(), slog.LevelError, text); err == nil {
					t.Error("a record after the deadline was taken")
				}
				checkArrived(t, w, s)
			})
		})
	}
}

func checkShutdownAtDeadline(t *testing.T, w *Writer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start, queued := time.Now(), w.Stats().Queued
	err := w.Shutdown(ctx)
	if got := time.Since(start); got != 300*time.Millisecond {
		t.Errorf("Shutdown took %v", got)
	}
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), fmt.Sprintf("%d records left", queued)) {
		t.Errorf("Shutdown returned %v, %d are left", err, queued)
	}
	st := w.Stats()
	if st.Queued != 0 || st.Dropped[chain.ReasonShutdown] != queued {
		t.Errorf("%d were queued, then %+v", queued, st)
	}
	if again := w.Shutdown(context.Background()); again == nil {
		t.Error("a second Shutdown says all is well")
	}
}

// checkArrived compares the books with what came to the sink after all.
func checkArrived(t *testing.T, w *Writer, s *sink) {
	t.Helper()
	st := w.Stats()
	if got := uint64(len(s.lines())); got != st.Delivered || st.Accepted != st.Delivered+st.DroppedTotal() {
		t.Errorf("%d arrived: %+v", got, st)
	}
	if st.Dropped[chain.ReasonClosed] != 1 {
		t.Errorf("dropped: %v, want one that is closed", st.Dropped)
	}
}

func TestWaitsRunOnlyWhileNothingIsDelivered(t *testing.T) {
	for _, level := range []slog.Level{slog.LevelInfo, slog.LevelWarn} {
		synctest.Test(t, func(t *testing.T) {
			s := &sink{write: func(p []byte) (int, error) {
				<-time.After(90 * time.Millisecond)
				return len(p), nil
			}}
			w := NewWriter(s, &WriterOptions{Capacity: 1 << 10, OnError: quiet})
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 50 {
						if err := w.WriteRecord(t.Context(), level, []byte(strings.Repeat("x", 99)+"\n")); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			shutdown(t, w)
			checkStats(t, w.Stats(), chain.Stats{Accepted: 400, Delivered: 400})
		})
	}
}

func TestSinkSlowByTheByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{write: func(p []byte) (int, error) {
			<-time.After(time.Duration(bytes.Count(p, []byte("\n"))) * 5 * time.Millisecond)
			return len(p), nil
		}}
		w := NewWriter(s, &WriterOptions{Capacity: 256 << 10})
		text := []byte(strings.Repeat("x", 199) + "\n")
		for range 3000 {
			if err := w.WriteRecord(t.Context(), slog.LevelWarn, text); err != nil {
				t.Fatal(err)
			}
		}
		shutdown(t, w)
	})
}

func TestWaitersAreServedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, release := hanging()
		w := NewWriter(s, &WriterOptions{Capacity: 1 << 10, MaxWait: time.Hour})
		var want []string
		for i := range 40 {
			text := fmt.Sprintf("%02d %s\n", i, strings.Repeat("x", 96))
			want = append(want, text)
			go func() { _, _ = w.Write([]byte(text)) }()
			synctest.Wait()
		}
		release()
		shutdown(t, w)
		if diff := cmp.Diff(want, s.lines()); diff != "" {
			t.Errorf("order (-called +written):\n%s", diff)
		}
	})
}

func TestRecordsToKeepPushOutOthers(t *testing.T) {
	for _, policy := range []Overflow{DropNewest, DropOldest, Sample} {
		synctest.Test(t, func(t *testing.T) {
			s, release := hanging()
			w := NewWriter(s, &WriterOptions{Capacity: 4 << 10, Overflow: policy, OnError: quiet})
			for i := range 100 {
				_ = w.WriteRecord(t.Context(), slog.LevelInfo, fmt.Appendf(nil, "info %02d %090d\n", i, 0))
			}
			for i := range 30 {
				if err := w.WriteRecord(t.Context(), slog.LevelError, fmt.Appendf(nil, "error %02d %090d\n", i, 0)); err != nil {
					t.Fatalf("%s: ERROR record %d: %v", policy, i, err)
				}
			}
			release()
			shutdown(t, w)
			var errs, infos int
			for _, l := range s.lines() {
				if strings.HasPrefix(l, "error") {
					errs++
				} else {
					infos++
				}
			}
			st := w.Stats()
			if errs != 30 || uint64(infos+errs) != st.Delivered || st.Accepted != 130 || st.Dropped[chain.ReasonQueueFull] != uint64(100-infos) {
				t.Errorf("%s: %d of ERROR, %d of INFO arrived: %+v", policy, errs, infos, st)
			}
		})
	}
}

func TestDropOldestKeepsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, release := hanging()
		w := NewWriter(s, &WriterOptions{Capacity: 4 << 10, Overflow: DropOldest})
		for i := range 1000 {
			if err := w.WriteRecord(t.Context(), slog.LevelInfo, fmt.Appendf(nil, "%03d %090d\n", i, 0)); err != nil {
				t.Fatal(err)
			}
		}
		release()
		shutdown(t, w)
		got := s.lines()
		for i, l := range got[1:] { // the first is the one that the sink hung with
			if want := 1000 - len(got) + 1 + i; !strings.HasPrefix(l, fmt.Sprintf("%03d ", want)) {
				t.Fatalf("line %d is %.4s, want %03d", i, l, want)
			}
		}
		if len(got) < 20 {
			t.Errorf("only %d lines were kept", len(got))
		}
	})
}

func TestFlushLevelWaitsUntilWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{write: func(p []byte) (int, error) {
			<-time.After(50 * time.Millisecond)
			return len(p), nil
		}}
		w := NewWriter(s, nil)
		_, _ = w.Write([]byte("one\n"))
		if err := w.WriteRecord(t.Context(), DefaultFlushLevel, []byte("two\n")); err != nil {
			t.Error(err)
		}
		if got := s.String(); got != "one\ntwo\n" {
			t.Errorf("sink has %q", got)
		}
		shutdown(t, w)
	})
}

func TestRecordLargerThanTheQueue(t *testing.T) {
	huge := bytes.Repeat([]byte("x"), 5000)
	synctest.Test(t, func(t *testing.T) {
		var s sink
		w := NewWriter(&s, &WriterOptions{Capacity: 1000})
		_, _ = w.Write([]byte("before\n"))
		if _, err := w.Write(huge); err != nil {
			t.Error(err)
		}
		_, _ = w.Write([]byte("after\n"))
		shutdown(t, w)
		if got := s.String(); got != "before\n"+string(huge)+"after\n" {
			t.Errorf("sink has %d bytes", len(got))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var s sink
		w := NewWriter(&s, &WriterOptions{Capacity: 1000, Overflow: DropNewest})
		var dropped *DroppedError
		if err := w.WriteRecord(t.Context(), slog.LevelError, huge); !errors.As(err, &dropped) || dropped.Reason != chain.ReasonTooLarge {
			t.Error(err)
		}
		shutdown(t, w)
		checkStats(t, w.Stats(), chain.Stats{Accepted: 1, Dropped: map[string]uint64{chain.ReasonTooLarge: 1}})
	})
}

func TestMemoryStaysWithinTheCapacity(t *testing.T) {
	const capacity = 1 << 20
	w := NewWriter(&slowSink{pause: 2}, &WriterOptions{Capacity: capacity})
	text := bytes.Repeat([]byte("x"), 300<<10)
	text[len(text)-1] = '\n'
	held := func() (n int) {
		w.mu.Lock()
		defer w.mu.Unlock()
		for c := w.lines.head; c != nil; c = c.next {
			n += cap(c.buf) + 4*cap(c.marks)
		}
		for _, c := range w.lines.free {
			n += cap(c.buf) + 4*cap(c.marks)
		}
		return n
	}
	for i := range 20_000 {
		n := []int{50, 200, 5000, 20_000, 70_000, 300 << 10}[i*i%6]
		_, _ = w.Write(text[len(text)-n:])
		if n := held(); n > capacity*110/100 {
			t.Fatalf("after %d records it holds %d bytes", i, n)
		}
	}
	shutdown(t, w)
}

func TestLossesAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, release := hanging()
		w := NewWriter(s, &WriterOptions{Capacity: 1 << 10, Overflow: DropNewest, OnError: quiet})
		w.SetLossEncoder(func(dst []byte, r slog.Record) []byte {
			dst = append(append(dst, r.Level.String()...), ' ')
			dst = append(dst, r.Message...)
			r.Attrs(func(a slog.Attr) bool {
				dst = fmt.Appendf(dst, " %v", a)
				return true
			})
			return append(dst, '\n')
		})
		for range 20 {
			_ = w.WriteRecord(t.Context(), slog.LevelInfo, []byte(strings.Repeat("x", 99)+"\n"))
			_ = w.WriteRecord(t.Context(), slog.LevelDebug, []byte(strings.Repeat("x", 99)+"\n"))
		}
		lost := w.Stats().Dropped[chain.ReasonQueueFull]
		release()
		<-time.After(2 * time.Second)
		synctest.Wait()
		want := fmt.Sprintf("WARN log records lost lost=%d reasons=[queue_full=[DEBUG=%d INFO=%d]]\n", lost, (lost+1)/2, lost/2)
		if !strings.Contains(s.String(), want) {
			t.Errorf("no %q in\n%s", want, strings.ReplaceAll(s.String(), "x", ""))
		}
		if st := w.Stats(); st.Delivered != uint64(len(s.lines())) {
			t.Errorf("the record of ours is in the books: %+v", st)
		}
		shutdown(t, w)
	})
}

func TestLossRecordWithoutEncoderIsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fail atomic.Bool
		fail.Store(true)
		s := &sink{write: func(p []byte) (int, error) {
			if fail.Load() {
				return 0, errors.New("no space left on device")
			}
			return len(p), nil
		}}
		w := NewWriter(s, &WriterOptions{OnError: quiet})
		_, _ = w.Write([]byte("lost\n"))
		synctest.Wait()
		if err := w.Health(t.Context()); err == nil {
			t.Error("a sink that fails is healthy")
		}
		fail.Store(false)
		<-time.After(2 * time.Second)
		_, _ = w.Write([]byte("two\n"))
		shutdown(t, w)
		if got := s.String(); !strings.Contains(got, `"level":"WARN","msg":"log records lost","lost":1,"reasons":{"error":{"INFO":1}}}`+"\n") {
			t.Errorf("sink has %q", got)
		}
		if err := w.Health(t.Context()); err != nil {
			t.Error(err)
		}
		checkStats(t, w.Stats(), chain.Stats{Accepted: 2, Delivered: 1, Dropped: map[string]uint64{chain.ReasonError: 1}})
	})
}

func TestShortWritesTearNoLine(t *testing.T) {
	for name, write := range map[string]func(n int) (int, error){
		"some":         func(n int) (int, error) { return min(n, 7), nil },
		"some, error":  func(n int) (int, error) { return min(n, 7), errors.New("interrupted") },
		"all, error":   func(n int) (int, error) { return n, errors.New("late") },
		"out of range": func(n int) (int, error) { return n + 10, nil },
	} {
		synctest.Test(t, func(t *testing.T) {
			var got bytes.Buffer
			w := NewWriter(writerFunc(func(p []byte) (int, error) {
				n, err := write(len(p))
				got.Write(p[:min(n, len(p))])
				return n, err
			}), &WriterOptions{OnError: quiet})
			var want strings.Builder
			for i := range 100 {
				text := fmt.Sprintf("line number %d\n", i)
				want.WriteString(text)
				_, _ = w.Write([]byte(text))
			}
			shutdown(t, w)
			if got.String() != want.String() {
				t.Errorf("%s: sink has %q", name, got.String())
			}
			if st := w.Stats(); st.Delivered != 100 {
				t.Errorf("%s: %+v", name, st)
			}
		})
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestCutLineIsFinishedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var room atomic.Int64 // then the disk is full
		room.Store(25)
		s := &sink{write: func(p []byte) (int, error) {
			n := min(len(p), int(room.Load()))
			room.Add(-int64(n))
			if n < len(p) {
				return n, errors.New("no space left on device")
			}
			return n, nil
		}}
		w := NewWriter(s, &WriterOptions{OnError: quiet})
		for i := range 5 {
			_, _ = w.Write(fmt.Appendf(nil, "%d23456789\n", i)) // 10 bytes each
		}
		<-time.After(time.Second)
		checkStats(t, w.Stats(), chain.Stats{Accepted: 5, Delivered: 2, Queued: 1, Dropped: map[string]uint64{chain.ReasonError: 2}})
		_, _ = w.Write([]byte("lost\n"))
		<-time.After(time.Second)
		room.Store(1 << 20)
		_, _ = w.Write([]byte("last\n"))
		shutdown(t, w)
		if diff := cmp.Diff([]string{"023456789\n", "123456789\n", "223456789\n", "last\n"}, s.lines()); diff != "" {
			t.Error(diff)
		}
		checkStats(t, w.Stats(), chain.Stats{Accepted: 7, Delivered: 4, Dropped: map[string]uint64{chain.ReasonError: 3}})
	})
}

func TestShutdownWithACutLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{write: func(p []byte) (int, error) {
			if len(p) > 5 {
				return 3, nil
			}
			return 0, errors.New("no space left on device")
		}}
		w := NewWriter(s, &WriterOptions{OnError: quiet})
		_, _ = w.Write([]byte("123456\n"))
		shutdown(t, w)
		checkStats(t, w.Stats(), chain.Stats{Accepted: 1, Dropped: map[string]uint64{chain.ReasonError: 1}})
	})
}

func TestSinkThatPanicsOrFailsNowAndThen(t *testing.T) {
	for name, fail := range map[string]func() (int, error){
		chain.ReasonPanic: func() (int, error) { panic("boom") },
		chain.ReasonError: func() (int, error) { return 0, errors.New("refused") },
	} {
		synctest.Test(t, func(t *testing.T) {
			var calls, reports int
			s := &sink{}
			s.write = func(p []byte) (int, error) {
				if calls++; calls%10 == 0 {
					return fail()
				}
				return len(p), nil
			}
			w := NewWriter(s, &WriterOptions{FlushInterval: -1, OnError: func(error) { reports++ }})
			for i := range 200 {
				_, _ = w.Write(fmt.Appendf(nil, "%d\n", i))
				synctest.Wait()
			}
			shutdown(t, w)
			st := w.Stats()
			if st.Accepted != 200 || st.Delivered != uint64(len(s.lines())) || st.Dropped[name] != 200-st.Delivered || st.Dropped[name] < 15 {
				t.Errorf("%s: %+v, %d lines", name, st, len(s.lines()))
			}
			if reports != 1 {
				t.Errorf("%s: reported %d times", name, reports)
			}
		})
	}
}

func TestLoggingFromInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w *Writer
		var inside atomic.Int64
		again := func() {
			if inside.Add(1) < 100 {
				_, _ = w.Write([]byte(strings.Repeat("i", 99) + "\n"))
			}
		}
		fail := false
		w = NewWriter(writerFunc(func(p []byte) (int, error) {
			again()
			if fail = !fail; fail {
				return 0, errors.New("refused")
			}
			return len(p), nil
		}), &WriterOptions{Capacity: 1 << 10, OnError: func(error) { again() }})
		for range 50 {
			_, _ = w.Write([]byte(strings.Repeat("x", 99) + "\n"))
		}
		shutdown(t, w)
		_, _ = w.Write([]byte("direct\n"))
		if st := w.Stats(); st.Queued != 0 || st.Accepted < 100 {
			t.Errorf("%+v", st)
		}
	})
}

func TestRecordsDuringShutdownWaitBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, release := hanging()
		w := NewWriter(s, nil)
		_, _ = w.Write([]byte("one\n"))
		go func() { shutdown(t, w) }()
		synctest.Wait()
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = w.Write([]byte("two\n"))
		}()
		synctest.Wait()
		release()
		<-done
		if got := s.String(); got != "one\ntwo\n" {
			t.Errorf("sink has %q", got)
		}
	})
}

func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var writes int
		w := NewWriter(writerFunc(func(p []byte) (int, error) {
			writes++
			return len(p), nil
		}), nil)
		text := []byte(strings.Repeat("x", 99) + "\n")
		_, _ = w.Write(text)
		synctest.Wait()
		if writes != 1 {
			t.Errorf("the first line is not written at once")
		}
		for range 2000 {
			_, _ = w.Write(text)
		}
		if err := w.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		if writes > 12 {
			t.Errorf("%d writes for 2,000 lines", writes)
		}
		shutdown(t, w)
	})
}

func TestSamplePassesAFallingShare(t *testing.T) {
	share := func(level slog.Level, load float64) int {
		n := thinner{engaged: true}
		passed := 0
		for range 1000 {
			if n.pass(level, load) {
				passed++
			}
		}
		return passed
	}
	for level, last := range map[slog.Level]int{slog.LevelDebug - 4: 1000, slog.LevelDebug: 1000, slog.LevelInfo: 1000} {
		for _, load := range []float64{0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1} {
			got := share(level, load)
			if got > last || got < 9 {
				t.Errorf("%v at %v: %d of 1000 after %d", level, load, got, last)
			}
			last = got
		}
	}
	if d, i := share(slog.LevelDebug, 0.6), share(slog.LevelInfo, 0.6); d >= i {
		t.Errorf("as many of DEBUG (%d) as of INFO (%d)", d, i)
	}
	var n thinner
	for _, load := range []float64{0, 0.3, 0.49} {
		if !n.pass(slog.LevelDebug, load) {
			t.Errorf("thinned at %v on the way up", load)
		}
	}
	n.pass(slog.LevelDebug, 0.6)
	if !n.engaged || !n.pass(slog.LevelDebug, 0.2) || n.engaged {
		t.Error("no hysteresis")
	}
}

func TestValidate(t *testing.T) {
	if err := (&WriterOptions{Capacity: -1, Overflow: "drop"}).Validate(); err == nil || !strings.Contains(err.Error(), "-1") || !strings.Contains(err.Error(), `"drop"`) {
		t.Error(err)
	}
	if err := (&Options{Records: -1, Bytes: -2}).Validate(); err == nil || !strings.Contains(err.Error(), "-2") {
		t.Error(err)
	}
	var w *WriterOptions
	var o *Options
	if err := errors.Join(w.Validate(), o.Validate(), (&WriterOptions{}).Validate(), (&Options{Overflow: Sample}).Validate()); err != nil {
		t.Error(err)
	}
}

func TestUnwrapLeadsToTheWriterBehind(t *testing.T) {
	var sink bytes.Buffer
	w := NewWriter(&sink, nil)
	defer w.Close()
	if got := w.Unwrap(); got != &sink {
		t.Errorf("Unwrap() = %v, want the writer that NewWriter was given", got)
	}
}
