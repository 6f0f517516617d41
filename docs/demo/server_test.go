package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/slogx-go/slogx/slogx"
	slogxprom "github.com/slogx-go/slogx/slogx-prom"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tail"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// newTestServer returns the service with one order in its store, and what it logs.
func newTestServer(t *testing.T, opts ...slogx.Option) (http.Handler, *slogxtest.Recorder) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	opts = append([]slogx.Option{
		slogx.WithLookuper(slogx.MapLookuper(nil)), slogx.WithLevel(slog.LevelDebug), slogx.WithSink("recorder", rec),
	}, opts...)
	pipeline, err := slogx.Build(opts...)
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
	return newHandler(pipeline, orders, adminToken), rec
}

const adminToken = "admin-7f3a9b"

func TestResponsesAndAccessRecords(t *testing.T) {
	handler, rec := newTestServer(t)
	for _, tt := range []struct {
		request, body string
		status        int
		route         string
		level         slog.Level
		records       []string // logger and message of those before the access record
	}{
		{"POST /orders", `{"item":"pen","quantity":2,"password":"p","email":"ada@example.com"}`, 201, "/orders", slog.LevelInfo, []string{"orders order received", "db statement", "orders order placed", "orders confirmation sent to ada@example.com"}},
		{"POST /orders", `{"item":`, 400, "/orders", slog.LevelWarn, []string{"orders order received"}},
		{"POST /orders", `{"item":"pen"}`, 400, "/orders", slog.LevelWarn, []string{"orders order received"}},
		{"GET /orders/1", "", 200, "/orders/{id}", slog.LevelInfo, []string{"db statement"}},
		{"GET /orders/99", "", 404, "/orders/{id}", slog.LevelWarn, []string{"db statement"}},
		{"GET /orders/first", "", 400, "/orders/{id}", slog.LevelWarn, nil},
		{"GET /orders?customer=ada&token=t", "", 200, "/orders", slog.LevelInfo, []string{"db statement"}},
		{"GET /fail", "", 500, "/fail", slog.LevelError, []string{"db statement", "db statement failed", "db statement failed", "orders request failed"}},
		{"GET /panic", "", 500, "/panic", slog.LevelError, nil},
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
			if access.Message != method+" "+path || access.Level != tt.level {
				t.Errorf("access record %v %q, want %v", access.Level, access.Message, tt.level)
			}
		})
	}
}

func TestRecordsOfARequestCarryItsIDs(t *testing.T) {
	handler, rec := newTestServer(t)
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

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	handler, rec := newTestServer(t)
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/panic", nil))
	r := rec.Records()[0]
	if stack := text(r, "exception.stacktrace"); !strings.Contains(stack, "(*server).panic") {
		t.Errorf("the stack does not lead to the bug:\n%s", stack)
	}
	if got := text(r, "exception.message"); !strings.Contains(got, "no item") {
		t.Errorf("exception.message = %q", got)
	}
}

func TestFailureIsLoggedWholeAndToldToNobodyElse(t *testing.T) {
	handler, rec := newTestServer(t)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/fail", nil))
	if body := w.Body.String(); strings.Contains(body, "ledger") {
		t.Errorf("the client is told: %s", body)
	}
	failed, err := rec.Wait(t.Context(), slogxtest.Message("request failed").Match)
	if err != nil {
		t.Fatal(err)
	}
	got := text(failed, "error")
	for _, want := range []string{"settle orders", "write the ledger", "no such table: journal"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in the error: %s", want, got)
		}
	}
}

func TestHealthNamesASinkThatIsIll(t *testing.T) {
	full := slogxtest.Flaky(slogxtest.NewRecorder(t), slogxtest.EveryNth(1, errors.New("disk full")))
	handler, _ := newTestServer(t, slogx.WithSink("file", full), slogx.WithErrorHandler(func(error) {}))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	var got map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 503 || len(got) != 1 || !strings.Contains(got["log file"], "disk full") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestStatementsOfARequestThatFails would not be written if the request went well.
func TestStatementsOfARequestThatFails(t *testing.T) {
	handler, rec := newTestServer(t, slogx.WithLevel(slog.LevelInfo), slogx.WithTail(&tail.Options{Level: slog.LevelDebug}))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/orders/1", nil))
	rec.AssertNone(slogxtest.Level(slog.LevelDebug))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/fail", nil))
	rec.AssertInOrder(
		slogxtest.All(slogxtest.Level(slog.LevelDebug), slogxtest.Attr("db.query.summary", "SELECT orders")),
		slogxtest.All(slogxtest.Level(slog.LevelError), slogxtest.Message("request failed")),
		slogxtest.Attr("http.response.status_code", 500),
	)
}

func TestOperatorsChangeLevelsAndReadMetrics(t *testing.T) {
	handler, rec := newTestServer(t, slogxprom.Metrics(prometheus.NewRegistry()))
	ask := func(method, path, body, authorization string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	if w := ask("PUT", "/log/levels", `{"level":"error"}`, ""); w.Code != 401 {
		t.Errorf("without a token: %d %s", w.Code, w.Body)
	}
	w := ask("PUT", "/log/levels", `{"logger":"db","level":"error","ttl":"10m"}`, "Bearer "+adminToken)
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"db":{"level":"ERROR"`) {
		t.Errorf("with the token: %d %s", w.Code, w.Body)
	}
	rec.AssertInOrder(slogxtest.Attr("logger", "audit"), slogxtest.Attr("logger", "audit"))
	rec.Reset()
	ask("GET", "/orders/1", "", "")
	rec.AssertNone(slogxtest.Attr("logger", "db"))
	if w := ask("GET", "/metrics", "", ""); w.Code != 200 {
		t.Errorf("metrics: %d", w.Code)
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
