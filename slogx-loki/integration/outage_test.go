package integration

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/loki/pkg/push"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
	"github.com/slogx-go/slogx/slogx/async"
)

// patient are the options of a handler whose callers rather wait than lose a record, and which tries again soon.
func patient(url string) slogxloki.Options {
	return slogxloki.Options{
		URL: url, NoMetadata: true, Overflow: async.Block, MaxWait: patience, KeepWait: patience,
		BatchWait: 10 * time.Millisecond, BatchBytes: 64 << 10, MinBackoff: 20 * time.Millisecond, MaxBackoff: 200 * time.Millisecond,
	}
}

// underLoad logs numbered records from four goroutines while f runs, and returns how many each has logged.
func underLoad(h slog.Handler, f func()) (each int) {
	const goroutines = 4
	var stop atomic.Bool
	var wg sync.WaitGroup
	var rounds [goroutines]int
	for g := range goroutines {
		wg.Go(func() {
			log := slog.New(h)
			for n := 0; !stop.Load(); n++ {
				for range 20 { // not as fast as it goes: the servers get time, too
					logOne(log, g, rounds[g])
					rounds[g]++
				}
				<-time.After(time.Millisecond)
			}
		})
	}
	f()
	stop.Store(true)
	wg.Wait()
	for _, n := range rounds {
		each = max(each, n)
	}
	for g, n := range rounds { // all to the same number, which is easier to check
		log := slog.New(h)
		for ; n < each; n++ {
			logOne(log, g, n)
		}
	}
	return each
}

func TestServerThatIsDownAtTheStart(t *testing.T) {
	for name, start := range realServers {
		t.Run(name, func(t *testing.T) {
			s, opts := start(t)
			if err := s.Stop(within(t)); err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			h := newHandler(t, opts)
			logNumbered(h, 4, 0, 500)
			if st := h.Stats(); st.Queued != 2000 {
				t.Errorf("the books are %+v, want 2000 queued", st)
			}
			if err := s.Start(within(t)); err != nil {
				t.Fatal(err)
			}
			if err := h.Flush(within(t)); err != nil {
				t.Fatal(err)
			}
			wantBooks(t, h, 2000)
			if n := tallyOf(t, s, begin, false).wantAll(t, 4, 500); n > 0 {
				t.Errorf("%d records are there twice", n)
			}
		})
	}
}

// realServers start the two real servers, with what a handler needs to know to have its lines left alone.
var realServers = map[string]func(*testing.T) (servers.Server, slogxloki.Options){
	"loki": func(t *testing.T) (servers.Server, slogxloki.Options) {
		t.Helper()
		s := startLoki(t, &servers.LokiOptions{RateMB: 1000})
		return s, patient(s.URL())
	},
	"victoria-logs": func(t *testing.T) (servers.Server, slogxloki.Options) {
		t.Helper()
		s := startVictoriaLogs(t)
		return s, patient(s.URL() + "?disable_message_parsing=1")
	},
}

func TestServerThatIsStoppedInTheMiddle(t *testing.T) {
	for name, start := range realServers {
		t.Run(name, func(t *testing.T) {
			s, opts := start(t)
			begin := time.Now()
			h := newHandler(t, opts)
			each := underLoad(h, func() {
				for range 3 {
					<-time.After(300 * time.Millisecond)
					if err := s.Stop(within(t)); err != nil {
						t.Error(err)
					}
					<-time.After(300 * time.Millisecond)
					if err := s.Start(within(t)); err != nil {
						t.Error(err)
					}
				}
			})
			if err := h.Shutdown(within(t)); err != nil {
				t.Fatal(err)
			}
			wantBooks(t, h, 4*each)
			// Loki has each record once: what is sent again is the same to the byte. VictoriaLogs may have the
			// batch twice whose answer was lost, at each stop.
			doubled := tallyOf(t, s, begin, false).wantAll(t, 4, each)
			t.Logf("%d records, %d of them twice", 4*each, doubled)
			if most := 3 * opts.BatchBytes / 100; name == "loki" && doubled > 0 || doubled > most {
				t.Errorf("%d records are there twice", doubled)
			}
		})
	}
}

// A server that hangs costs nobody anything but its queue: callers go on, and Shutdown ends at its deadline.
func TestServerThatHangs(t *testing.T) {
	s := startLoki(t, &servers.LokiOptions{RateMB: 1000})
	opts := patient(s.URL())
	opts.Timeout = 300 * time.Millisecond
	begin := time.Now()
	h := newHandler(t, opts)
	logNumbered(h, 4, 0, 100)
	if err := h.Flush(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.Pause(); err != nil {
		t.Fatal(err)
	}
	logNumbered(h, 4, 100, 2000) // returns, though nobody takes them
	if err := s.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := h.Flush(within(t)); err != nil {
		t.Fatal(err)
	}
	wantBooks(t, h, 8000)
	if n := tallyOf(t, s, begin, false).wantAll(t, 4, 2000); n > 0 {
		t.Errorf("%d records are there twice", n)
	}

	if err := s.Pause(); err != nil {
		t.Fatal(err)
	}
	logNumbered(h, 1, 2000, 2010)
	ctx, cancel := contextWithTimeout(t, 100*time.Millisecond)
	defer cancel()
	if err := h.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "10 records lost") {
		t.Errorf("Shutdown returned %v, want an error with what is left", err)
	}
	balance(t, h.Stats())
	if n := h.Stats().Dropped["shutdown"]; n != 10 {
		t.Errorf("the books are %+v, want 10 lost at shutdown", h.Stats())
	}
	if err := s.Resume(); err != nil {
		t.Fatal(err)
	}
}

// A server killed with -9 loses nothing that it acknowledged, if it is one that writes first; what it did not
// acknowledge is sent again.
func TestServerThatIsKilled(t *testing.T) {
	const kills = 10
	s := startReceiver(t, &servers.ReceiverOptions{Delay: 5 * time.Millisecond}) // time to be killed before the answer
	h := newHandler(t, patient(s.URL()))
	each := underLoad(h, func() {
		for range kills {
			<-time.After(100 * time.Millisecond)
			if err := s.Kill(); err != nil {
				t.Error(err)
			}
			if err := s.Start(within(t)); err != nil {
				t.Error(err)
			}
		}
	})
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	wantBooks(t, h, 4*each)
	doubled := tallyOf(t, s, time.Time{}, false).wantAll(t, 4, each)
	if again := repeated(t, s); again > kills {
		t.Errorf("%d batches came twice, want at most one for each of %d kills", again, kills)
	} else {
		t.Logf("%d records; %d batches with %d of them came twice", 4*each, again, doubled)
	}
}

// repeated returns how many pushes came again. One that has only a part of an earlier one is a fault.
func repeated(t *testing.T, s *servers.Receiver) (again int) {
	t.Helper()
	whole := make(map[string]bool)
	lines := make(map[string]bool)
	err := s.EachPush(func(p *push.PushRequest) error {
		text := p.String()
		if whole[text] {
			again++
			return nil
		}
		whole[text] = true
		for _, stream := range p.Streams {
			for _, e := range stream.Entries {
				if lines[e.Line] {
					return fmt.Errorf("a batch has a part of an earlier one: %s", e.Line)
				}
				lines[e.Line] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return again
}
