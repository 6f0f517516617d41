package integration

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx-http/slogxgin"
)

// router opens a router with the middleware, and handler behind it at a pattern of ServeMux.
type router struct {
	name string
	open func(l *slog.Logger, opts *slogxhttp.Options, pattern string, handler http.HandlerFunc) http.Handler
}

var routers = []router{{"net/http", openServeMux}, {"chi", openChi}, {"gin", openGin}}

func openServeMux(l *slog.Logger, opts *slogxhttp.Options, pattern string, handler http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(pattern, handler)
	return slogxhttp.Middleware(l, opts)(mux)
}

func openChi(l *slog.Logger, opts *slogxhttp.Options, pattern string, handler http.HandlerFunc) http.Handler {
	var o slogxhttp.Options
	if opts != nil {
		o = *opts
	}
	o.Route = func(r *http.Request) string { return chi.RouteContext(r.Context()).RoutePattern() }
	r := chi.NewRouter()
	r.Use(slogxhttp.Middleware(l, &o))
	r.HandleFunc(pattern, handler)
	return r
}

func openGin(l *slog.Logger, opts *slogxhttp.Options, pattern string, handler http.HandlerFunc) http.Handler {
	engine := gin.New()
	engine.Use(slogxgin.Middleware(l, opts))
	engine.Any(ginPattern(pattern), func(c *gin.Context) { handler(c.Writer, c.Request) })
	return engine
}

// ginPattern turns {id} into :id.
func ginPattern(pattern string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(pattern)
}
