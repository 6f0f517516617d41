package integration

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/slogx-go/slogx/slogx-http/internal/leveltest"
)

// Behind the middleware, too.
func TestLevelEndpointIsTheSameBehindEveryRouter(t *testing.T) {
	for _, r := range routers {
		t.Run(r.name, func(t *testing.T) {
			mount := func(endpoint http.Handler) http.Handler {
				return r.open(slog.New(slog.DiscardHandler), nil, leveltest.Path, endpoint.ServeHTTP)
			}
			leveltest.Run(t, mount)
			t.Run("slow body", func(t *testing.T) { leveltest.RunSlow(t, mount) })
		})
	}
}
