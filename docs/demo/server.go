package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/slogx-go/slogx/slogx"
	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
)

var errBadRequest = errors.New("bad request")

// A server answers requests for orders.
type server struct {
	log    *slog.Logger
	orders *store
	health func(context.Context) map[string]error // of the log's sinks
}

// newHandler returns the service, and what its operators ask: /healthz, /metrics and, for who has adminToken,
// /log/levels.
func newHandler(pipeline *slogx.Pipeline, orders *store, adminToken string) http.Handler {
	log := pipeline.Logger()
	s := &server{log: slogx.Named(log, "orders"), orders: orders, health: pipeline.Health}
	r := chi.NewRouter()
	r.Use(startSpans, slogxhttp.Middleware(slogx.Named(log, "http"), &slogxhttp.Options{
		Route:          func(r *http.Request) string { return chi.RouteContext(r.Context()).RoutePattern() },
		Skip:           []string{"GET /metrics"},
		RequestHeaders: []string{"Authorization"}, // masked, but one sees that there was one
		Tail:           true,
	}))
	r.Post("/orders", s.answer(s.create))
	r.Get("/orders", s.answer(s.list))
	r.Get("/orders/{id}", s.answer(s.get))
	r.Get("/slow", s.answer(s.slow))
	r.Get("/fail", s.answer(s.fail))
	r.Get("/panic", s.answer(s.panic))
	r.Get("/healthz", s.answer(s.healthz))
	r.Handle("/metrics", promhttp.HandlerFor(prometheus.DefaultGatherer, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	r.Handle("/log/levels", slogxhttp.NewLevelHandler(pipeline.Levels(), slogxhttp.BearerToken(adminToken),
		&slogxhttp.LevelOptions{Logger: slogx.Named(log, "audit"), Sampling: pipeline.Sampling()}))
	return r
}

// startSpans has each request in a span of OpenTelemetry, whose ids its records then carry. Services of size take
// otelhttp for this.
func startSpans(next http.Handler) http.Handler {
	tracer := trace.NewTracerProvider().Tracer("demo")
	propagator := propagation.TraceContext{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header)), r.Method)
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// answer makes a handler of a func: what it returns becomes the response, and an error a status.
func (s *server) answer(fn func(*http.Request) (status int, body any, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, body, err := fn(r)
		switch {
		case err == nil:
		case errors.Is(err, errNotFound):
			status, body = http.StatusNotFound, map[string]string{"error": errNotFound.Error()}
		case errors.Is(err, errBadRequest):
			status, body = http.StatusBadRequest, map[string]string{"error": err.Error()}
		default: // the client learns nothing, the log everything
			status, body = http.StatusInternalServerError, map[string]string{"error": "internal error"}
			s.log.ErrorContext(r.Context(), "request failed", "error", err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			s.log.WarnContext(r.Context(), "response not sent", "error", err)
		}
	}
}

// A checkout is what a client sends. Most of it is nobody's business, and the log statements of this service are
// as careless as they are in life: what stands behind them is not.
type checkout struct {
	order

	Email    string  `json:"email"`
	Password string  `json:"password"`
	Payment  payment `json:"payment"`
}

type payment struct {
	Card string `json:"card"`
	Code string `json:"code" slogx:"secret"` // no word, and no form, tells that this is one
}

func (s *server) create(r *http.Request) (int, any, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<16))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: read the order: %w", errBadRequest, err)
	}
	s.log.DebugContext(r.Context(), "order received", "body", string(body))
	var c checkout
	if err := json.Unmarshal(body, &c); err != nil {
		return 0, nil, fmt.Errorf("%w: read the order: %w", errBadRequest, err)
	}
	if c.Item == "" || c.Quantity < 1 {
		return 0, nil, fmt.Errorf("%w: an order needs an item and a quantity", errBadRequest)
	}
	c.Placed = time.Now().UTC()
	o, err := s.orders.create(r.Context(), c.order)
	if err != nil {
		return 0, nil, err
	}
	slogxhttp.AddAttrs(r.Context(), slog.Int64("order.id", o.ID)) // to the access record
	s.log.InfoContext(r.Context(), "order placed", "order.id", o.ID, "order.item", o.Item, "order.quantity", o.Quantity)
	s.log.InfoContext(r.Context(), "confirmation sent to "+c.Email, "payment", c.Payment)
	return http.StatusCreated, o, nil
}

func (s *server) get(r *http.Request) (int, any, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, nil, fmt.Errorf("%w: the id of an order is a number", errBadRequest)
	}
	// Every record of this request, those of the store too, says which order it is about.
	ctx := slogx.ContextWithAttrs(r.Context(), slog.Int64("order.id", id))
	o, err := s.orders.get(ctx, id)
	return http.StatusOK, o, err
}

func (s *server) list(r *http.Request) (int, any, error) {
	found, err := s.orders.list(r.Context(), r.URL.Query().Get("customer"))
	return http.StatusOK, found, err
}

func (s *server) slow(r *http.Request) (int, any, error) {
	n, err := s.orders.forecast(r.Context())
	return http.StatusOK, map[string]int64{"forecast": n}, err
}

func (s *server) fail(r *http.Request) (int, any, error) {
	return http.StatusOK, nil, s.orders.settle(r.Context())
}

// panic has a bug, and a panic that tells too much.
func (s *server) panic(r *http.Request) (int, any, error) {
	if !r.URL.Query().Has("item") {
		panic(fmt.Errorf("no item in a request with the headers %v", r.Header)) //nolint:forbidigo // it is a bug
	}
	return http.StatusOK, nil, nil
}

// healthz says whether the database answers and the log's sinks take what they are given.
func (s *server) healthz(r *http.Request) (int, any, error) {
	problems := map[string]string{}
	if err := s.orders.ping(r.Context()); err != nil {
		problems["db"] = err.Error()
	}
	for name, err := range s.health(r.Context()) {
		if err != nil {
			problems["log "+name] = err.Error()
		}
	}
	if len(problems) > 0 {
		return http.StatusServiceUnavailable, problems, nil
	}
	return http.StatusOK, map[string]string{"status": "ok"}, nil
}
