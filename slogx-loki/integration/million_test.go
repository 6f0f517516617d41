package integration

import (
	"testing"
	"time"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
	"github.com/slogx-go/slogx/slogx/async"
)

// A million records from eight goroutines that never pause.
const (
	goroutines = 8
	each       = 125_000
)

func TestMillionRecordsOnLoki(t *testing.T) {
	s := startLoki(t, &servers.LokiOptions{RateMB: 1000})
	// Loki 1.6.1 has no structured metadata.
	million(t, s, slogxloki.Options{URL: s.URL(), NoMetadata: true})
}

func TestMillionRecordsOnVictoriaLogs(t *testing.T) {
	s := startVictoriaLogs(t)
	million(t, s, slogxloki.Options{URL: s.URL() + "?disable_message_parsing=1"})
}

func million(t *testing.T, s servers.Server, opts slogxloki.Options) {
	t.Helper()
	opts.Overflow, opts.MaxWait, opts.KeepWait = async.Block, patience, patience
	h := newHandler(t, opts)
	begin := time.Now()
	logNumbered(h, goroutines, 0, each)
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	t.Logf("%.0f records/s until the last was acknowledged", goroutines*each/time.Since(begin).Seconds())
	wantBooks(t, h, goroutines*each)

	y := tallyOf(t, s, begin, !opts.NoMetadata)
	if n := y.wantAll(t, goroutines, each); n > 0 {
		t.Errorf("%d records are there twice", n)
	}
}
