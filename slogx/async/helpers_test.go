package async

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

// tally is a sink that counts what it got, line by line, and checks the order of each goroutine's lines.
// A line is "<goroutine> <number> …\n".
type tally struct {
	mu     sync.Mutex
	lines  int
	losses int
	last   map[int]int
	levels map[string]int // the third word
	broken []string
}

func (t *tally) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for line := range bytes.Lines(p) {
		t.line(string(line))
	}
	return len(p), nil
}

func (t *tally) line(line string) {
	if strings.Contains(line, lossMessage) {
		t.losses++
		return
	}
	var g, n int
	var level string
	if _, err := fmt.Sscanf(line, "%d %d %s", &g, &n, &level); err != nil || !strings.HasSuffix(line, "\n") {
		t.broken = append(t.broken, line)
		return
	}
	if t.last == nil {
		t.last, t.levels = make(map[int]int), make(map[string]int)
	}
	if last, ok := t.last[g]; ok && n <= last {
		t.broken = append(t.broken, fmt.Sprintf("goroutine %d: %d after %d", g, n, last))
	}
	t.last[g] = n
	t.levels[level]++
	t.lines++
}

// checkBooks compares the books with what the sink counted.
func (t *tally) checkBooks(tb testing.TB, st chain.Stats, accepted int) {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	got := map[string]uint64{"accepted": st.Accepted, "delivered": st.Delivered, "queued": st.Queued, "sum": st.Delivered + st.DroppedTotal()}
	want := map[string]uint64{"accepted": uint64(accepted), "delivered": uint64(t.lines), "queued": 0, "sum": uint64(accepted)}
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("books (-sink +books):\n%s\n%+v", diff, st)
	}
	if len(t.broken) > 0 {
		tb.Errorf("%d broken lines, the first: %q", len(t.broken), t.broken[0])
	}
}
