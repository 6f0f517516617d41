package integration

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
	"github.com/slogx-go/slogx/slogx/chain"
)

// patience bounds each wait. The machine may be busy.
const patience = 2 * time.Minute

// within returns a context of the test that ends after patience.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// running kills s at the end of the test.
func running[S servers.Server](t *testing.T, s S, err error) S {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Kill(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func startLoki(t *testing.T, opts *servers.LokiOptions) *servers.Loki {
	t.Helper()
	s, err := servers.StartLoki(within(t), t.TempDir(), opts)
	return running(t, s, err)
}

func startVictoriaLogs(t *testing.T) *servers.VictoriaLogs {
	t.Helper()
	s, err := servers.StartVictoriaLogs(within(t), t.TempDir())
	return running(t, s, err)
}

func startReceiver(t *testing.T, opts *servers.ReceiverOptions) *servers.Receiver {
	t.Helper()
	s, err := servers.StartReceiver(within(t), t.TempDir(), opts)
	return running(t, s, err)
}

// handler is a handler of a test, with what it told of.
type handler struct {
	*slogxloki.Handler

	mu       sync.Mutex
	problems []string
}

// newHandler returns a handler with what the tests have in common. It is shut down at the end of the test, in
// whatever state it is.
func newHandler(t *testing.T, opts slogxloki.Options) *handler {
	t.Helper()
	h := &handler{}
	opts.Service, opts.Level, opts.OnError = "test", levels[0], h.problem
	var err error
	if h.Handler, err = slogxloki.NewHandler(&opts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_ = h.Shutdown(ctx)
		if t.Failed() {
			t.Logf("the handler told of:\n%s", h.told())
		}
	})
	return h
}

func (h *handler) problem(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.problems = append(h.problems, err.Error())
}

// told returns what the handler told of, a line each.
func (h *handler) told() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.problems, "\n")
}

// levels and levelNames are those of numbered records, in turn.
var (
	levels     = []slog.Level{-8, slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError, 12}
	levelNames = []string{"trace", "debug", "info", "warn", "error", "fatal"}
)

// traceID is the id of the n-th record of goroutine g.
func traceID(g, n int) string { return fmt.Sprintf("%016x%016x", g+1, n+1) }

// logNumbered logs the records from first up to end from each of several goroutines.
func logNumbered(h slog.Handler, goroutines, first, end int) {
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			log := slog.New(h)
			for n := first; n < end; n++ {
				logOne(log, g, n)
			}
		})
	}
	wg.Wait()
}

func logOne(log *slog.Logger, g, n int) {
	log.LogAttrs(context.Background(), levels[n%len(levels)], "order shipped",
		slog.Int("g", g), slog.Int("n", n), slog.String("trace_id", traceID(g, n)), slog.String("customer", "Ada Lovelace"))
}

// tally is what came of numbered records.
type tally struct {
	metadata bool // ids are in structured metadata
	rows     []row
	faults   []string // what is wrong with single entries, the first few
}

// row is an entry.
type row struct {
	time int64
	g, n int32
}

// tallyOf reads all entries of a server since a time.
func tallyOf(t *testing.T, s servers.Server, since time.Time, metadata bool) *tally {
	t.Helper()
	y := &tally{metadata: metadata}
	if err := s.Each(t.Context(), since, y.add); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.(*servers.VictoriaLogs); ok { // gives them back in no order
		slices.SortFunc(y.rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.n, b.n)) })
	}
	return y
}

func (y *tally) add(e servers.Entry) error {
	g, n := number(e.Line, "g"), number(e.Line, "n")
	if g < 0 || n < 0 {
		y.faultf("not one of ours: %s", e.Line)
		return nil
	}
	y.rows = append(y.rows, row{e.Time.UnixNano(), int32(g), int32(n)})
	if want := levelNames[n%len(levelNames)]; e.Labels["level"] != want || e.Labels["service_name"] != "test" {
		y.faultf("record %d has the labels %v, want the level %s", n, e.Labels, want)
	}
	if id := traceID(g, n); y.metadata && (e.Metadata["trace_id"] != id || strings.Contains(e.Line, "trace_id")) ||
		!y.metadata && (len(e.Metadata) > 0 || !strings.Contains(e.Line, `"trace_id":"`+id+`"`)) {
		y.faultf("record %d has its trace id elsewhere: %s %v", n, e.Line, e.Metadata)
	}
	return nil
}

func (y *tally) faultf(format string, args ...any) {
	if len(y.faults) < 5 {
		y.faults = append(y.faults, fmt.Sprintf(format, args...))
	}
}

// wantAll fails unless the records from 0 up to end of each goroutine are there, and those of a stream in the
// order in which they were logged. It returns how many are there more than once.
func (y *tally) wantAll(t *testing.T, goroutines, end int) (doubled int) {
	t.Helper()
	for _, f := range y.faults {
		t.Error(f)
	}
	type stream struct{ g, level int32 }
	last := make(map[stream]int32)
	times := make([][]uint8, goroutines)
	for g := range times {
		times[g] = make([]uint8, end)
	}
	disorder, strange := 0, 0
	for _, r := range y.rows {
		if int(r.g) >= goroutines || int(r.n) >= end {
			strange++
			continue
		}
		if times[r.g][r.n] > 0 { // is there before: its place is that
			doubled++
			continue
		}
		times[r.g][r.n]++
		of := stream{r.g, r.n % int32(len(levels))}
		if r.n < last[of] {
			disorder++
		}
		last[of] = r.n
	}
	lost, first := 0, ""
	for g := range times {
		for n, seen := range times[g] {
			if seen == 0 {
				lost++
				first = cmp.Or(first, fmt.Sprintf("record %d of goroutine %d first", n, g))
			}
		}
	}
	if lost > 0 || strange > 0 {
		t.Errorf("of %d records %d are not there, %s; %d are there that were not logged", goroutines*end, lost, first, strange)
	}
	if disorder > 0 {
		t.Errorf("%d records come after later ones of their goroutine and stream", disorder)
	}
	return doubled
}

// number returns an attribute of a line, or -1.
func number(line, key string) int {
	_, rest, ok := strings.Cut(line, `"`+key+`":`)
	if !ok {
		return -1
	}
	end := 0
	for end < len(rest) && '0' <= rest[end] && rest[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(rest[:end])
	if err != nil {
		return -1
	}
	return n
}

// wantBooks fails unless the handler has delivered n records, and lost none.
func wantBooks(t *testing.T, h *handler, n int) {
	t.Helper()
	if st := h.Stats(); st.Accepted != uint64(n) || st.Delivered != uint64(n) || st.DroppedTotal() != 0 {
		t.Errorf("the books are %+v, want %d accepted and delivered", st, n)
	}
}

// balance fails unless the books add up.
func balance(t *testing.T, st chain.Stats) {
	t.Helper()
	if sum := st.Delivered + st.DroppedTotal() + st.Queued + st.Spooled; st.Accepted != sum {
		t.Errorf("accepted %d, but delivered, dropped, queued and spooled are %d: %+v", st.Accepted, sum, st)
	}
}

// contextWithTimeout returns a context for what is meant to run out of time.
func contextWithTimeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}
