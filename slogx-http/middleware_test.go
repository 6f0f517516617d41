package slogxhttp_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tail"
	"github.com/slogx-go/slogx/slogx/tracectx"
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

func TestLevelFollowsTheStatus(t *testing.T) {
	custom := func(status int) slog.Level { return slog.Level(status) }
	for _, tt := range []struct {
		status int
		level  func(int) slog.Level
		want   slog.Level
	}{
		{200, nil, slog.LevelInfo},
		{302, nil, slog.LevelInfo},
		{404, nil, slog.LevelWarn},
		{499, nil, slog.LevelWarn},
		{500, nil, slog.LevelError},
		{599, nil, slog.LevelError},
		{204, custom, 204},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if got := access(t, &slogxhttp.Options{Level: tt.level}, r, status(tt.status)).Level; got != tt.want {
			t.Errorf("level %v of %d, want %v", got, tt.status, tt.want)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	low := &slogxhttp.Options{Level: func(int) slog.Level { return slog.LevelDebug }}
	if got := access(t, low, r, func(http.ResponseWriter, *http.Request) { panic("boom") }).Level; got != slog.LevelError {
		t.Errorf("level %v of a panic, want ERROR", got)
	}
}

func TestMessage(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts *slogxhttp.Options
		want string
	}{
		{"default", nil, "GET /a"},
		{"with the query", &slogxhttp.Options{QueryInMessage: true}, "GET /a?x=1&token=REDACTED"},
		{"a func", &slogxhttp.Options{Message: func(r *http.Request, status int) string {
			return fmt.Sprint(r.URL.Path, " ", status)
		}}, "/a 404"},
		{"a func that panics", &slogxhttp.Options{OnError: func(error) {}, Message: func(*http.Request, int) string { panic("boom") }}, "GET /a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/a?x=1&token=abc", nil)
			if got := access(t, tt.opts, r, status(404)).Message; got != tt.want {
				t.Errorf("message %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRequestsWithoutARecord(t *testing.T) {
	never := func(*http.Request, int, time.Duration) bool { return true }
	for _, tt := range []struct {
		name    string
		opts    slogxhttp.Options
		path    string
		handler http.HandlerFunc
		want    int
	}{
		{"another path", slogxhttp.Options{Skip: []string{"/health"}}, "/", nothing, 1},
		{"a pattern", slogxhttp.Options{Skip: []string{"/health"}}, "/health", nothing, 0},
		{"a pattern of another method", slogxhttp.Options{Skip: []string{"POST /health"}}, "/health", nothing, 1},
		{"below a pattern that does not say so", slogxhttp.Options{Skip: []string{"/health"}}, "/health/live", nothing, 1},
		{"below a pattern that says so", slogxhttp.Options{Skip: []string{"/health/"}}, "/health/live", nothing, 0},
		{"404 of a pattern", slogxhttp.Options{Skip: []string{"/health"}}, "/health", status(404), 0},
		{"503 of a pattern", slogxhttp.Options{Skip: []string{"/health"}}, "/health", status(503), 1},
		{"a panic of a pattern", slogxhttp.Options{Skip: []string{"/health"}}, "/health", func(http.ResponseWriter, *http.Request) { panic("boom") }, 1},
		{"a func", slogxhttp.Options{SkipFunc: never}, "/", nothing, 0},
		{"503 of a func", slogxhttp.Options{SkipFunc: never}, "/", status(503), 1},
		{"a func that panics", slogxhttp.Options{OnError: func(error) {}, SkipFunc: func(*http.Request, int, time.Duration) bool { panic("boom") }}, "/", nothing, 1},
		{"a success", slogxhttp.Options{DropSuccesses: 1}, "/", nothing, 0},
		{"404 is no success", slogxhttp.Options{DropSuccesses: 1}, "/", status(404), 1},
		{"503 is no success", slogxhttp.Options{DropSuccesses: 1}, "/", status(503), 1},
		{"an error is no success", slogxhttp.Options{DropSuccesses: 1}, "/", func(_ http.ResponseWriter, r *http.Request) {
			slogxhttp.SetError(r.Context(), errors.New("broken"))
		}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, records := serve(t, &tt.opts, httptest.NewRequest(http.MethodGet, tt.path, nil), tt.handler)
			if len(records) != tt.want {
				t.Errorf("%d records, want %d", len(records), tt.want)
			}
			if tt.want == 1 && attr(records[0], "http.response.status_code") == int64(503) && records[0].Level != slog.LevelError {
				t.Errorf("level %v of 503, want ERROR", records[0].Level)
			}
		})
	}
}

func TestRequestsOfOneTraceAreDroppedTogether(t *testing.T) {
	opts := &slogxhttp.Options{DropSuccesses: 0.5}
	kept := 0
	for i := range 1000 {
		trace := tracectx.New()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Traceparent", trace.Traceparent())
		_, first := serve(t, opts, r, nothing)
		_, second := serve(t, opts, r, nothing)
		if len(first) != len(second) {
			t.Fatalf("of trace %d one request was logged, the other was not", i)
		}
		kept += len(first)
	}
	if kept < 400 || kept > 600 {
		t.Errorf("%d of 1000 were kept, want about half", kept)
	}
}

func TestLevelThatChangesDuringTheRequest(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	rec.SetLevel(slog.LevelError + 1)
	r := httptest.NewRequest(http.MethodGet, "/a", nil)
	r.Header.Set("Traceparent", traceparent)
	slogxhttp.Middleware(rec.Logger(), nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		rec.SetLevel(slog.LevelInfo)
	})).ServeHTTP(httptest.NewRecorder(), r)
	records := rec.Records()
	if len(records) != 1 || records[0].Message != "GET /a" || attr(records[0], "trace_id") != traceID {
		t.Errorf("records %v", records)
	}
}

func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := &slogxhttp.Options{Slow: time.Second, DropSuccesses: 1}
		rec := access(t, opts, httptest.NewRequest(http.MethodGet, "/", nil), func(http.ResponseWriter, *http.Request) {
			<-time.After(2 * time.Second)
		})
		if rec.Level != slog.LevelWarn || attr(rec, "http.server.request.duration") != 2.0 {
			t.Errorf("level %v after %v s, want WARN after 2", rec.Level, attr(rec, "http.server.request.duration"))
		}
	})
}

