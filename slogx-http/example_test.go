package slogxhttp_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/enrich"
)

// some keeps the attributes whose values are the same every time.
func some(keys ...string) *slog.HandlerOptions {
	return &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if slices.Contains(keys, a.Key) {
			return a
		}
		return slog.Attr{}
	}}
}

func Example() {
	opts := some("level", "msg", "request_id", "http.route", "http.response.status_code", "tenant")
	log := slog.New(enrich.NewHandler(slog.NewTextHandler(os.Stdout, opts), enrich.ContextAttrs()))

	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		log.InfoContext(r.Context(), "looking")
		slogxhttp.AddAttrs(r.Context(), slog.String("tenant", "t1"))
		_, _ = io.WriteString(w, "an order")
	})
	h := slogxhttp.Middleware(log, nil)(mux)

	r := httptest.NewRequest(http.MethodGet, "/orders/7", nil)
	r.Header.Set("X-Request-ID", "r-1")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output:
	// level=INFO msg=looking request_id=r-1
	// level=INFO msg="GET /orders/7" http.route=/orders/{id} http.response.status_code=200 tenant=t1 request_id=r-1
}

func ExampleSetError() {
	log := slog.New(slog.NewTextHandler(os.Stdout, some("level", "msg", "error.type", "exception.message")))
	h := slogxhttp.Middleware(log, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		slogxhttp.SetError(r.Context(), errors.New("no connection to the database"))
		http.Error(w, "try again later", http.StatusServiceUnavailable)
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/orders/7", nil))
	// Output:
	// level=ERROR msg="GET /orders/7" error.type=503 exception.message="no connection to the database"
}

func ExampleTransport() {
	backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println("the backend got", r.Header.Get("X-Request-ID"))
	}))
	defer backend.Close()

	log := slog.New(slog.DiscardHandler)
	client := &http.Client{Transport: slogxhttp.Transport(nil, log, nil)}
	h := slogxhttp.Middleware(log, nil)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		out, err := http.NewRequestWithContext(r.Context(), http.MethodGet, backend.URL, nil)
		if err != nil {
			return
		}
		if res, err := client.Do(out); err == nil {
			_ = res.Body.Close()
		}
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Request-ID", "r-1")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output:
	// the backend got r-1
}
