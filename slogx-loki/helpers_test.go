package slogxloki

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/snappy"

	"github.com/slogx-go/slogx/slogx/chain"
)

// received is an entry as a server sees it.
type received struct {
	Labels string
	Time   int64
	Line   string
	Meta   map[string]string
}

// decodePush reads a push request without the help of what wrote it.
func decodePush(body []byte) (entries []received, err error) {
	plain, err := snappy.Decode(nil, body)
	if err != nil {
		return nil, err
	}
	err = fields(plain, func(n int, stream []byte, _ uint64) error {
		if n != 1 {
			return fmt.Errorf("field %d of PushRequest", n)
		}
		labels := ""
		return fields(stream, func(n int, b []byte, _ uint64) error {
			switch n {
			case 1:
				labels = string(b)
				return nil
			case 2:
				e, err := decodeEntry(b)
				e.Labels = labels
				entries = append(entries, e)
				return err
			}
			return fmt.Errorf("field %d of Stream", n)
		})
	})
	return entries, err
}

func decodeEntry(b []byte) (e received, err error) {
	err = fields(b, func(n int, b []byte, _ uint64) error {
		switch n {
		case 1:
			return fields(b, func(n int, _ []byte, v uint64) error {
				if n == 1 {
					e.Time += int64(v) * 1e9
				} else {
					e.Time += int64(v)
				}
				return nil
			})
		case 2:
			e.Line = string(b)
			return nil
		case 3:
			var pair [3]string
			err := fields(b, func(n int, b []byte, _ uint64) error {
				pair[n] = string(b)
				return nil
			})
			if e.Meta == nil {
				e.Meta = make(map[string]string)
			}
			if _, twice := e.Meta[pair[1]]; twice {
				return fmt.Errorf("metadata %q twice", pair[1])
			}
			e.Meta[pair[1]] = pair[2]
			return err
		}
		return fmt.Errorf("field %d of Entry", n)
	})
	return e, err
}

// fields calls f for each field of a message: bytes or a number.
func fields(b []byte, f func(n int, b []byte, v uint64) error) error {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return errors.New("no tag")
		}
		v, m := binary.Uvarint(b[n:])
		if m <= 0 {
			return errors.New("no value")
		}
		b = b[n+m:]
		var err error
		switch tag & 7 {
		case 0:
			err = f(int(tag>>3), nil, v)
		case 2:
			if v > uint64(len(b)) {
				return errors.New("bytes beyond the end")
			}
			err = f(int(tag>>3), b[:v], 0)
			b = b[v:]
		default:
			err = fmt.Errorf("wire type %d", tag&7)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// request is one that a server was sent.
type request struct {
	header  http.Header
	url     string
	body    []byte
	entries []received
	at      time.Time
}

// server is Loki as far as a Transport sees it.
type server struct {
	// answer says what the n-th request, counted from 1, is answered; nil means 204.
	answer func(n int, r request) reply

	mu       sync.Mutex
	requests []request
	stored   []received // of requests answered with a success
}

// reply is what a server answers.
type reply struct {
	status int // 0: 204
	text   string
	header http.Header
	body   io.Reader // instead of text
	err    error     // instead of an answer
	hang   bool      // until the request's context ends
	stored bool      // although the answer is no success
}

func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	entries, err := decodePush(body)
	if err != nil {
		return nil, err
	}
	r := request{header: req.Header, url: req.URL.String(), body: body, entries: entries, at: time.Now()}
	s.mu.Lock()
	s.requests = append(s.requests, r)
	n := len(s.requests)
	s.mu.Unlock()
	var a reply
	if s.answer != nil {
		a = s.answer(n, r)
	}
	if a.status == 0 {
		a.status = http.StatusNoContent
	}
	if a.hang {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	if a.stored || a.err == nil && a.status < 300 {
		s.mu.Lock()
		s.stored = append(s.stored, entries...)
		s.mu.Unlock()
	}
	if a.err != nil {
		return nil, a.err
	}
	if a.body == nil {
		a.body = strings.NewReader(a.text)
	}
	if a.header == nil {
		a.header = make(http.Header)
	}
	return &http.Response{
		StatusCode: a.status, Header: a.header, Body: io.NopCloser(a.body), Request: req,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1,
	}, nil
}

func (s *server) sent() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request(nil), s.requests...)
}

func (s *server) got() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.stored...)
}

// messages returns the messages of what was stored, in order.
func (s *server) messages(t *testing.T) (msgs []string) {
	t.Helper()
	for _, e := range s.got() {
		msgs = append(msgs, messageOf(t, e.Line))
	}
	return msgs
}

func messageOf(t *testing.T, line string) string {
	t.Helper()
	_, rest, ok := strings.Cut(line, `"msg":"`)
	msg, _, ok2 := strings.Cut(rest, `"`)
	if !ok || !ok2 {
		t.Fatalf("no message in %s", line)
	}
	return msg
}

// problems collects what OnError is told.
type problems struct {
	mu   sync.Mutex
	errs []string
}

func (p *problems) add(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errs = append(p.errs, err.Error())
}

func (p *problems) all() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.errs, "\n")
}

// newTest returns a Handler that sends to s and is shut down with the test.
func newTest(tb testing.TB, s *server, opts Options) *Handler {
	tb.Helper()
	opts.URL = "http://loki.example:3100"
	opts.Transport = s
	if opts.OnError == nil {
		opts.OnError = func(error) {}
	}
	if opts.Service == "" {
		opts.Service = "test"
	}
	h, err := NewHandler(&opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = h.Shutdown(ctx)
	})
	return h
}

func flush(t *testing.T, h *Handler) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if err := h.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// balanced fails unless the books add up to accepted records, and returns them.
func balanced(t *testing.T, h *Handler, accepted uint64) chain.Stats {
	t.Helper()
	st := h.Stats()
	if st.Accepted != accepted || st.Accepted != st.Delivered+st.DroppedTotal()+st.Queued+st.Spooled {
		t.Errorf("books do not balance, or not at %d: %+v", accepted, st)
	}
	return st
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// at returns a record logged at a time.
func at(when time.Time, msg string, attrs ...slog.Attr) slog.Record {
	r := slog.NewRecord(when, slog.LevelInfo, msg, 0)
	r.AddAttrs(attrs...)
	return r
}

func handle(t *testing.T, h slog.Handler, r slog.Record) {
	t.Helper()
	if err := h.Handle(t.Context(), r); err != nil {
		t.Errorf("%s: %v", r.Message, err)
	}
}

// endless is a body without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{'x'}, len(p))), nil }

// plainSize returns the size of a request before compression.
func plainSize(t *testing.T, body []byte) int {
	t.Helper()
	n, err := snappy.DecodedLen(body)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
