package integration

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"sync"
	"testing"
	"time"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// eachRouter runs test for every router, with handler behind /x/{id}.
func eachRouter(t *testing.T, opts *slogxhttp.Options, handler http.HandlerFunc, test func(t *testing.T, rec *slogxtest.Recorder, h http.Handler)) {
	t.Helper()
	for _, r := range routers {
		t.Run(r.name, func(t *testing.T) {
			rec := slogxtest.NewRecorder(t)
			log := slog.New(enrich.NewHandler(rec, enrich.ContextAttrs(), enrich.Trace()))
			test(t, rec, r.open(log, opts, "/x/{id}", handler))
		})
	}
}

// access waits for the access record.
func access(t *testing.T, rec *slogxtest.Recorder) slogxtest.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := rec.Wait(ctx, func(r slogxtest.Record) bool {
		_, ok := r.Attr("http.server.request.duration")
		return ok
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A handler that gives up with http.ErrAbortHandler must not end its response in order, nor be logged as an error.
// See go-chi/chi#588 and gin-gonic/gin#4336.
func TestErrAbortHandlerCutsTheConnection(t *testing.T) {
	eachRouter(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "12345")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}, func(t *testing.T, rec *slogxtest.Recorder, h http.Handler) {
		t.Helper()
		var panicked any
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				panicked = recover()
				panic(panicked)
			}()
			h.ServeHTTP(w, r)
		}))
		res, err := http.Get(s.URL + "/x/1")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if body, err := io.ReadAll(res.Body); string(body) != "12345" || err != io.ErrUnexpectedEOF { //nolint:errorlint // as it is
			t.Errorf("the client got %q, %v, want an unexpected EOF", body, err)
		}
		s.Close()
		if panicked != http.ErrAbortHandler { //nolint:errorlint // the same value
			t.Errorf("panicked with %v, want http.ErrAbortHandler", panicked)
		}
		if n := len(rec.Records()); n != 1 {
			t.Errorf("%d records, want one", n)
		}
		r := access(t, rec)
		if _, stack := r.Attr("exception.stacktrace"); stack || r.Level >= slog.LevelError {
			t.Errorf("level %v, with a stack: %v", r.Level, stack)
		}
	})
}

// See DataDog/dd-trace-go#740, gorilla/handlers#103 and go-chi/chi#1174.
func TestStatusThatNobodySetIs200(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		status  int // of all routers, or 0
	}{
		{"untouched", func(http.ResponseWriter, *http.Request) {}, 200},
		{"written", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, 200},
		{"flushed", func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "x")
		}, 200},
		{"flushed by a ResponseController", func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "x")
		}, 200},
		{"set twice", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			w.WriteHeader(http.StatusInternalServerError)
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			eachRouter(t, nil, tt.handler, func(t *testing.T, rec *slogxtest.Recorder, h http.Handler) {
				t.Helper()
				s := httptest.NewServer(h)
				defer s.Close()
				res, err := http.Get(s.URL + "/x/1")
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close()
				if tt.status != 0 && res.StatusCode != tt.status {
					t.Errorf("the client got %d, want %d", res.StatusCode, tt.status)
				}
				if v, _ := access(t, rec).Attr("http.response.status_code"); v.Int64() != int64(res.StatusCode) {
					t.Errorf("logged %v, the client got %d", v, res.StatusCode)
				}
			})
		})
	}
}

// See gin-gonic/gin#2473, middlewares/client-ip#11, go-chi/chi#967 and, for IPv6, Michad/tilegroxy#1001.
func TestClientAddressIsNotWhatClientsSay(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	for _, tt := range []struct {
		name, remote string
		trusted      []netip.Prefix
		lines        []string
		want         string
	}{
		{"nobody is trusted", "192.0.2.10:1", nil, []string{"203.0.113.9"}, "192.0.2.10"},
		{"one line", "192.0.2.10:1", trusted, []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		{"two lines", "192.0.2.10:1", trusted, []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		{"behind a trusted one", "192.0.2.10:1", trusted, []string{"x, 198.51.100.7, 192.0.2.44"}, "198.51.100.7"},
		{"IPv6", "[2001:db8::1]:54321", nil, nil, "2001:db8::1"},
		{"IPv6 loopback", "[::1]:1234", nil, nil, "::1"},
		{"IPv4", "192.0.2.1:80", nil, nil, "192.0.2.1"},
		{"a unix socket", "@", nil, nil, ""},
		{"IPv6 from a proxy", "192.0.2.10:1", trusted, []string{"2001:db8::2"}, "2001:db8::2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var remote string
			handler := func(_ http.ResponseWriter, r *http.Request) { remote = r.RemoteAddr }
			eachRouter(t, &slogxhttp.Options{TrustedProxies: tt.trusted}, handler, func(t *testing.T, rec *slogxtest.Recorder, h http.Handler) {
				t.Helper()
				r := httptest.NewRequest(http.MethodGet, "/x/1", nil)
				r.RemoteAddr = tt.remote
				r.Header["X-Forwarded-For"] = tt.lines
				r.Header.Set("X-Real-IP", "203.0.113.9")
				r.Header.Set("True-Client-Ip", "203.0.113.9")
				h.ServeHTTP(httptest.NewRecorder(), r)
				v, ok := access(t, rec).Attr("client.address")
				if ok != (tt.want != "") || ok && v.String() != tt.want {
					t.Errorf("client.address %v, want %q", v, tt.want)
				}
				if remote != tt.remote || r.RemoteAddr != tt.remote {
					t.Errorf("RemoteAddr changed to %q, for the handler to %q", r.RemoteAddr, remote)
				}
			})
		})
	}
}

// Routers keep their own state for each request in pools.
func TestNoRecordHasWhatBelongsToAnotherRequest(t *testing.T) {
	const requests, atOnce = 10_000, 64
	var background sync.WaitGroup
	var served chan struct{}
	var log *slog.Logger
	handler := func(w http.ResponseWriter, r *http.Request) {
		id, ctx := r.Header.Get("X-Request-ID"), r.Context()
		slogxhttp.AddAttrs(ctx, slog.String("of", id))
		background.Go(func() {
			<-served
			log.InfoContext(ctx, "later", "of", id)
			slogxhttp.AddAttrs(ctx, slog.String("of", "too late"))
		})
		_, _ = io.WriteString(w, id)
	}
	eachRouter(t, nil, handler, func(t *testing.T, rec *slogxtest.Recorder, h http.Handler) {
		t.Helper()
		log = slog.New(enrich.NewHandler(rec, enrich.ContextAttrs(), enrich.Trace()))
		served = make(chan struct{})
		var clients sync.WaitGroup
		for client := range atOnce {
			clients.Go(func() {
				for i := client; i < requests; i += atOnce {
					r := httptest.NewRequest(http.MethodGet, "/x/1", nil)
					r.Header.Set("X-Request-ID", strconv.Itoa(i))
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					if got := w.Header().Get("X-Request-ID"); got != w.Body.String() {
						t.Errorf("the response of request %s has the id %s", w.Body, got)
					}
				}
			})
		}
		clients.Wait()
		close(served)
		background.Wait()
		records := rec.Records()
		if len(records) != 2*requests {
			t.Errorf("%d records, want %d", len(records), 2*requests)
		}
		for _, r := range records {
			id, _ := r.Attr("request_id")
			if of, _ := r.Attr("of"); of.String() != id.String() {
				t.Fatalf("record %q of request %v has an attribute of %v", r.Message, id, of)
			}
		}
	})
}