func TestStartRecord(t *testing.T) {
	opts := &slogxhttp.Options{Start: true, Skip: []string{"/health"}}
	_, records := serve(t, opts, httptest.NewRequest(http.MethodGet, "/a", nil), nothing)
	if len(records) != 2 || records[0].Message != "request started" || attr(records[0], "url.path") != "/a" {
		t.Errorf("records %v", records)
	}
	if len(records) == 2 && attr(records[0], "request_id") != attr(records[1], "request_id") {
		t.Error("the two records have different ids")
	}
	if _, records := serve(t, opts, httptest.NewRequest(http.MethodGet, "/health", nil), nothing); len(records) > 0 {
		t.Errorf("records %v of what is skipped", records)
	}
}

func TestHeaders(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept", "text/html")
	r.Header.Add("X-Many", "1")
	r.Header.Add("X-Many", "2")
	r.Header.Set("Authorization", "Bearer abc")
	r.Header.Set("X-Other", "x")
	m := access(t, &slogxhttp.Options{
		RequestHeaders:  []string{"accept", "X-MANY", "Authorization", "X-None"},
		ResponseHeaders: []string{"Content-Type", "Set-Cookie"},
	}, r, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Set-Cookie", "session=abc")
	}).Map()
	got := make(map[string]any)
	for key, v := range m {
		if strings.Contains(key, ".header.") {
			got[key] = v
		}
	}
	if diff := cmp.Diff(map[string]any{
		"http.request.header.accept": "text/html", "http.request.header.x-many": "1, 2",
		"http.request.header.authorization": "REDACTED",
		"http.response.header.content-type": "text/plain", "http.response.header.set-cookie": "REDACTED",
	}, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestBodies(t *testing.T) {
	echo := func(contentType, encoding string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			if encoding != "" {
				w.Header().Set("Content-Encoding", encoding)
			}
			_, _ = io.Copy(w, r.Body)
		}
	}
	all := slogxhttp.Options{RequestBody: 20, ResponseBody: 20}
	for _, tt := range []struct {
		name              string
		opts              slogxhttp.Options
		contentType, body string
		handler           http.HandlerFunc
		request, response any
	}{
		{"off", slogxhttp.Options{}, "text/plain", "hello", echo("text/plain", ""), nil, nil},
		{"text", all, "text/plain; charset=utf-8", "hello", echo("text/plain", ""), "hello", "hello"},
		{"none", all, "text/plain", "", echo("text/plain", ""), nil, nil},
		{"no type of the response", all, "text/plain", "hello", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, nil, nil},
		{"cut", all, "text/plain", "0123456789012345678ä", echo("text/plain", ""), "0123456789012345678…", "0123456789012345678…"},
		{"JSON", all, "application/json", `{"pin":1,"a":2}`, echo("application/problem+json", ""), `{"pin":"REDACTED","a":2}`, `{"pin":"REDACTED","a":2}`},
		{"JSON, cut within a secret", all, "application/json", `{"a":2,"password":"abcdefg"}`, echo("application/json", ""), `{"a":2,"password":"REDACTED"…`, `{"a":2,"password":"REDACTED"…`},
		{"a form", all, "application/x-www-form-urlencoded", "a=1&otp=2", echo("text/html", ""), "a=1&otp=REDACTED", nil},
		{"an image", all, "image/png", "x", echo("image/png", ""), nil, nil},
		{"compressed", all, "image/png", "x", echo("text/plain", "gzip"), nil, nil},
		{"types", slogxhttp.Options{RequestBody: 20, ResponseBody: 20, BodyTypes: []string{"Image/*"}}, "image/png", "x", echo("text/plain", ""), "x", nil},
		{"not read", all, "text/plain", "hello", nothing, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", io.NopCloser(strings.NewReader(tt.body)))
			r.Header.Set("Content-Type", tt.contentType)
			rec := access(t, &tt.opts, r, tt.handler)
			if got := attr(rec, "http.request.body.content"); got != tt.request {
				t.Errorf("request %v, want %v", got, tt.request)
			}
			if got := attr(rec, "http.response.body.content"); got != tt.response {
				t.Errorf("response %v, want %v", got, tt.response)
			}
		})
	}
}

