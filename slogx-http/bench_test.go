package slogxhttp_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// null is a handler that does nothing.
type null struct{}

func (null) Enabled(context.Context, slog.Level) bool { return true }

func (null) Handle(context.Context, slog.Record) error { return nil }

func (h null) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h null) WithGroup(string) slog.Handler { return h }

// response is a http.ResponseWriter without a recorder's costs.
type response struct{ header http.Header }

func (r *response) Header() http.Header { return r.header }

func (*response) Write(p []byte) (int, error) { return len(p), nil }

func (*response) WriteHeader(int) {}

func BenchmarkMiddleware(b *testing.B) {
	for _, bb := range []struct {
		name string
		log  *slog.Logger
		opts *slogxhttp.Options
	}{
		{"off", slog.New(slog.DiscardHandler), nil},
		{"null", slog.New(null{}), nil},
		{"json", slog.New(jsonlog.NewHandler(io.Discard, nil)), nil},
		{"tail", slog.New(null{}), &slogxhttp.Options{Tail: true}},
	} {
		b.Run(bb.name+"/slogx", func(b *testing.B) {
			h := slogxhttp.Middleware(bb.log, bb.opts)(http.HandlerFunc(nothing))
			w := &response{header: http.Header{}}
			r := benchRequest()
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}

func benchRequest() *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/orders/7?page=2", nil)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
	return r
}
