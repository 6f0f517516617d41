package integration

import (
	"strings"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
	"github.com/slogx-go/slogx/slogx/chain"
)

// An outage longer than what the spool has room for costs the oldest records. They are counted, and those that are
// delivered are those that the server has.
func TestOutageLongerThanTheSpool(t *testing.T) {
	s := startReceiver(t, nil)
	opts := patient(s.URL())
	opts.SpoolDir, opts.SpoolBytes = t.TempDir(), 1<<20
	h := newHandler(t, opts)
	logNumbered(h, 1, 0, 100)
	if err := h.Flush(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(within(t)); err != nil {
		t.Fatal(err)
	}
	const end = 30_000 // 4 MB
	logNumbered(h, 1, 100, end)
	balance(t, h.Stats())
	if u := h.SpoolUsage(); u.Bytes > opts.SpoolBytes {
		t.Errorf("the spool has %d bytes, want at most %d", u.Bytes, opts.SpoolBytes)
	}
	if err := s.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := h.Flush(within(t)); err != nil {
		t.Fatal(err)
	}
	st := h.Stats()
	balance(t, st)
	lost := st.Dropped[chain.ReasonSpoolFull]
	y := tallyOf(t, s, time.Time{}, false)
	there := make(map[int32]bool)
	for _, r := range y.rows {
		there[r.n] = true
	}
	if lost == 0 || lost != st.DroppedTotal() || st.Delivered != uint64(len(there)) || st.Accepted != end {
		t.Errorf("the books are %+v, and the server has %d records", st, len(there))
	}
	// A batch may have been on its way; what is lost lies between it and the newest.
	newest := int32(0)
	for n := int32(end - 1); there[n]; n-- {
		newest++
	}
	if newest < end/10 || len(there) > 100+int(newest)+2*opts.BatchBytes/100 {
		t.Errorf("%d records are there, the newest %d of them without a gap", len(there), newest)
	}
}

// Shutdown with less time than the backlog needs says what is left. The next start sends it, before newer records.
func TestShutdownWithABacklog(t *testing.T) {
	s := startLoki(t, &servers.LokiOptions{RateMB: 1000})
	begin := time.Now()
	opts := patient(s.URL())
	opts.SpoolDir = t.TempDir()
	if err := s.Pause(); err != nil {
		t.Fatal(err)
	}
	h := newHandler(t, opts)
	logNumbered(h, 2, 0, 3000)
	ctx, cancel := contextWithTimeout(t, 200*time.Millisecond)
	defer cancel()
	if err := h.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "6000 records left in the spool") {
		t.Errorf("Shutdown returned %v, want what is left", err)
	}
	if st := h.Stats(); st.Spooled != 6000 || st.DroppedTotal() != 0 {
		t.Errorf("the books are %+v, want 6000 spooled", st)
	}
	if err := s.Resume(); err != nil {
		t.Fatal(err)
	}
	h = newHandler(t, opts)
	logNumbered(h, 2, 3000, 4000)
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	wantBooks(t, h, 8000)
	if n := tallyOf(t, s, begin, false).wantAll(t, 2, 4000); n > 0 {
		t.Errorf("%d records are there twice", n)
	}
}