func TestRequestID(t *testing.T) {
	for _, tt := range []struct {
		name string
		sent string
		opts *slogxhttp.Options
		want string // "" is a fresh one
	}{
		{"valid", "r-1", nil, "r-1"},
		{"not valid", `"><script>`, nil, ""},
		{"none", "", nil, ""},
		{"from a func", "", &slogxhttp.Options{NewRequestID: func() string { return "made" }}, "made"},
		{"from a func that makes nonsense", "", &slogxhttp.Options{NewRequestID: func() string { return "a\nb" }}, ""},
		{"from a func that panics", "", &slogxhttp.Options{OnError: func(error) {}, NewRequestID: func() string { panic("boom") }}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			if tt.sent != "" {
				r.Header.Set("X-Request-ID", tt.sent)
			}
			var seen string
			w, records := serve(t, tt.opts, r, func(_ http.ResponseWriter, r *http.Request) { seen = slogxhttp.RequestID(r.Context()) })
			if tt.want != "" && seen != tt.want || tt.want == "" && len(seen) != 24 {
				t.Errorf("id %q, want %q", seen, tt.want)
			}
			if echoed := w.Header().Get("X-Request-ID"); echoed != seen || attr(records[0], "request_id") != seen {
				t.Errorf("id %q, %q in the response, %v in the record", seen, echoed, attr(records[0], "request_id"))
			}
		})
	}
}

