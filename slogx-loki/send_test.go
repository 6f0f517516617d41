package slogxloki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestRecordArrives(t *testing.T) {
	s := &server{}
	h := newTest(t, s, Options{Service: "shop", Environment: "prod", Instance: "i-1", Labels: map[string]string{"team": "a"}, TenantID: "t1"})
	when := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	logger := h.WithAttrs([]slog.Attr{slog.String("version", "1")}).WithGroup("g").(chain.Handler)
	top := []slog.Attr{slog.String("trace_id", "abc"), slog.String("other", "o")}
	if err := logger.HandleTop(t.Context(), top, at(when, "m", slog.Int("n", 1))); err != nil {
		t.Fatal(err)
	}
	flush(t, h)
	diff(t, "entries", []received{{
		Labels: `{environment="prod", instance="i-1", level="info", service_name="shop", team="a"}`,
		Time:   when.UnixNano(),
		Line:   `{"time":"2026-01-02T03:04:05.000000006Z","level":"INFO","msg":"m","version":"1","other":"o","g":{"n":1}}`,
		Meta:   map[string]string{"trace_id": "abc"},
	}}, s.got())
	r := s.sent()[0]
	diff(t, "URL", "http://loki.example:3100/loki/api/v1/push", r.url)
	diff(t, "tenant", "t1", r.header.Get("X-Scope-Orgid"))
	diff(t, "user agent", "slogx-loki/"+version, r.header.Get("User-Agent"))
	diff(t, "type", "application/x-protobuf", r.header.Get("Content-Type"))
	balanced(t, h, 1)
}

func TestBatchesByTimeAndBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		h := newTest(t, s, Options{BatchWait: 3 * time.Second, BatchBytes: 1000})
		start := time.Now()
		handle(t, h, at(start, "one"))
		<-time.After(time.Second)
		handle(t, h, at(time.Now(), "two"))
		<-time.After(5 * time.Second)
		sent := s.sent()
		if len(sent) != 1 || len(sent[0].entries) != 2 || sent[0].at.Sub(start) != 3*time.Second {
			t.Fatalf("%d requests, the first with %d entries after %v", len(sent), len(sent[0].entries), sent[0].at.Sub(start))
		}
		for i := range 30 {
			handle(t, h, at(time.Now(), fmt.Sprint(i)))
		}
		synctest.Wait()
		if len(s.sent()) < 2 {
			t.Error("a full batch waits")
		}
		flush(t, h)
		balanced(t, h, 32)
	})
}

func TestIdenticalLinesAndOldTimesKeepTheOrder(t *testing.T) {
	s := &server{}
	h := newTest(t, s, Options{NoMetadata: true})
	now := time.Now()
	for _, r := range []slog.Record{
		at(now, "a"), at(now, "a"), at(now, "b"), at(now, "a"), at(now.Add(-time.Minute), "old"), at(now.Add(time.Hour), "future"), at(time.Time{}, "no time"),
	} {
		handle(t, h, r)
	}
	flush(t, h)
	last := map[string]int64{}
	seen := map[string]bool{}
	for _, e := range s.got() {
		if e.Time < last[e.Labels] {
			t.Errorf("%s: time goes back by %d", e.Line, last[e.Labels]-e.Time)
		}
		last[e.Labels] = e.Time
		key := fmt.Sprint(e.Time, e.Line)
		if seen[key] {
			t.Errorf("%s: twice at one time", e.Line)
		}
		seen[key] = true
	}
	got := s.got()
	diff(t, "messages", []string{"a", "a", "b", "a", "old", "future", "no time"}, s.messages(t))
	diff(t, "raised by a nanosecond", now.UnixNano()+1, got[1].Time)
	if end := got[len(got)-1].Time; time.Unix(0, end).After(time.Now()) {
		t.Error("a record from the future took the stream with it")
	}
	if !strings.Contains(got[4].Line, now.Add(-time.Minute).Format("15:04:05")) {
		t.Errorf("the line lost the record's own time: %s", got[4].Line)
	}
}

func TestStreamRecoversFromAClockThatWasAhead(t *testing.T) {
	c := streamClock{last: time.Now().Add(time.Hour).UnixNano()}
	now := time.Now().UnixNano()
	if got := c.assign(now, 1); got != now {
		t.Errorf("%v from now", time.Duration(got-now))
	}
}

func TestManyIdenticalTimesStayBounded(t *testing.T) {
	c := streamClock{last: never}
	now := time.Now().UnixNano()
	seen := map[[2]int64]bool{}
	for i := range 10 * maxSeen {
		hash := uint64(i % 100)
		key := [2]int64{c.assign(now, hash), int64(hash)}
		if seen[key] || len(c.seen) > maxSeen {
			t.Fatalf("record %d: twice at one time, or %d remembered", i, len(c.seen))
		}
		seen[key] = true
	}
}

