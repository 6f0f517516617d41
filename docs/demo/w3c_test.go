package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

const (
	sentTrace  = "12345678901234567890123456789012"
	sentParent = "1234567890123456"
	sent01     = "traceparent: 00-" + sentTrace + "-" + sentParent + "-01"
	sent00     = "traceparent: 00-" + sentTrace + "-" + sentParent + "-00"

	keyChars   = "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
	valueChars = " !\"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
)

// exchange is one request to the service and what it must send on.
type exchange struct {
	lines []string // of the header, as they stand on the wire
	calls int      // 0 is one

	flags string // those that are sent on if the trace is continued; "" if it must be restarted
	state string // the whole tracestate that is sent on
}

func restarted(lines ...string) exchange { return exchange{lines: lines} }

func continued(state string, lines ...string) exchange {
	return exchange{lines: lines, flags: lines[0][len(lines[0])-2:], state: state}
}

// withState continues the trace with the tracestate lines given.
func withState(state string, lines ...string) exchange {
	e := continued(state, sent00)
	for _, l := range lines {
		e.lines = append(e.lines, "tracestate: "+l)
	}
	return e
}

// parent is a traceparent line that holds fields.
func parent(fields ...string) string { return "traceparent: " + strings.Join(fields, "-") }

// bars are the members bar<from> to bar<to>.
func bars(from, to int) string {
	var all []string
	for i := from; i <= to; i++ {
		all = append(all, fmt.Sprintf("bar%02d=%02d", i, i))
	}
	return strings.Join(all, ",")
}