func TestTrace(t *testing.T) {
	for _, tt := range []struct {
		name        string
		opts        *slogxhttp.Options
		traceparent []string
		tracestate  []string
		continued   bool
		state       string
	}{
		{"none", nil, nil, nil, false, ""},
		{"continued", nil, []string{traceparent}, []string{"a=1", "b=2"}, true, "a=1,b=2"},
		{"a later version", nil, []string{"01-" + traceparent[3:] + "-more"}, nil, true, ""},
		{"restarted", &slogxhttp.Options{RestartTrace: true}, []string{traceparent}, []string{"a=1"}, false, ""},
		{"two headers", nil, []string{traceparent, traceparent}, nil, false, ""},
		{"version ff", nil, []string{"ff" + traceparent[2:]}, []string{"a=1"}, false, ""},
		{"upper case", nil, []string{strings.ToUpper(traceparent)}, nil, false, ""},
		{"a zero id", nil, []string{"00-" + strings.Repeat("0", 32) + traceparent[35:]}, nil, false, ""},
		{"too short", nil, []string{traceparent[:54]}, nil, false, ""},
		{"an illegal key in the state", nil, []string{traceparent}, []string{"a=1", "B=2"}, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header["Traceparent"], r.Header["Tracestate"] = tt.traceparent, tt.tracestate
			var trace tracectx.Trace
			rec := access(t, tt.opts, r, func(_ http.ResponseWriter, r *http.Request) { trace, _ = tracectx.FromContext(r.Context()) })
			if !trace.IsValid() || trace.State != tt.state {
				t.Errorf("trace %v, want state %q", trace, tt.state)
			}
			if continued := strings.HasPrefix(trace.Traceparent(), "00-"+traceID); continued != tt.continued {
				t.Errorf("trace %s continues that of the client: %v, want %v", trace.Traceparent(), continued, tt.continued)
			}
			if strings.Contains(trace.Traceparent(), "b7ad6b7169203331") {
				t.Error("the span is that of the client")
			}
			if got := fmt.Sprintf("00-%v-%v-%v", attr(rec, "trace_id"), attr(rec, "span_id"), attr(rec, "trace_flags")); got != trace.Traceparent() {
				t.Errorf("the record has %s, the context %s", got, trace.Traceparent())
			}
		})
	}
}

func TestIDsStandOnceOnEveryRecordOfAPipeline(t *testing.T) {
	var out bytes.Buffer
	p, err := slogx.Build(slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON), slogx.WithLookuper(slogx.MapLookuper(nil)))
	if err != nil {
		t.Fatal(err)
	}
	log := p.Logger()
	h := slogxhttp.Middleware(log.WithGroup("access"), nil)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx := slogx.ContextWithAttrs(r.Context(), slog.Int("n", 1))
		log.WithGroup("g").InfoContext(ctx, "within", "a", 1)
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Request-ID", "r1")
	r.Header.Set("Traceparent", traceparent)
	h.ServeHTTP(httptest.NewRecorder(), r)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2:\n%s", len(lines), out.String())
	}
	for _, line := range lines {
		for _, part := range []string{`"request_id":"r1"`, `"trace_id":"` + traceID + `"`, `"span_id":`} {
			if n := strings.Count(line, part); n != 1 {
				t.Errorf("%d times %s in %s", n, part, line)
			}
		}
	}
	if !strings.Contains(lines[0], `"n":1`) || !strings.Contains(lines[0], `"g":{"a":1}`) {
		t.Errorf("the record of the handler: %s", lines[0])
	}
}

func TestSchemas(t *testing.T) {
	for _, tt := range []struct {
		schema jsonlog.Schema
		want   map[string]any // by path
	}{
		{jsonlog.SchemaOTel, map[string]any{
			"attributes.http.request.method": "GET", "attributes.http.response.status_code": 503.0, "attributes.error.type": "503",
			"severity_number": 17.0, "trace_id": traceID,
		}},
		{jsonlog.SchemaECS, map[string]any{
			"http.request.method": "GET", "http.response.status_code": 503.0, "client.ip": "192.0.2.1", "url.path": "/a",
			"http.response.body.bytes": 4.0, "trace.id": traceID, "user_agent.original": "test",
		}},
		{jsonlog.SchemaGCP, map[string]any{
			"severity": "ERROR", "httpRequest.requestMethod": "GET", "httpRequest.requestUrl": "/a", "httpRequest.status": 503.0,
			"httpRequest.responseSize": "4", "httpRequest.remoteIp": "192.0.2.1", "httpRequest.userAgent": "test",
			"logging.googleapis.com/trace": traceID,
		}},
	} {
		t.Run(string(tt.schema), func(t *testing.T) {
			var out bytes.Buffer
			h := enrich.NewHandler(jsonlog.NewHandler(&out, &jsonlog.Options{Schema: tt.schema}), enrich.ContextAttrs(), enrich.Trace())
			r := httptest.NewRequest(http.MethodGet, "/a", nil)
			r.Header.Set("Traceparent", traceparent)
			r.Header.Set("User-Agent", "test")
			r.RemoteAddr = "192.0.2.1:1"
			slogxhttp.Middleware(slog.New(h), nil)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = io.WriteString(w, "busy")
			})).ServeHTTP(httptest.NewRecorder(), r)
			var line map[string]any
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			for path, want := range tt.want {
				if got := lookUp(line, path); got != want {
					t.Errorf("%s is %v, want %v, in %s", path, got, want, out.String())
				}
			}
		})
	}
}

