package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// newTestServer returns the service with one order in its store, and what it logs.
func newTestServer(t *testing.T, health func(context.Context) map[string]error) (http.Handler, *slogxtest.Recorder) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	pipeline, err := slogx.Build(
		slogx.WithLookuper(slogx.MapLookuper(nil)), slogx.WithLevel(slog.LevelDebug), slogx.WithSink("recorder", rec))
	if err != nil {
		t.Fatal(err)
	}
	orders, err := openStore(t.Context(), slogx.Named(pipeline.Logger(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := orders.close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := orders.create(t.Context(), order{Customer: "ada", Item: "book", Quantity: 1}); err != nil {
		t.Fatal(err)
	}
	rec.Reset()
	if health == nil {
		health = pipeline.Health
	}
	return newHandler(pipeline.Logger(), orders, health), rec
}

func TestResponsesAndAccessRecords(t *testing.T) {
	handler, rec := newTestServer(t, nil)
	for _, tt := range []struct {
		request, body string
		status        int
		route         string
		level         slog.Level
		records       []string // logger and message of those before the access record
	}{
		{"POST /orders", `{"item":"pen","quantity":2,"password":"p"}`, 201, "/orders", slog.LevelInfo, []string{"db query", "orders order placed"}},
		{"POST /orders", `{"item":`, 400, "/orders", slog.LevelWarn, nil},
		{"POST /orders", `{"item":"pen"}`, 400, "/orders", slog.LevelWarn, nil},
		{"GET /orders/1", "", 200, "/orders/{id}", slog.LevelInfo, []string{"db query"}},
		{"GET /orders/99", "", 404, "/orders/{id}", slog.LevelWarn, []string{"db query"}},
		{"GET /orders/first", "", 400, "/orders/{id}", slog.LevelWarn, nil},
		{"GET /orders?customer=ada&token=t", "", 200, "/orders", slog.LevelInfo, []string{"db query"}},
		{"GET /fail", "", 500, "/fail", slog.LevelError, []string{"db query", "orders request failed"}},
		{"GET /panic", "", 500, "/panic", slog.LevelError, []string{"http panic"}},
		{"GET /healthz", "", 200, "/healthz", slog.LevelInfo, nil},
		{"GET /nowhere", "", 404, "", slog.LevelWarn, nil},
		{"PUT /orders", "", 405, "", slog.LevelWarn, nil},
	} {
		t.Run(tt.request, func(t *testing.T) {
			rec.Reset()
			method, target, _ := strings.Cut(tt.request, " ")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(tt.body)))
			if w.Code != tt.status {
				t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			records := rec.Records()
			access := records[len(records)-1]
			var before []string
			for _, r := range records[:len(records)-1] {
				before = append(before, text(r, "logger")+" "+strings.TrimPrefix(r.Message, "slow "))
			}
			if !slices.Equal(before, tt.records) {
				t.Errorf("records before the access record: %q, want %q", before, tt.records)
			}
			path, _, _ := strings.Cut(target, "?")
			for key, want := range map[string]string{
				"logger": "http", "http.request.method": method, "url.path": path, "http.route": tt.route,
				"http.response.status_code": strconv.Itoa(tt.status), "http.response.body.size": strconv.Itoa(w.Body.Len()),
				"client.address": "192.0.2.1", "request_id": w.Header().Get("X-Request-ID"),
			} {
				if got := text(access, key); got != want {
					t.Errorf("%s = %q, want %q", key, got, want)
				}
			}
			if access.Message != "request" || access.Level != tt.level {
				t.Errorf("access record %v %q, want %v", access.Level, access.Message, tt.level)
			}
			if errorType, ok := access.Attr("error.type"); ok != (tt.status >= 500) {
				t.Errorf("error.type = %v", errorType)
			}
		})
	}
}

func TestRecordsOfARequestCarryItsIDs(t *testing.T) {
	handler, rec := newTestServer(t, nil)
	trace := tracectx.New()
	r := httptest.NewRequest(http.MethodGet, "/orders/1", nil)
	r.Header.Set("Traceparent", trace.Traceparent())
	r.Header.Set("X-Request-ID", "r-1")
	handler.ServeHTTP(httptest.NewRecorder(), r)

	_, traceID, _ := strings.Cut(trace.Traceparent(), "-")
	traceID, spanID, _ := strings.Cut(traceID, "-")
	spanID, _, _ = strings.Cut(spanID, "-")
	records := rec.Records()
	if len(records) != 2 {
		t.Fatalf("%d records, want one of db and one of http", len(records))
	}
	for _, r := range records {
		if text(r, "trace_id") != traceID || text(r, "request_id") != "r-1" {
			t.Errorf("%s: trace %q and request %q, want %q and r-1", r.Message, text(r, "trace_id"), text(r, "request_id"), traceID)
		}
		if s := text(r, "span_id"); s == "" || s == spanID || s != text(records[0], "span_id") {
			t.Errorf("%s: span %q, want one of the server's own", r.Message, s)
		}
	}
	if id, _ := records[0].Attr("order.id"); id.Any() != int64(1) {
		t.Errorf("the store's record has order.id %v, want 1", id)
	}
}

func TestRequestIDThatNoLogShouldHaveIsReplaced(t *testing.T) {
	handler, rec := newTestServer(t, nil)
	for _, id := range []string{"", "a b", `"><script>`, "a\nb", strings.Repeat("x", 65)} {
		rec.Reset()
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Header.Set("X-Request-ID", id)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		got := w.Header().Get("X-Request-ID")
		if got == id || !validID.MatchString(got) || text(rec.Records()[0], "request_id") != got {
			t.Errorf("request id %.20q became %q", id, got)
		}
	}
}

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	handler, rec := newTestServer(t, nil)
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/panic", nil))
	r := rec.Records()[0]
	if stack := text(r, "exception.stacktrace"); !strings.Contains(stack, "(*server).panic") {
		t.Errorf("the stack does not lead to the bug:\n%s", stack)
	}
	if got := text(r, "exception.message"); !strings.Contains(got, "index out of range") {
		t.Errorf("exception.message = %q", got)
	}
}

func TestAbortedRequestIsLoggedOnceAndStaysAborted(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	abort := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("panic %v, want that of the handler", err)
		}
		if records := rec.Records(); len(records) != 1 || records[0].Message != "request" {
			t.Errorf("records %v, want the access record alone", records)
		}
	}()
	logRequests(rec.Logger())(abort).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}

func TestFailureIsLoggedWholeAndToldToNobodyElse(t *testing.T) {
	handler, rec := newTestServer(t, nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/fail", nil))
	if body := w.Body.String(); strings.Contains(body, "ledger") {
		t.Errorf("the client is told: %s", body)
	}
	got := text(rec.Records()[1], "error")
	for _, want := range []string{"settle orders", "write the ledger", "no such table: journal"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in the error: %s", want, got)
		}
	}
}

func TestHealthNamesASinkThatIsIll(t *testing.T) {
	handler, _ := newTestServer(t, func(context.Context) map[string]error {
		return map[string]error{"file": errors.New("disk full"), "console": nil}
	})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	var got map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 503 || len(got) != 1 || got["log file"] != "disk full" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// text returns an attribute as text, "" if there is none.
func text(r slogxtest.Record, key string) string {
	v, ok := r.Attr(key)
	if !ok {
		return ""
	}
	return v.String()
}
