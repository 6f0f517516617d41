package slogxloki

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestWhatTheServerRefusesIsNotSentAgain(t *testing.T) {
	for _, status := range []int{260, 301, 307, 400, 401, 403, 404, 405, 415, 422} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var p problems
			s := &server{answer: func(_ int, r request) reply {
				if strings.Contains(r.entries[0].Line, "X") {
					return reply{status: status, text: "because of X", header: http.Header{"Location": {"http://elsewhere.example/"}}}
				}
				return reply{}
			}}
			h := newTest(t, s, Options{OnError: p.add})
			handle(t, h, at(time.Now(), "X"))
			flush(t, h)
			if h.Health(t.Context()) == nil {
				t.Error("healthy")
			}
			handle(t, h, at(time.Now(), "Y"))
			flush(t, h)
			if n := len(s.sent()); n != 2 {
				t.Errorf("%d requests", n)
			}
			diff(t, "messages", []string{"Y"}, s.messages(t)[len(s.messages(t))-1:])
			st := balanced(t, h, 2)
			diff(t, "dropped", map[string]uint64{chain.ReasonRejected: 1}, st.Dropped)
			if told := p.all(); !strings.Contains(told, fmt.Sprint(status)) || !strings.Contains(told, "because of X") {
				t.Errorf("told: %s", told)
			}
		})
	}
}

func TestTooLargeBatchIsSplit(t *testing.T) {
	s := &server{answer: func(_ int, r request) reply {
		if len(r.entries) > 2 || strings.Contains(r.entries[0].Line, "giant") {
			return reply{status: 413}
		}
		return reply{}
	}}
	h := newTest(t, s, Options{BatchWait: time.Hour})
	want := []string{}
	for i := range 11 {
		handle(t, h, at(time.Now(), fmt.Sprint(i)))
		want = append(want, fmt.Sprint(i))
	}
	flush(t, h)
	diff(t, "messages", want, s.messages(t))
	handle(t, h, at(time.Now(), "giant"))
	handle(t, h, at(time.Now(), "giant"))
	flush(t, h)
	st := balanced(t, h, 13)
	diff(t, "dropped", map[string]uint64{chain.ReasonTooLarge: 2}, st.Dropped)
}

const ignored = "entry with timestamp 2026-01-01 00:00:00 +0000 UTC ignored, reason: 'entry out of order' for stream: {level=\"info\"},\ntotal ignored: %d out of 5"

func TestOutOfOrderMeansStoredOnlyAfterATryThatMayHaveArrived(t *testing.T) {
	for name, tt := range map[string]struct {
		first     reply
		delivered uint64
	}{
		"at once":             {delivered: 3},
		"after refused":       {first: reply{err: &net.OpError{Op: "dial", Err: errors.New("refused")}}, delivered: 3},
		"after 429":           {first: reply{status: 429}, delivered: 3},
		"after a lost answer": {first: reply{err: io.ErrUnexpectedEOF, stored: true}, delivered: 5},
		"after 500":           {first: reply{status: 500}, delivered: 5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: func(n int, _ request) reply {
					if n == 1 && (tt.first.err != nil || tt.first.status != 0) {
						return tt.first
					}
					return reply{status: 400, text: fmt.Sprintf(ignored, 2)}
				}}
				h := newTest(t, s, Options{})
				for i := range 5 {
					handle(t, h, at(time.Now(), fmt.Sprint(i)))
				}
				flush(t, h)
				st := balanced(t, h, 5)
				if st.Delivered != tt.delivered || st.Dropped[chain.ReasonRejected] != 5-tt.delivered {
					t.Errorf("%+v", st)
				}
			})
		})
	}
}

func TestOnlyTheBadEntriesOfABatchCountAsRejected(t *testing.T) {
	now := time.Now().Truncate(0).UTC()
	old, older := now.Add(-300*time.Hour), now.Add(-400*time.Hour)
	for name, tt := range map[string]struct {
		text string
		want uint64
	}{
		"counted by the server":  {fmt.Sprintf(ignored, 2) + "\n" + fmt.Sprintf(ignored, 1), 3},
		"more than there are":    {fmt.Sprintf(ignored, 200), 6},
		"grouped":                {"3 errors like: entry for stream '{}' has timestamp too old", 3},
		"too old":                {fmt.Sprintf("entry for stream '{level=\"info\"}' has timestamp too old: %v", old), 2},
		"too old, with a bound":  {fmt.Sprintf("entry for stream '{}' has timestamp too old: %s, oldest acceptable timestamp is: %s", older.Format(time.RFC3339), now.Add(-168*time.Hour).Format(time.RFC3339)), 2},
		"too new":                {fmt.Sprintf("entry for stream '{}' has timestamp too new: %v", now), 4},
		"too long":               {"Max entry size '1000' bytes exceeded for stream '{}' while adding an entry with length '5000' bytes", 1},
		"labels":                 {"entry for stream '{level=\"info\", service_name=\"test\"}' has 16 label names; limit 15", 6},
		"labels of another":      {"stream '{a=\"b\"}' has label value too long: 'x'", 1},
		"structured metadata":    {"stream '{}' has structured metadata too large", 1},
		"too far behind":         {"entry too far behind, entry timestamp is: x", 1},
		"nothing Loki would say": {"snappy: corrupt input", 6},
		"nothing":                {"", 6},
	} {
		t.Run(name, func(t *testing.T) {
			var p problems
			s := &server{answer: func(int, request) reply { return reply{status: 400, text: tt.text} }}
			h := newTest(t, s, Options{OnError: p.add})
			for _, r := range []slog.Record{
				at(older, "older"), at(old, "old"), at(now, "1"), at(now, "2"), at(now, "3"), at(now, strings.Repeat("long", 500)),
			} {
				handle(t, h, r)
			}
			flush(t, h)
			st := balanced(t, h, 6)
			if st.Dropped[chain.ReasonRejected] != tt.want || st.Delivered != 6-tt.want {
				t.Errorf("%+v, want %d rejected", st, tt.want)
			}
			if told := p.all(); !strings.Contains(told, fmt.Sprintf("%d of 6 records rejected", tt.want)) || !strings.Contains(told, tt.text[:min(100, len(tt.text))]) {
				t.Errorf("told: %s", told)
			}
			if n := len(s.sent()); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}