// lookUp finds what stands at path, whose keys may have dots themselves.
func lookUp(m map[string]any, path string) any {
	if v, ok := m[path]; ok {
		return v
	}
	for key, v := range m {
		if rest, ok := strings.CutPrefix(path, key+"."); ok {
			if in, ok := v.(map[string]any); ok {
				return lookUp(in, rest)
			}
		}
	}
	return nil
}

func TestTailIsSettled(t *testing.T) {
	for _, tt := range []struct {
		name    string
		opts    slogxhttp.Options
		handler http.HandlerFunc
		held    bool // the debug record is released
	}{
		{"a success", slogxhttp.Options{Tail: true}, nothing, false},
		{"404", slogxhttp.Options{Tail: true}, status(404), false},
		{"503", slogxhttp.Options{Tail: true}, status(503), true},
		{"a panic", slogxhttp.Options{Tail: true}, func(http.ResponseWriter, *http.Request) { panic("boom") }, true},
		{"an error", slogxhttp.Options{Tail: true}, func(_ http.ResponseWriter, r *http.Request) {
			slogxhttp.SetError(r.Context(), errors.New("broken"))
		}, true},
		{"slow", slogxhttp.Options{Tail: true, Slow: time.Nanosecond}, func(http.ResponseWriter, *http.Request) {
			<-time.After(time.Second)
		}, true},
		{"off", slogxhttp.Options{}, status(503), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rec := slogxtest.NewRecorder(t)
				rec.SetLevel(slog.LevelInfo)
				log := slog.New(tail.NewHandler(rec, nil))
				h := slogxhttp.Middleware(log, &tt.opts)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					log.DebugContext(r.Context(), "detail")
					tt.handler(w, r)
				}))
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
				var got []string
				for _, r := range rec.Records() {
					got = append(got, r.Message)
				}
				want := []string{"GET /"}
				if tt.held {
					want = []string{"detail", "GET /"}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("messages (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestSetError(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	rec := access(t, nil, httptest.NewRequest(http.MethodGet, "/", nil), func(_ http.ResponseWriter, r *http.Request) {
		slogxhttp.SetError(r.Context(), first)
		slogxhttp.SetError(r.Context(), second)
	})
	if attr(rec, "exception.message") != any(second) || attr(rec, "exception.type") != "*errors.errorString" || attr(rec, "error.type") != "*errors.errorString" {
		t.Errorf("record %v", rec.Attrs)
	}
	rec = access(t, nil, httptest.NewRequest(http.MethodGet, "/", nil), func(_ http.ResponseWriter, r *http.Request) {
		slogxhttp.SetError(r.Context(), first)
		slogxhttp.SetError(r.Context(), nil)
	})
	if attr(rec, "exception.message") != nil {
		t.Errorf("an error that was taken back is in %v", rec.Attrs)
	}
}

func TestOutsideOfARequestNothingHappens(t *testing.T) {
	for _, ctx := range []context.Context{t.Context(), nil} {
		slogxhttp.AddAttrs(ctx, slog.Int("a", 1))
		slogxhttp.SetError(ctx, errors.New("broken"))
		if id := slogxhttp.RequestID(ctx); id != "" {
			t.Errorf("request id %q", id)
		}
	}
}

func TestMiddlewareWithinAnother(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	m := slogxhttp.Middleware(rec.Logger(), nil)
	m(m(http.HandlerFunc(nothing))).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	records := rec.Records()
	if len(records) != 2 {
		t.Fatalf("%d records, want 2", len(records))
	}
	for _, key := range []string{"request_id", "trace_id", "span_id"} {
		if a, b := attr(records[0], key), attr(records[1], key); a != b {
			t.Errorf("%s %v and %v", key, a, b)
		}
	}
}

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
