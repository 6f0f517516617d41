package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/slogx-go/slogx/slogx"
)

var errBadRequest = errors.New("bad request")

// A server answers requests for orders.
type server struct {
	log    *slog.Logger
	orders *store
	health func(context.Context) map[string]error // of the log's sinks
}

func newHandler(log *slog.Logger, orders *store, health func(context.Context) map[string]error) http.Handler {
	s := &server{log: slogx.Named(log, "orders"), orders: orders, health: health}
	r := chi.NewRouter()
	r.Use(logRequests(slogx.Named(log, "http")))
	r.Post("/orders", s.answer(s.create))
	r.Get("/orders", s.answer(s.list))
	r.Get("/orders/{id}", s.answer(s.get))
	r.Get("/slow", s.answer(s.slow))
	r.Get("/fail", s.answer(s.fail))
	r.Get("/panic", s.answer(s.panic))
	r.Get("/healthz", s.answer(s.healthz))
	return r
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

func (s *server) create(r *http.Request) (int, any, error) {
	var o order
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&o); err != nil {
		return 0, nil, fmt.Errorf("%w: read the order: %w", errBadRequest, err)
	}
	if o.Item == "" || o.Quantity < 1 {
		return 0, nil, fmt.Errorf("%w: an order needs an item and a quantity", errBadRequest)
	}
	o.Placed = time.Now().UTC()
	o, err := s.orders.create(r.Context(), o)
	if err != nil {
		return 0, nil, err
	}
	s.log.InfoContext(r.Context(), "order placed", "order.id", o.ID, "order.item", o.Item, "order.quantity", o.Quantity)
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

// panic has a bug: nobody checks that there is an item.
func (s *server) panic(r *http.Request) (int, any, error) {
	return http.StatusOK, r.URL.Query()["item"][0], nil
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