// situations are those of the public suite at its strictest, with the rules of Level 2.
var situations = []struct {
	name      string
	exchanges []exchange
}{
	{"no headers", []exchange{restarted()}},
	{"traceparent alone", []exchange{continued("", sent01)}},
	{"traceparent twice", []exchange{
		restarted(parent("00", sentTrace[:31]+"1", sentParent, "01"), sent01),
		restarted(sent01, sent01),
	}},
	{"other header names", []exchange{
		restarted("trace-parent: 00-" + sentTrace + "-" + sentParent + "-01"),
		restarted("trace.parent: 00-" + sentTrace + "-" + sentParent + "-01"),
	}},
	{"case of the header name", []exchange{
		continued("", "TraceParent: 00-"+sentTrace+"-"+sentParent+"-01"),
		continued("", "TrAcEpArEnT: 00-"+sentTrace+"-"+sentParent+"-01"),
		continued("", "TRACEPARENT: 00-"+sentTrace+"-"+sentParent+"-01"),
	}},
	{"version 00 with more behind it", []exchange{
		restarted(sent01 + "."),
		restarted(sent01 + "-"),
		restarted(sent01 + "-what-the-future-will-be-like"),
	}},
	{"version cc", []exchange{
		continued("", parent("cc", sentTrace, sentParent, "01")),
		{lines: []string{parent("cc", sentTrace, sentParent, "01", "what-the-future-will-be-like")}, flags: "01"},
		{lines: []string{parent("01", sentTrace, sentParent, "01", "")}, flags: "01"},
		restarted(parent("cc", sentTrace, sentParent, "01.what-the-future-will-be-like")),
	}},
	{"version ff", []exchange{restarted(parent("ff", sentTrace, sentParent, "01"))}},
	{"illegal characters in the version", []exchange{
		restarted(parent(".0", sentTrace, sentParent, "01")),
		restarted(parent("0.", sentTrace, sentParent, "01")),
	}},
	{"version too long", []exchange{
		restarted(parent("000", sentTrace, sentParent, "01")),
		restarted(parent("0000", sentTrace, sentParent, "01")),
	}},
	{"version too short", []exchange{restarted(parent("0", sentTrace, sentParent, "01"))}},
	{"trace id of zeros", []exchange{restarted(parent("00", strings.Repeat("0", 32), sentParent, "01"))}},
	{"illegal characters in the trace id", []exchange{
		restarted(parent("00", "."+sentTrace[1:], sentParent, "01")),
		restarted(parent("00", sentTrace[:31]+".", sentParent, "01")),
		restarted(parent("00", "ABCDEF"+sentTrace[6:], sentParent, "01")),
	}},
	{"trace id too long", []exchange{restarted(parent("00", sentTrace+"3", sentParent, "01"))}},
	{"trace id too short", []exchange{restarted(parent("00", sentTrace[:31], sentParent, "01"))}},
	{"parent id of zeros", []exchange{restarted(parent("00", sentTrace, strings.Repeat("0", 16), "01"))}},
	{"illegal characters in the parent id", []exchange{
		restarted(parent("00", sentTrace, "."+sentParent[1:], "01")),
		restarted(parent("00", sentTrace, sentParent[:15]+".", "01")),
		restarted(parent("00", sentTrace, "ABCDEF"+sentParent[6:], "01")),
	}},
	{"parent id too long", []exchange{restarted(parent("00", sentTrace, sentParent+"7", "01"))}},
	{"parent id too short", []exchange{restarted(parent("00", sentTrace, sentParent[:15], "01"))}},
	{"illegal characters in the flags", []exchange{
		restarted(parent("00", sentTrace, sentParent, ".0")),
		restarted(parent("00", sentTrace, sentParent, "0.")),
		restarted(parent("00", sentTrace, sentParent, "0A")),
	}},
	{"flags too long", []exchange{restarted(parent("00", sentTrace, sentParent, "001"))}},
	{"flags too short", []exchange{restarted(parent("00", sentTrace, sentParent, "1"))}},
	{"white space around traceparent", []exchange{
		{lines: []string{"traceparent:  00-" + sentTrace + "-" + sentParent + "-01"}, flags: "01"},
		{lines: []string{"traceparent: \t00-" + sentTrace + "-" + sentParent + "-01"}, flags: "01"},
		{lines: []string{sent01 + " "}, flags: "01"},
		{lines: []string{sent01 + "\t"}, flags: "01"},
		{lines: []string{"traceparent: \t 00-" + sentTrace + "-" + sentParent + "-01 \t"}, flags: "01"},
	}},
	{"tracestate without traceparent", []exchange{restarted("tracestate: foo=1"), restarted("tracestate: foo=1,bar=2")}},
	{"tracestate with traceparent", []exchange{withState("foo=1,bar=2", "foo=1,bar=2")}},
	{"other names of tracestate", []exchange{
		continued("", sent00, "trace-state: foo=1"),
		continued("", sent00, "trace.state: foo=1"),
	}},
	{"case of the name of tracestate", []exchange{
		continued("foo=1", sent00, "TraceState: foo=1"),
		continued("foo=1", sent00, "TrAcEsTaTe: foo=1"),
		continued("foo=1", sent00, "TRACESTATE: foo=1"),
	}},
	{"empty tracestate", []exchange{withState("", ""), withState("foo=1", "foo=1", ""), withState("foo=1", "", "foo=1")}},
	{"several tracestate lines", []exchange{
		withState("foo=1,bar=2,rojo=1,congo=2,baz=3", "foo=1,bar=2", "rojo=1,congo=2", "baz=3"),
	}},
	{"a key twice", []exchange{
		withState("foo=1", "foo=1,foo=1"),
		withState("foo=1", "foo=1,foo=2"),
		withState("foo=1", "foo=1", "foo=1"),
		withState("foo=1", "foo=1", "foo=2"),
	}},
	{"all characters that are allowed", []exchange{
		withState(keyChars+"="+valueChars, keyChars+"="+valueChars),
		withState(keyChars+"@a-z0-9_-*/="+valueChars, keyChars+"@a-z0-9_-*/="+valueChars),
	}},
	{"white space in tracestate", []exchange{
		withState("foo=1,bar=2,baz=3", "foo=1 \t , \t bar=2, \t baz=3"),
		withState("foo=1,bar=2,baz=3", "foo=1\t \t,\t \tbar=2,\t \tbaz=3"),
		withState("foo=1", " foo=1"),
		withState("foo=1", "\tfoo=1"),
		withState("foo=1", "foo=1 "),
		withState("foo=1", "foo=1\t"),
		withState("foo=1", "\t foo=1 \t"),
		withState("foo=1,bar=2", ",foo=1, ,bar=2,"),
	}},
	{"illegal characters in a key", []exchange{withState("", "foo =1"), withState("", "FOO=1"), withState("", "foo.bar=1")}},
	{"at signs in a key", []exchange{
		withState("foo@=1,bar=2", "foo@=1,bar=2"),
		withState("", "@foo=1,bar=2"),
		withState("foo@@bar=1,bar=2", "foo@@bar=1,bar=2"),
		withState("foo@bar@baz=1,bar=2", "foo@bar@baz=1,bar=2"),
	}},
	{"32 and 33 members", []exchange{
		withState(bars(1, 32), bars(1, 10), bars(11, 20), bars(21, 30), bars(31, 32)),
		withState("", bars(1, 10), bars(11, 20), bars(21, 30), bars(31, 33)),
	}},
	{"length of a key", []exchange{
		withState("foo=1,"+strings.Repeat("z", 256)+"=1", "foo=1", strings.Repeat("z", 256)+"=1"),
		withState("", "foo=1", strings.Repeat("z", 257)+"=1"),
		withState("foo=1,"+strings.Repeat("t", 241)+"@"+strings.Repeat("v", 14)+"=1", "foo=1", strings.Repeat("t", 241)+"@"+strings.Repeat("v", 14)+"=1"),
		withState("foo=1,"+strings.Repeat("t", 242)+"@v=1", "foo=1", strings.Repeat("t", 242)+"@v=1"),
		withState("", "foo=1", strings.Repeat("t", 242)+"@"+strings.Repeat("v", 14)+"=1"),
	}},
	{"illegal characters in a value", []exchange{
		withState("", "foo=bar=baz"),
		withState("", "foo=,bar=3"),
		withState("", "foo=1,bar="+strings.Repeat("x", 257)),
	}},
	{"several calls with a trace", []exchange{{lines: []string{sent01}, flags: "01", calls: 3}}},
	{"several calls without a trace", []exchange{{calls: 3}}},
	{"several calls with an illegal trace", []exchange{
		{lines: []string{parent("00", strings.Repeat("0", 32), sentParent, "01")}, calls: 3},
	}},
	{"flag of a random trace id", []exchange{
		continued("", parent("00", sentTrace, sentParent, "02")),
		continued("", parent("00", sentTrace, sentParent, "03")),
	}},
}

