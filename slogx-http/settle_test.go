package slogxhttp_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tail"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

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
