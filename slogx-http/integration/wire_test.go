package integration

import (
	"log/slog"
	"net/http"
	"testing"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx-http/internal/wiretest"
)

func TestRecordSaysWhatWasOnTheWire(t *testing.T) {
	for _, r := range routers {
		t.Run(r.name, func(t *testing.T) {
			under := wiretest.Router{
				Open: func(l *slog.Logger, opts *slogxhttp.Options, handler http.HandlerFunc) http.Handler {
					return r.open(l, opts, "/wire/{id}", handler)
				},
				Route: "/wire/{id}",
			}
			if r.name == "gin" {
				under.Late, under.Route = true, "/wire/:id"
			}
			wiretest.Run(t, under)
		})
	}
}
