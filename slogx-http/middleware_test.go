package slogxhttp_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

const (
	traceID     = "0af7651916cd43dd8448eb211c80319c"
	traceparent = "00-" + traceID + "-b7ad6b7169203331-01"
)

// serve has handler serve r behind the middleware, and returns the response and the records.
func serve(t *testing.T, opts *slogxhttp.Options, r *http.Request, handler http.HandlerFunc) (*httptest.ResponseRecorder, []slogxtest.Record) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	w := httptest.NewRecorder()
	slogxhttp.Middleware(rec.Logger(), opts)(handler).ServeHTTP(w, r)
	return w, rec.Records()
}

// access returns the only record of a request.
func access(t *testing.T, opts *slogxhttp.Options, r *http.Request, handler http.HandlerFunc) slogxtest.Record {
	t.Helper()
	_, records := serve(t, opts, r, handler)
	if len(records) != 1 {
		t.Fatalf("%d records, want one: %v", len(records), records)
	}
	return records[0]
}

func attr(r slogxtest.Record, key string) any {
	v, ok := r.Attr(key)
	if !ok {
		return nil
	}
	return v.Any()
}

func nothing(http.ResponseWriter, *http.Request) {}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestAccessRecord(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST example.com/orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		r.Method, r.URL.Path = http.MethodGet, "/changed" // some middlewares do
		slogxhttp.AddAttrs(r.Context(), slog.String("tenant", "t1"))
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "made")
	})
	r := httptest.NewRequest(http.MethodPost, "https://example.com:8443/orders/7?token=abc&x=1", strings.NewReader("body"))
	r.Header.Set("User-Agent", "test")
	r.Header.Set("X-Request-ID", "r1")
	r.Header.Set("Traceparent", traceparent)
	r.RemoteAddr = "192.0.2.1:4711"
	rec := access(t, nil, r, mux.ServeHTTP)
	got := rec.Map()
	for _, key := range []string{"span_id", "http.server.request.duration", slog.TimeKey} {
		if got[key] == nil {
			t.Errorf("no %s", key)
		}
		delete(got, key)
	}
	want := map[string]any{
		"msg": "POST /orders/7", "level": slog.LevelInfo,
		"request_id": "r1", "trace_id": traceID, "trace_flags": "01",
		"http.request.method": "POST", "url.scheme": "https", "url.path": "/orders/7", "url.query": "token=REDACTED&x=1",
		"http.route": "/orders/{id}", "http.response.status_code": int64(201),
		"http.request.body.size": int64(4), "http.response.body.size": int64(4),
		"client.address": "192.0.2.1", "network.peer.address": "192.0.2.1", "network.peer.port": int64(4711),
		"server.address": "example.com", "server.port": int64(8443),
		"network.protocol.version": "1.1", "user_agent.original": "test", "tenant": "t1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestAccessRecordOfAnOddRequest(t *testing.T) {
	long := strings.Repeat("a", 3000)
	for _, tt := range []struct {
		name   string
		change func(r *http.Request)
		want   map[string]any
	}{
		{"an unknown method", func(r *http.Request) { r.Method = "BREW" }, map[string]any{"http.request.method": "_OTHER", "http.request.method_original": "BREW"}},
		{"HTTP/1.0", func(r *http.Request) { r.ProtoMinor = 0 }, map[string]any{"network.protocol.version": "1.0"}},
		{"HTTP/3", func(r *http.Request) { r.ProtoMajor, r.ProtoMinor = 3, 0 }, map[string]any{"network.protocol.version": "3"}},
		{"TLS", func(r *http.Request) { r.TLS = new(tls.ConnectionState) }, map[string]any{"url.scheme": "https"}},
		{"a unix socket", func(r *http.Request) { r.RemoteAddr = "@" }, map[string]any{"client.address": nil, "network.peer.address": nil}},
		{"no host", func(r *http.Request) { r.Host = "" }, map[string]any{"server.address": nil}},
		{"an IPv6 host", func(r *http.Request) { r.Host = "[2001:db8::1]:80" }, map[string]any{"server.address": "2001:db8::1", "server.port": int64(80)}},
		{"a long path", func(r *http.Request) { r.URL.Path = "/" + long }, map[string]any{"url.path": "/" + long[:2047] + "…", "msg": "GET /" + long[:255] + "…"}},
		{"a long agent", func(r *http.Request) { r.Header.Set("User-Agent", long) }, map[string]any{"user_agent.original": long[:2048] + "…"}},
		{"*", func(r *http.Request) { r.Method, r.URL.Path = "OPTIONS", "*" }, map[string]any{"msg": "OPTIONS *"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			tt.change(r)
			m := access(t, nil, r, nothing).Map()
			for key, want := range tt.want {
				if m[key] != want {
					t.Errorf("%s is %v, want %v", key, m[key], want)
				}
			}
		})
	}
}

