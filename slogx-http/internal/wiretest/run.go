package wiretest

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// Router is a router under test.
type Router struct {
	// Open returns the router with the middleware, and handler behind it at /wire/ and one more element.
	Open func(l *slog.Logger, opts *slogxhttp.Options, handler http.HandlerFunc) http.Handler

	// Options are those that the router needs.
	Options slogxhttp.Options

	// Route is the pattern of the route.
	Route string

	// Late says that the router sends the status with the first byte, so that the last one counts.
	Late bool
}

// patience bounds what must happen soon.
const patience = 30 * time.Second

// Run runs all tests.
func Run(t *testing.T, router Router) {
	t.Helper()
	for _, version := range []struct {
		name  string
		http2 bool
	}{{"HTTP1", false}, {"HTTP2", true}} {
		t.Run(version.name, func(t *testing.T) {
			for _, x := range exchanges {
				if router.Late && x.late != nil {
					late := *x.late
					late.name, late.handler, late.method = x.name, x.handler, x.method
					x = late
				}
				t.Run(x.name, func(t *testing.T) { router.exchange(t, x, version.http2) })
			}
			t.Run("the client goes away", func(t *testing.T) { router.clientGone(t, version.http2) })
			t.Run("writes when it has returned", func(t *testing.T) { router.writeLate(t, version.http2) })
		})
	}
	t.Run("hijacks", router.hijack)
	t.Run("not a route", router.notFound)
}

// serve starts a server, which ends with the test.
func (router Router) serve(t *testing.T, http2 bool, handler http.HandlerFunc) (*httptest.Server, *slogxtest.Recorder) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	opts := router.Options
	s := httptest.NewUnstartedServer(router.Open(rec.Logger(), &opts, handler))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	if s.EnableHTTP2 = http2; http2 {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s, rec
}

// one waits for the access record, and checks that there is only that one.
func one(t *testing.T, s *httptest.Server, rec *slogxtest.Recorder) slogxtest.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := rec.Wait(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Close() // waits for the requests
	if n := len(rec.Records()); n != 1 {
		t.Fatalf("%d records, want one: %v", n, rec.Records())
	}
	return r
}

// wire is what the client sees.
type wire struct {
	Status        int
	Text          string
	Cut           bool
	Informational []int

	id string // of the request
}

func get(t *testing.T, s *httptest.Server, x exchange) wire {
	t.Helper()
	var seen wire
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
		seen.Informational = append(seen.Informational, code)
		return nil
	}})
	req, err := http.NewRequestWithContext(ctx, x.method, s.URL+"/wire/7", strings.NewReader(x.body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, x.header)
	res, err := s.Client().Do(req)
	if err != nil {
		return seen
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	seen.Status, seen.Text, seen.Cut, seen.id = res.StatusCode, string(body), err != nil, res.Header.Get("X-Request-ID")
	return seen
}

func (router Router) exchange(t *testing.T, x exchange, http2 bool) {
	s, rec := router.serve(t, http2, x.handler)
	seen := get(t, s, x)
	if diff := cmp.Diff(wire{x.status, x.text, x.cut, x.informational, seen.id}, seen, cmp.AllowUnexported(wire{})); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
	r := one(t, s, rec)
	want := map[string]any{
		"http.request.body.size":  x.received,
		"http.response.body.size": int64(len(seen.Text)),
		"http.route":              router.Route,
		"url.path":                "/wire/7",
	}
	if seen.Status != 0 {
		want["http.response.status_code"] = int64(seen.Status)
		want["request_id"] = seen.id
	}
	if x.errorType != "" {
		want["error.type"] = x.errorType
	}
	check(t, r, x.level, want)
	if x.exception != "" {
		if v, _ := r.Attr("exception.message"); v.String() != x.exception {
			t.Errorf("exception.message %q, want %q", v, x.exception)
		}
		if v, _ := r.Attr("exception.stacktrace"); !strings.Contains(v.String(), "wiretest/cases.go") {
			t.Errorf("exception.stacktrace does not lead to the panic:\n%s", v)
		}
	} else if v, ok := r.Attr("exception.stacktrace"); ok {
		t.Errorf("exception.stacktrace without a panic: %s", v)
	}
}

// check compares those attributes of r whose keys are in want, or say how the request ended.
func check(t *testing.T, r slogxtest.Record, level slog.Level, want map[string]any) {
	t.Helper()
	if r.Level != level {
		t.Errorf("level %v, want %v", r.Level, level)
	}
	got := make(map[string]any)
	for _, key := range []string{"http.response.status_code", "http.response.body.size", "error.type"} {
		if v, ok := r.Attr(key); ok {
			got[key] = v.Any()
		}
	}
	for key := range want {
		if v, ok := r.Attr(key); ok {
			got[key] = v.Any()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("in the record (-want +got):\n%s", diff)
	}
}