func TestTraceContextLevel2OnTheWire(t *testing.T) {
	url := startW3C(t)
	suite := newSuite(t)
	if n := len(situations); n != 41 {
		t.Errorf("%d situations, the public suite has 41", n)
	}
	for _, tt := range situations {
		t.Run(tt.name, func(t *testing.T) {
			for _, e := range tt.exchanges {
				if diff := cmp.Diff(e.want(), suite.run(t, url, e)); diff != "" {
					t.Errorf("%q\nsent on (-want +got):\n%s", e.lines, diff)
				}
			}
		})
	}
}

// seen is what the suite sees of the calls of one exchange.
type seen struct {
	Traces  int    // different trace ids
	Parents int    // different parent ids
	Known   bool   // the trace id is that of the request
	Flags   string // of the last call
	State   string // of the last call
}

func (e exchange) want() seen {
	w := seen{Traces: 1, Parents: max(e.calls, 1), Known: e.flags != "", Flags: e.flags, State: e.state}
	if !w.Known {
		w.Flags = "02" // random, not sampled
	}
	return w
}

// suite has the service call it.
type suite struct {
	server *httptest.Server

	mu    sync.Mutex
	calls map[string]http.Header // by path
}

func newSuite(t *testing.T) *suite {
	t.Helper()
	s := &suite{}
	s.server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != `["`+r.URL.Path+`"]` {
			t.Errorf("call of %s with the body %q (%v)", r.URL.Path, body, err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls[r.URL.Path] = r.Header
	}))
	t.Cleanup(s.server.Close)
	return s
}

