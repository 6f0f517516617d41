package slogxhttp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx"
	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

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
			"http.response.body.bytes": 4.0, "trace.id": traceID, "user_agent.original": "test", "error.code": "503",
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
