package tail_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/tail"
)

func TestOldestRecordsMakeRoom(t *testing.T) {
	const lost = tail.LossMessage
	size := func(records int) int { return records * (tail.EntrySize + len("a0")) }
	for _, tt := range []struct {
		name      string
		opts      tail.Options
		log       string   // each letter is a request that logs
		want      []string // released, request by request
		discarded uint64
	}{
		{name: "room for all", log: "aabb", want: []string{"a0", "a1", "b2", "b3"}},
		{name: "records of a request", opts: tail.Options{RequestRecords: 2}, log: "aaabaab", want: []string{lost, "a4", "a5", "b3", "b6"}, discarded: 3},
		{name: "bytes of a request", opts: tail.Options{RequestBytes: size(2) + 1}, log: "aaab", want: []string{lost, "a1", "a2", "b3"}, discarded: 1},
		{name: "records of all", opts: tail.Options{Records: 3}, log: "abaab", want: []string{lost, "a2", "a3", lost, "b4"}, discarded: 2},
		{name: "bytes of all", opts: tail.Options{Bytes: size(2)}, log: "aabb", want: []string{lost, "b2", "b3"}, discarded: 2},
		{name: "no room for any", opts: tail.Options{RequestBytes: size(1) - 1}, log: "ab", want: []string{lost, lost}, discarded: 2},
		{name: "no room for any of all", opts: tail.Options{Bytes: size(1) - 1}, log: "ab", want: []string{lost, lost}, discarded: 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSink(slog.LevelInfo)
			h := tail.NewHandler(s, &tt.opts)
			log := slog.New(h)
			ctxA, bufA := tail.NewContext(t.Context())
			ctxB, bufB := tail.NewContext(t.Context())
			ctxs := map[rune]context.Context{'a': ctxA, 'b': ctxB}
			for i, name := range tt.log {
				log.DebugContext(ctxs[name], fmt.Sprintf("%c%d", name, i))
			}
			for _, buf := range []*tail.Buffer{bufA, bufB} {
				if err := buf.Release(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if diff := cmp.Diff(tt.want, s.messages()); diff != "" {
				t.Errorf("released (-want +got):\n%s", diff)
			}
			if got := h.Discarded(); got != tt.discarded {
				t.Errorf("%d discarded, want %d", got, tt.discarded)
			}
			if records, bytes := h.Usage(); records != 0 || bytes != 0 {
				t.Errorf("%d records, %d bytes are counted though nothing is held", records, bytes)
			}
		})
	}
}

func TestLossRecordStandsAtTheTopLevelWhereRecordsStood(t *testing.T) {
	var out strings.Builder
	log := slog.New(tail.NewHandler(slog.NewTextHandler(&out, noTime), &tail.Options{RequestRecords: 1})).With("a", 1).WithGroup("g")
	ctx, buf := tail.NewContext(t.Context())
	for i := range 4 {
		log.DebugContext(ctx, "d", "i", i)
	}
	if err := buf.Release(ctx); err != nil {
		t.Fatal(err)
	}
	want := "level=WARN msg=\"" + tail.LossMessage + "\" lost=3\nlevel=DEBUG msg=d a=1 g.i=3\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestBuffersThatNobodySettlesCostNoMoreThanTheBound(t *testing.T) {
	const bound = 64 << 10
	s := newSink(slog.LevelInfo)
	h := tail.NewHandler(s, &tail.Options{Bytes: bound})
	log := slog.New(h)
	const requests, each = 1000, 10
	for range requests {
		ctx, _ := tail.NewContext(t.Context())
		for range each {
			log.DebugContext(ctx, "forgotten", "text", strings.Repeat("x", 100))
		}
		if _, bytes := h.Usage(); bytes > bound {
			t.Fatalf("%d bytes held, want at most %d", bytes, bound)
		}
	}
	ctx, buf := tail.NewContext(t.Context())
	for range each {
		log.DebugContext(ctx, "mine")
	}
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	if got := s.messages(); len(got) != each {
		t.Errorf("a request after them released %d of its %d records", len(got), each)
	}
	if got := h.Held() + h.Discarded(); got != requests*each {
		t.Errorf("%d held or discarded, want %d", got, requests*each)
	}
}

func TestABufferOfTwoHandlersCountsForTheFirst(t *testing.T) {
	first, second := newSink(slog.LevelInfo), newSink(slog.LevelInfo)
	a, b := tail.NewHandler(first, nil), tail.NewHandler(second, nil)
	ctx, buf := tail.NewContext(t.Context())
	for i := range 4 {
		slog.New([]slog.Handler{a, b}[i%2]).DebugContext(ctx, fmt.Sprint(i))
	}
	if a.Held() != 4 || b.Held() != 0 {
		t.Errorf("the first holds %d, the second %d, want 4 and 0", a.Held(), b.Held())
	}
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([][]string{{"0", "2"}, {"1", "3"}}, [][]string{first.messages(), second.messages()}); diff != "" {
		t.Errorf("released (-want +got):\n%s", diff)
	}
}

// TestGoroutinesThatOutliveTheirRequest has goroutines log while requests end in every way, under bounds that
// are too small.
func TestGoroutinesThatOutliveTheirRequest(t *testing.T) {
	const requests, goroutines, each = 200, 4, 25
	s := newSink(slog.LevelInfo)
	h := tail.NewHandler(s, &tail.Options{RequestRecords: 60, Records: 100})
	log := slog.New(h)
	var all sync.WaitGroup
	for i := range requests {
		ctx, buf := tail.NewContext(t.Context())
		for range goroutines {
			all.Go(func() {
				for j := range each {
					log.DebugContext(ctx, "d")
					if i%5 == 4 && j == each/2 {
						log.ErrorContext(ctx, "E")
					}
				}
			})
		}
		switch i % 5 {
		case 0:
			all.Go(buf.Discard)
		case 1:
			all.Go(func() { _ = buf.Release(ctx) })
		case 2:
			all.Go(buf.Discard)
			all.Go(func() { _ = buf.Release(ctx) })
			all.Go(func() { _ = buf.Release(ctx) })
		}
	}
	all.Wait()
	passed := uint64(0)
	for _, msg := range s.messages() {
		if msg == "d" {
			passed++
		}
	}
	// What is logged after a Discard never reaches the handler.
	if sum := passed + h.Held() + h.Discarded(); sum > requests*goroutines*each || passed == 0 || h.Discarded() == 0 {
		t.Errorf("%d passed, %d held, %d discarded of %d", passed, h.Held(), h.Discarded(), requests*goroutines*each)
	}
	records, bytes := h.Usage()
	if records > 100 || bytes != records*(tail.EntrySize+1) {
		t.Errorf("%d records and %d bytes are held", records, bytes)
	}
}

// TestOrderOfAGoroutineOutlivesTheRelease has records come while the ones before are handed on.
func TestOrderOfAGoroutineOutlivesTheRelease(t *testing.T) {
	const each = 500
	s := newSink(slog.LevelInfo)
	log := slog.New(tail.NewHandler(s, &tail.Options{RequestRecords: 10_000}))
	for range 20 {
		ctx, buf := tail.NewContext(t.Context())
		var wg sync.WaitGroup
		half := make(chan struct{})
		wg.Go(func() {
			for i := range each {
				log.DebugContext(ctx, fmt.Sprint(i))
				if i == each/4 {
					close(half)
				}
			}
		})
		<-half
		if err := buf.Release(ctx); err != nil {
			t.Error(err)
		}
		wg.Wait()
		want := make([]string, each)
		for i := range want {
			want[i] = fmt.Sprint(i)
		}
		if diff := cmp.Diff(want, s.messages()); diff != "" {
			t.Fatalf("written (-want +got):\n%s", diff)
		}
	}
}
