//go:build !race

package slogxhttp_test

import (
	"io"
	"log/slog"
	"net/http"
	"testing"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// What a request costs: the exchange, its texts, and the attributes of the record beyond the five that a
// slog.Record has room for.
func TestAllocations(t *testing.T) {
	for _, tt := range []struct {
		name string
		log  *slog.Logger
		opts *slogxhttp.Options
		want float64
	}{
		{"logged", slog.New(jsonlog.NewHandler(io.Discard, nil)), nil, 2},
		{"logged to a handler of others", slog.New(null{}), nil, 3},
		{"level off", slog.New(slog.DiscardHandler), nil, 2},
		{"sampled away", slog.New(null{}), &slogxhttp.Options{DropSuccesses: 1}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := slogxhttp.Middleware(tt.log, tt.opts)(http.HandlerFunc(nothing))
			w, r := &response{header: http.Header{}}, benchRequest()
			if n := testing.AllocsPerRun(1000, func() { h.ServeHTTP(w, r) }); n > tt.want {
				t.Errorf("%v allocations, want at most %v", n, tt.want)
			}
		})
	}
}