// lookUp finds what stands at path, whose keys may have dots themselves.
// A middleware that makes its own copy of the request hides what the handlers find out from the one that it got.
func TestServersRequestLearnsWhatTheHandlersFoundOut(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/upload", func(_ http.ResponseWriter, r *http.Request) { _ = r.ParseMultipartForm(1 << 10) })
	r := httptest.NewRequest(http.MethodPost, "/upload", strings.NewReader(
		"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	access(t, nil, r, mux.ServeHTTP)
	if r.MultipartForm == nil || r.Pattern != "/upload" {
		t.Errorf("form %v, pattern %q", r.MultipartForm, r.Pattern)
	}
}

func TestFuncsThatPanicAreReported(t *testing.T) {
	var errs []error
	opts := &slogxhttp.Options{
		Route:   func(*http.Request) string { panic("boom") },
		Level:   func(int) slog.Level { panic("boom") },
		OnError: func(err error) { errs = append(errs, err) },
	}
	rec := access(t, opts, httptest.NewRequest(http.MethodGet, "/", nil), nothing)
	if rec.Level != slog.LevelInfo || len(errs) != 1 || errs[0].Error() != "call Level: panic: boom" {
		t.Errorf("level %v, errors %v", rec.Level, errs)
	}
}

// broken is a handler that panics.
type broken struct{ slog.Handler }

func (broken) Enabled(context.Context, slog.Level) bool { return true }

func (broken) Handle(context.Context, slog.Record) error { panic("boom") }

func TestHandlerThatPanicsDoesNotEndTheRequest(t *testing.T) {
	var got error
	w := httptest.NewRecorder()
	opts := &slogxhttp.Options{OnError: func(err error) {
		got = err
		panic("so does OnError")
	}}
	slogxhttp.Middleware(slog.New(broken{slog.DiscardHandler}), opts)(status(204)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 204 || got == nil {
		t.Errorf("status %d, error %v", w.Code, got)
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		opts slogxhttp.Options
		want string
	}{
		{slogxhttp.Options{Skip: []string{"GET  /", "/ok"}}, `Skip "GET  /"`},
		{slogxhttp.Options{Skip: []string{"/a/{x}", "/{y}/b"}}, `Skip "/{y}/b"`},
		{slogxhttp.Options{DropSuccesses: 1.5}, "DropSuccesses 1.5"},
		{slogxhttp.Options{Slow: -time.Second}, "Slow -1s"},
		{slogxhttp.Options{RequestBody: -1}, "RequestBody -1"},
		{slogxhttp.Options{ResponseBody: -1}, "ResponseBody -1"},
		{slogxhttp.Options{RequestHeaders: []string{"a b"}}, `header "a b"`},
		{slogxhttp.Options{RequestIDHeader: "a:"}, `header "a:"`},
		{slogxhttp.Options{BodyTypes: []string{"json"}}, `body type "json"`},
		{slogxhttp.Options{TrustedProxies: make([]netip.Prefix, 1)}, "TrustedProxies"},
	} {
		err := tt.opts.Validate()
		if err == nil || !strings.HasPrefix(err.Error(), "set up access log: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want one about %s", err, tt.want)
		}
		var reported error
		tt.opts.OnError = func(err error) { reported = err }
		access(t, &tt.opts, httptest.NewRequest(http.MethodGet, "/", nil), status(500)) // and works
		if reported == nil {
			t.Errorf("%s was not reported", tt.want)
		}
	}
	if err := (*slogxhttp.Options)(nil).Validate(); err != nil {
		t.Errorf("no options: %v", err)
	}
}
