package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// logRequests puts trace and request id into the context of each request, where every record logged with it
// finds them, logs one record when the request is done, and turns a panic into a record and a response 500.
func logRequests(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begin := time.Now()
			id := requestID(r.Header.Get("X-Request-ID"))
			ctx := tracectx.NewContext(r.Context(), traceOf(r))
			ctx = slogx.ContextWithAttrs(ctx, slog.String("request_id", id))
			w.Header().Set("X-Request-ID", id)
			response := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			defer func() {
				reason := recover()
				err, _ := reason.(error)
				aborted := errors.Is(err, http.ErrAbortHandler)
				if reason != nil && !aborted {
					logPanic(ctx, log, reason)
					if response.Status() == 0 {
						http.Error(response, "internal error", http.StatusInternalServerError)
					}
				}
				logAccess(ctx, log, r, response, time.Since(begin))
				if aborted {
					panic(reason) //nolint:forbidigo // net/http knows what it means
				}
			}()
			next.ServeHTTP(response, r.WithContext(ctx))
		})
	}
}

// traceOf returns the trace that r continues, or a new one.
func traceOf(r *http.Request) tracectx.Trace {
	t, err := tracectx.Parse(r.Header.Values("Traceparent"), r.Header.Values("Tracestate"))
	if err != nil {
		return tracectx.New()
	}
	return t.Child()
}

var validID = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,64}$`)

// requestID returns the id that the client sent, or a new one if that is nothing to put into a log.
func requestID(sent string) string {
	if validID.MatchString(sent) {
		return sent
	}
	return rand.Text()
}

func logPanic(ctx context.Context, log *slog.Logger, reason any) {
	log.LogAttrs(ctx, slog.LevelError, "panic",
		slog.String("exception.type", fmt.Sprintf("%T", reason)),
		slog.String("exception.message", fmt.Sprint(reason)),
		slog.String("exception.stacktrace", string(debug.Stack())))
}

// logAccess logs the record of a request, under the names of the OpenTelemetry semantic conventions.
func logAccess(ctx context.Context, log *slog.Logger, r *http.Request, response middleware.WrapResponseWriter, took time.Duration) {
	status := response.Status()
	if status == 0 {
		status = http.StatusOK
	}
	client, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		client = r.RemoteAddr
	}
	attrs := []slog.Attr{
		slog.String("http.request.method", r.Method),
		slog.String("url.path", r.URL.Path),
		slog.Int("http.response.status_code", status),
		slog.Int("http.response.body.size", response.BytesWritten()),
		slog.Float64("http.server.request.duration", took.Seconds()),
		slog.String("client.address", client),
	}
	if route := chi.RouteContext(ctx).RoutePattern(); route != "" {
		attrs = append(attrs, slog.String("http.route", route))
	}
	level := slog.LevelInfo
	switch {
	case status >= 500:
		level = slog.LevelError
		attrs = append(attrs, slog.String("error.type", strconv.Itoa(status)))
	case status >= 400:
		level = slog.LevelWarn
	}
	log.LogAttrs(ctx, level, "request", attrs...)
}