func TestRetries(t *testing.T) {
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for name, tt := range map[string]struct {
		fail             func() reply
		least, atMost    time.Duration // until the next try
		alsoStoredBefore bool
	}{
		"429":                         {fail: func() reply { return reply{status: 429} }, atMost: 500 * time.Millisecond},
		"429 with seconds":            {fail: func() reply { return reply{status: 429, header: http.Header{"Retry-After": {"7"}}} }, least: 7 * time.Second, atMost: 7 * time.Second},
		"429 with a date":             {fail: func() reply { return reply{status: 429, header: http.Header{"Retry-After": {date(90 * time.Second)}}} }, least: 89 * time.Second, atMost: 90 * time.Second},
		"503 with a date in the past": {fail: func() reply { return reply{status: 503, header: http.Header{"Retry-After": {date(-time.Hour)}}} }, atMost: 500 * time.Millisecond},
		"500":                         {fail: func() reply { return reply{status: 500, text: "oops"} }, atMost: 500 * time.Millisecond},
		"502":                         {fail: func() reply { return reply{status: 502} }, atMost: 500 * time.Millisecond},
		"503":                         {fail: func() reply { return reply{status: 503} }, atMost: 500 * time.Millisecond},
		"reset":                       {fail: func() reply { return reply{err: errors.New("connection reset by peer")} }, atMost: 500 * time.Millisecond},
		"refused":                     {fail: func() reply { return reply{err: &net.OpError{Op: "dial", Err: errors.New("refused")}} }, atMost: 500 * time.Millisecond},
		"DNS":                         {fail: func() reply { return reply{err: &net.DNSError{Err: "no such host"}} }, atMost: 500 * time.Millisecond},
		"half an answer":              {fail: func() reply { return reply{status: 200, body: io.MultiReader(strings.NewReader("hal"), broken{})} }, atMost: 500 * time.Millisecond, alsoStoredBefore: true},
		"no answer":                   {fail: func() reply { return reply{hang: true} }, least: 10 * time.Second, atMost: 10*time.Second + 500*time.Millisecond},
		"stored, and the answer lost": {fail: func() reply { return reply{err: io.ErrUnexpectedEOF, stored: true} }, atMost: 500 * time.Millisecond, alsoStoredBefore: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: func(n int, _ request) reply {
					if n == 1 {
						return tt.fail()
					}
					return reply{}
				}}
				h := newTest(t, s, Options{BatchWait: -1})
				handle(t, h, at(time.Now(), "m"))
				synctest.Wait()
				if tt.least == 0 && h.Health(t.Context()) == nil {
					t.Error("healthy")
				}
				<-time.After(5 * time.Minute)
				sent := s.sent()
				if len(sent) != 2 || !bytes.Equal(sent[0].body, sent[1].body) {
					t.Fatalf("%d requests; want 2 that are equal", len(sent))
				}
				if wait := sent[1].at.Sub(sent[0].at); wait < tt.least || wait > tt.atMost {
					t.Errorf("tried again after %v", wait)
				}
				if st := balanced(t, h, 1); st.Delivered != 1 || h.Health(t.Context()) != nil {
					t.Errorf("%+v, %v", st, h.Health(t.Context()))
				}
			})
		})
	}
}

// broken is a body that ends too early.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestFlushEndsAWaitUnlessTheServerAskedForIt(t *testing.T) {
	for asked, want := range map[string]time.Duration{"": 0, "60": time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{answer: func(n int, _ request) reply {
				if n == 1 {
					return reply{status: 429, header: http.Header{"Retry-After": {asked}}}
				}
				return reply{}
			}}
			h := newTest(t, s, Options{BatchWait: -1, MinBackoff: time.Hour, MaxBackoff: time.Hour})
			handle(t, h, at(time.Now(), "m"))
			synctest.Wait()
			start := time.Now()
			flush(t, h)
			if took := time.Since(start); took != want {
				t.Errorf("Retry-After %q: flushed after %v", asked, took)
			}
		})
	}
}

func TestBackoffDoublesWithFullJitterUpToItsBound(t *testing.T) {
	s := &sender{minBackoff: DefaultMinBackoff, maxBackoff: DefaultMaxBackoff}
	for try := 1; try < 100; try++ {
		ceiling := DefaultMaxBackoff
		if try < 11 {
			ceiling = min(DefaultMinBackoff<<(try-1), DefaultMaxBackoff)
		}
		low, high := false, false
		for range 200 {
			d := s.backoff(try)
			if d <= 0 || d > ceiling {
				t.Fatalf("try %d: %v, want at most %v", try, d, ceiling)
			}
			low, high = low || d < ceiling/2, high || d > ceiling/2
		}
		if !low || !high {
			t.Errorf("try %d: no full jitter", try)
		}
	}
}

func TestAnswerWithoutEndIsNotReadForEver(t *testing.T) {
	s := &server{answer: func(int, request) reply { return reply{status: 400, body: endless{}} }}
	h := newTest(t, s, Options{})
	handle(t, h, at(time.Now(), "m"))
	flush(t, h)
	if st := balanced(t, h, 1); st.Dropped[chain.ReasonRejected] != 1 {
		t.Errorf("%+v", st)
	}
}

func TestBatchIsGivenUpAfterMaxTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(int, request) reply { return reply{status: 503} }}
		h := newTest(t, s, Options{MaxTries: 3})
		handle(t, h, at(time.Now(), "m"))
		flush(t, h)
		if n := len(s.sent()); n != 3 {
			t.Errorf("%d requests", n)
		}
		diff(t, "dropped", map[string]uint64{chain.ReasonRetryExhausted: 1}, balanced(t, h, 1).Dropped)
	})
}

func TestOutageOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		up := time.Now().Add(time.Hour)
		s := &server{answer: func(int, request) reply {
			if time.Now().Before(up) {
				return reply{err: &net.OpError{Op: "dial", Err: errors.New("refused")}}
			}
			return reply{}
		}}
		var p problems
		h := newTest(t, s, Options{OnError: p.add})
		var want []string
		for i := range 3600 {
			handle(t, h, at(time.Now(), fmt.Sprint(i)))
			want = append(want, fmt.Sprint(i))
			<-time.After(time.Second)
		}
		if err := h.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "refused") || !strings.Contains(err.Error(), "loki.example") {
			t.Errorf("health: %v", err)
		}
		flush(t, h)
		diff(t, "messages", want, s.messages(t))
		balanced(t, h, 3600)
		if n := len(s.sent()); n > 60 {
			t.Errorf("%d requests in an hour", n)
		}
		if n := len(p.errs); n == 0 || n > 361 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestFlushAndShutdownKeepTheirDeadline(t *testing.T) {
	for name, answer := range map[string]func(int, request) reply{
		"hangs":    func(int, request) reply { return reply{hang: true} },
		"is down":  func(int, request) reply { return reply{err: errors.New("down")} },
		"says 429": func(int, request) reply { return reply{status: 429, header: http.Header{"Retry-After": {"3000"}}} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: answer}
				h := newTest(t, s, Options{})
				for i := range 5 {
					handle(t, h, at(time.Now(), fmt.Sprint(i)))
				}
				late := func(what string, f func(context.Context) error) error {
					ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
					defer cancel()
					start := time.Now()
					err := f(ctx)
					if took := time.Since(start); took > 3100*time.Millisecond || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "5 records") {
						t.Errorf("%s: %v after %v", what, err, took)
					}
					return err
				}
				_ = late("flush", h.Flush)
				err := late("shut down", h.Shutdown)
				if again := h.Shutdown(t.Context()); again == nil || again.Error() != err.Error() {
					t.Errorf("the second time: %v", again)
				}
				if err := h.Handle(t.Context(), at(time.Now(), "late")); err == nil {
					t.Error("taken after the end")
				}
				diff(t, "dropped", map[string]uint64{chain.ReasonShutdown: 5, chain.ReasonClosed: 1}, balanced(t, h, 6).Dropped)
				if h.Health(t.Context()) == nil {
					t.Error("healthy")
				}
			})
		})
	}
}

func TestShutdownDeliversWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(n int, _ request) reply {
			if n < 3 {
				return reply{status: 500}
			}
			return reply{}
		}}
		h := newTest(t, s, Options{BatchWait: time.Hour})
		for i := range 5 {
			handle(t, h, at(time.Now(), fmt.Sprint(i)))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
		if st := balanced(t, h, 5); st.Delivered != 5 || !slices.Equal(s.messages(t), []string{"0", "1", "2", "3", "4"}) {
			t.Errorf("%+v %v", st, s.messages(t))
		}
	})
}

func TestTransportThatNeverReturnsDoesNotHoldShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h, err := NewHandler(&Options{
			URL: "http://loki.example", OnError: func(error) {},
			Transport: roundTripper(func(*http.Request) (*http.Response, error) {
				<-release
				return nil, errors.New("at last")
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		handle(t, h, at(time.Now(), "m"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := h.Shutdown(ctx); err == nil || time.Since(start) > 1100*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		close(release)
		synctest.Wait()
		diff(t, "dropped", map[string]uint64{chain.ReasonShutdown: 1}, balanced(t, h, 1).Dropped)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// fierce is a [chain.Observer] that panics.
type fierce struct{}

func (fierce) Observe(string, float64, ...string) { panic("observer") }

func TestPanicsOfWhatWeAreGivenCostNoRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(n int, _ request) reply {
			if n == 1 {
				panic("transport")
			}
			return reply{}
		}}
		h := newTest(t, s, Options{OnError: func(error) { panic("OnError") }})
		h.SetObserver(fierce{})
		handle(t, h, at(time.Now(), "m"))
		flush(t, h)
		if st := balanced(t, h, 1); st.Delivered != 1 {
			t.Errorf("%+v", st)
		}
		h.SetObserver(nil)
	})
}
