package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httplog/v3"
	slogchi "github.com/samber/slog-chi"
	sloggin "github.com/samber/slog-gin"
	sloghttp "github.com/samber/slog-http"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx-http/slogxgin"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// peer is a middleware on its router.
type peer struct {
	name, router string
	open         func(l *slog.Logger) http.Handler
}

// floor is the name of a router without a middleware, ours that of slogx.
const (
	floor = "floor"
	ours  = "slogx"
)

// peers are, for each router, its floor, ours, and the others.
var peers = []peer{
	{floor, "net/http", func(*slog.Logger) http.Handler { return openServeMux(nil) }},
	{ours, "net/http", func(l *slog.Logger) http.Handler { return openServeMux(slogxhttp.Middleware(l, nil)) }},
	{"samber/slog-http", "net/http", func(l *slog.Logger) http.Handler { return openServeMux(sloghttp.New(l)) }},
	{floor, "chi", func(*slog.Logger) http.Handler { return openChi() }},
	{ours, "chi", func(l *slog.Logger) http.Handler {
		return openChi(slogxhttp.Middleware(l, &slogxhttp.Options{
			Route: func(r *http.Request) string { return chi.RouteContext(r.Context()).RoutePattern() },
		}))
	}},
	{"samber/slog-chi", "chi", func(l *slog.Logger) http.Handler { return openChi(slogchi.New(l)) }},
	{"go-chi/httplog", "chi", func(l *slog.Logger) http.Handler { return openChi(httplog.RequestLogger(l, nil)) }},
	{floor, "gin", func(*slog.Logger) http.Handler { return openGin() }},
	{ours, "gin", func(l *slog.Logger) http.Handler { return openGin(slogxgin.Middleware(l, nil)) }},
	{"samber/slog-gin", "gin", func(l *slog.Logger) http.Handler { return openGin(sloggin.New(l)) }},
}

func nothing(http.ResponseWriter, *http.Request) {}

func openServeMux(use func(http.Handler) http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", nothing)
	if use == nil {
		return mux
	}
	return use(mux)
}

func openChi(use ...func(http.Handler) http.Handler) http.Handler {
	r := chi.NewRouter()
	r.Use(use...)
	r.Get("/orders/{id}", nothing)
	return r
}

func openGin(use ...gin.HandlerFunc) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.Use(use...)
	e.GET("/orders/:id", func(*gin.Context) {})
	return e
}

// sink is what the middlewares log to.
type sink struct {
	name string
	open func(middleware string) slog.Handler
}

var sinks = []sink{
	{"JSON", func(middleware string) slog.Handler {
		if middleware == ours {
			return jsonlog.NewHandler(io.Discard, nil)
		}
		return slog.NewJSONHandler(io.Discard, nil) //nolint:sloglint // what encoding costs
	}},
	{"slog.JSONHandler", func(string) slog.Handler {
		return slog.NewJSONHandler(io.Discard, nil) //nolint:sloglint // as above
	}},
	{"nothing", func(string) slog.Handler { return null{} }},
	{"level off", func(string) slog.Handler { return slog.DiscardHandler }},
}

// null is a handler that does nothing, for one of slogx as for others.
type null struct{}

func (null) Enabled(context.Context, slog.Level) bool { return true }

func (null) Handle(context.Context, slog.Record) error { return nil }

func (null) HandleTop(context.Context, []slog.Attr, slog.Record) error { return nil }

func (h null) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h null) WithGroup(string) slog.Handler { return h }
