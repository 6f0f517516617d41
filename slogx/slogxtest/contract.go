package slogxtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

// RunContract tests a sink: a handler at the end of a chain, whatever it does with records. open makes one
// that is enabled for INFO and above, and a func that returns what has arrived where the sink delivers to, in
// the form of [testing/slogtest], as for [RunSink]. That func is called after Flush. A sink that changes names,
// such as one that joins groups by underscores, undoes that there.
//
// Each rule is a subtest; a failure says what the rule is. See the package documentation for the rules. Those
// about Flush, Shutdown and Stats hold for sinks that have the methods; see package chain.
func RunContract(t *testing.T, open func(t *testing.T) (slog.Handler, func() ([]map[string]any, error))) {
	t.Helper()
	runContract(live{t}, func() subject {
		h, results := open(t)
		return subject{h, results}
	})
}

func runContract(t tester, open func() subject) {
	runShared(t, open)
	for _, r := range contractRules {
		t.Run(r.name, func(t tester) {
			var made opened
			defer made.shutdown()
			r.run(t, func() subject {
				s := open()
				made.add(s.handler)
				return s
			})
		})
	}
}

var contractRules = []rule{
	{
		name:        "values-as-they-were",
		explanation: withSource("a sink should deliver values as they were when the record was logged, whatever the caller does with them afterwards"),
		check:       checkValuesKept,
	},
	{
		name:        "order",
		explanation: withSource("a sink should deliver the records of one goroutine in the order in which they were logged"),
		check:       checkOrder,
	},
	{
		name:        "canceled",
		explanation: withSource("a record whose context has ended should be delivered where there is room, or refused by an error or in the books; never lost in silence"),
		check:       checkCanceled,
	},
	{
		name:        "flush-canceled",
		explanation: withSource("Flush should return an error, and not wait, when its context has ended and records are left"),
		check:       checkFlushCanceled,
	},
	{
		name:        "shutdown-delivers",
		explanation: withSource("Shutdown should return nil only when everything that was accepted is delivered, or counted as dropped"),
		check:       checkShutdownDelivers,
	},
	{
		name:        "shutdown-while-logging",
		explanation: withSource("records that are logged while Shutdown runs, and after it, should panic nobody, block nobody, and be in the books"),
		check:       checkShutdownWhileLogging,
	},
	{
		name:        "books",
		explanation: withSource("Stats should add up: accepted = delivered + dropped + queued + spooled"),
		check:       checkBooks,
	},
}

func checkValuesKept(t tester, open func() subject) {
	s := open()
	list, table := []string{"before"}, map[string]string{"k": "before"}
	pointed := &struct{ Text string }{"before"}
	l := slog.New(s.handler).With(key("with"), list)
	l.Info("msg", key("list"), list, key("table"), table, key("pointed"), pointed)
	list[0], table["k"], pointed.Text = "after", "after", "after"
	if got, ok := s.output(t, 1); ok {
		for k, v := range ours(got[0]) {
			// A sink may show a pointer as an address, or leave the value out; it must not show the new one.
			if text := fmt.Sprint(v); strings.Contains(text, "after") {
				t.Errorf("%s is %s", k, text)
			}
		}
	}
}

func checkOrder(t tester, open func() subject) {
	const goroutines, records = 4, 100
	s := open()
	var wg sync.WaitGroup
	for g := range goroutines {
		l := slog.New(s.handler).With(key("g"), g)
		wg.Go(func() {
			for i := range records {
				l.Info("msg", key("i"), i)
			}
		})
	}
	wg.Wait()
	got, ok := s.output(t, goroutines*records)
	if !ok {
		return
	}
	next := make(map[string]int)
	for _, m := range got {
		g := fmt.Sprint(m[key("g")])
		if i := fmt.Sprint(m[key("i")]); i != strconv.Itoa(next[g]) {
			t.Errorf("goroutine %s: record %s where %d should be", g, i, next[g])
		}
		next[g]++
	}
}

func checkCanceled(t tester, open func() subject) {
	s := open()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := s.handler.Handle(ctx, record(slog.Int(key("a"), 1)))
	flush(t, s.handler)
	got, readErr := s.results()
	books, counts := statsOf(s.handler)
	switch {
	case readErr != nil:
		t.Errorf("read the output: %v", readErr)
	case len(got) == 1:
	case err == nil && (!counts || books.DroppedTotal() == 0):
		t.Errorf("the record did not arrive, Handle returned nil, and no book counts it as dropped")
	}
}

func checkFlushCanceled(t tester, open func() subject) {
	s := open()
	slog.New(s.handler).Info("msg")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := chain.Flush(ctx, s.handler)
	books, counts := statsOf(s.handler)
	if err == nil && counts && books.Queued > 0 {
		t.Errorf("Flush returned nil with %d records in the queue", books.Queued)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Flush returned %v, which is not %v", err, context.Canceled)
	}
	s.output(t, 1)
}

func checkShutdownDelivers(t tester, open func() subject) {
	const records = 100
	s := open()
	for i := range records {
		slog.New(s.handler).Info("msg", key("i"), i)
	}
	if err := chain.Shutdown(context.Background(), s.handler); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	got, err := s.results()
	if err != nil || len(got) != records {
		t.Errorf("%d of %d records arrived before Shutdown returned, error %v", len(got), records, err)
	}
	survive(t, func() {
		if err := chain.Shutdown(context.Background(), s.handler); err != nil {
			t.Errorf("a second Shutdown: %v", err)
		}
	})
}

func checkShutdownWhileLogging(t tester, open func() subject) {
	const goroutines, records = 4, 200
	s := open()
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			survive(t, func() {
				for i := range records {
					_ = s.handler.Handle(context.Background(), record(slog.Int(key("i"), g*records+i))) // refusing is allowed
				}
			})
		})
	}
	for range 2 {
		wg.Go(func() { survive(t, func() { _ = chain.Shutdown(context.Background(), s.handler) }) })
	}
	wg.Wait()
	survive(t, func() { _ = s.handler.Handle(context.Background(), record()) })
	_ = chain.Shutdown(context.Background(), s.handler)
	got, err := s.results()
	if err != nil {
		t.Errorf("read the output: %v", err)
	}
	if books, counts := statsOf(s.handler); counts {
		checkBalance(t, books, goroutines*records+1, len(got))
	}
}

func checkBooks(t tester, open func() subject) {
	const records = 50
	s := open()
	h, ok := s.handler.(interface{ Stats() chain.Stats })
	if !ok {
		return
	}
	for range records {
		slog.New(s.handler).Info("msg")
		books := h.Stats()
		if sum := books.Delivered + books.DroppedTotal() + books.Queued + books.Spooled; sum != books.Accepted {
			t.Errorf("while records flow: %+v does not add up", books)
		}
	}
	if got, ok := s.output(t, records); ok {
		checkBalance(t, h.Stats(), records, len(got))
	}
}

// checkBalance compares books with what was given and what arrived. Nothing is left to be delivered.
func checkBalance(t tester, books chain.Stats, given, arrived int) {
	t.Helper()
	if books.Accepted != uint64(given) || books.Delivered != uint64(arrived) ||
		books.Delivered+books.DroppedTotal()+books.Queued+books.Spooled != books.Accepted {
		t.Errorf("%d records given, %d arrived: the books are %+v", given, arrived, books)
	}
}

// statsOf returns the books of h if it has some.
func statsOf(h slog.Handler) (chain.Stats, bool) {
	s, ok := h.(interface{ Stats() chain.Stats })
	if !ok {
		return chain.Stats{}, false
	}
	return s.Stats(), true
}