// run sends e to the service at url and returns what it was called with.
func (s *suite) run(t *testing.T, url string, e exchange) seen {
	t.Helper()
	s.mu.Lock()
	s.calls = map[string]http.Header{}
	s.mu.Unlock()
	n := max(e.calls, 1)
	var calls []call
	for i := range n {
		path := fmt.Sprintf("/callback/%d", i)
		calls = append(calls, call{URL: s.server.URL + path, Arguments: json.RawMessage(`["` + path + `"]`)})
	}
	post(t, url, e.lines, calls)

	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) != n {
		t.Errorf("%d calls, want %d", len(s.calls), n)
	}
	var got seen
	traces, parents := map[[16]byte]bool{}, map[[8]byte]bool{}
	for _, header := range s.calls {
		lines := header.Values("Traceparent")
		trace, err := tracectx.Parse(lines, nil)
		if err != nil || trace.Traceparent() != lines[0] {
			t.Fatalf("sent on with %q: %v", lines, err)
		}
		traces[trace.TraceID], parents[trace.SpanID] = true, true
		got.Known = strings.Contains(trace.Traceparent(), sentTrace)
		got.Flags = fmt.Sprintf("%02x", trace.Flags)
		got.State = strings.Join(header.Values("Tracestate"), " and ")
		if strings.Contains(lines[0], "-"+sentParent+"-") {
			t.Errorf("sent on with the parent id of the caller: %s", lines[0])
		}
	}
	got.Traces, got.Parents = len(traces), len(parents)
	return got
}

// post sends a request with header lines as they are, which no client of net/http would.
func post(t *testing.T, url string, lines []string, calls []call) {
	t.Helper()
	body, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(url, "http://")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var request bytes.Buffer
	fmt.Fprintf(&request, "POST / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n",
		address, len(body))
	for _, l := range lines {
		request.WriteString(l + "\r\n")
	}
	request.WriteString("\r\n")
	request.Write(body)
	if _, err := conn.Write(request.Bytes()); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("status %d (%v): %s", response.StatusCode, err, text)
	}
}

// startW3C runs the program with -w3c until the test ends, and returns its address.
func startW3C(t *testing.T) (url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the test's own is done before its cleanup
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"-w3c"}, w)
		w.Close()
	}()
	out := bufio.NewReader(r)
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	drained := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, out) // what it logs
		close(drained)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		<-drained
	})
	return line[strings.Index(line, "http://") : len(line)-1]
}

func TestW3CServiceRefusesWhatIsNoListOfCalls(t *testing.T) {
	url := startW3C(t)
	for body, want := range map[string]int{
		`{"url":"http://127.0.0.1/"}`: http.StatusBadRequest,
		`[`:                           http.StatusBadRequest,
		`[{"url":"nowhere://"}]`:      http.StatusBadGateway,
		`[]`:                          http.StatusOK,
	} {
		response, err := http.Post(url, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: status %d, want %d", body, response.StatusCode, want)
		}
	}
}

func TestCallWithoutArgumentsHasAnEmptyListAsItsBody(t *testing.T) {
	bodies := make(chan string, 1)
	called := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies <- string(body)
	}))
	defer called.Close()
	response, err := http.Post(startW3C(t), "application/json", strings.NewReader(`[{"url":"`+called.URL+`"}]`))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	select {
	case got := <-bodies:
		if got != "[]" {
			t.Errorf("called with %q", got)
		}
	default:
		t.Errorf("not called, status %d", response.StatusCode)
	}
}
