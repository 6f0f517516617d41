package slogxhttp_test

import (
	"log/slog"
	"net/http"
	"testing"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx-http/internal/wiretest"
)

func TestRecordSaysWhatWasOnTheWire(t *testing.T) {
	wiretest.Run(t, wiretest.Router{
		Open: func(l *slog.Logger, opts *slogxhttp.Options, handler http.HandlerFunc) http.Handler {
			mux := http.NewServeMux()
			mux.HandleFunc("/wire/{id}", handler)
			return slogxhttp.Middleware(l, opts)(mux)
		},
		Route: "/wire/{id}",
	})
}
