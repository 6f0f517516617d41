package slogxhttp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// TransportOptions are the options of [Transport]. A nil *TransportOptions means the defaults.
type TransportOptions struct {
	// Level is the level of an outgoing request that went well. Nil means slog.LevelDebug.
	Level slog.Leveler

	// FailureLevel is the level of one that failed, with an error or a 5xx status, and of a slow one. Nil means
	// slog.LevelWarn. It is never below Level.
	FailureLevel slog.Leveler

	// Slow is how long the header of a response may take to come. 0 means any time.
	Slow time.Duration

	// RequestIDHeader is the header that carries the request id. Empty, or no name of a header, means
	// X-Request-ID.
	RequestIDHeader string

	// KeepIDs sends no ids: for servers of others.
	KeepIDs bool

	// OnError is told of a log handler that panics. Nil means a line on standard error.
	OnError func(error)
}

// Transport returns a RoundTripper that sends requests through next, with the ids of the request that their
// context belongs to, and logs each with logger. A nil next means http.DefaultTransport, a nil opts the defaults.
//
// The headers are traceparent, tracestate and X-Request-ID; those that a request has already stay. Within a
// request of [Middleware] each is sent with a span id of its own; an active span is sent as it is.
//
// The duration is that until the header of the response: the body is left to the caller, as is closing it.
func Transport(next http.RoundTripper, logger *slog.Logger, opts *TransportOptions) http.RoundTripper {
	t := &transport{next: next, level: slog.LevelDebug, failureLevel: slog.LevelWarn}
	if opts != nil {
		t.opts = *opts
	}
	if t.opts.Level != nil {
		t.level = t.opts.Level
	}
	if t.opts.FailureLevel != nil {
		t.failureLevel = t.opts.FailureLevel
	}
	if !validHeaderName(t.opts.RequestIDHeader) {
		t.opts.RequestIDHeader = defaultIDHeader
	}
	t.opts.RequestIDHeader = http.CanonicalHeaderKey(t.opts.RequestIDHeader)
	t.report = newReporter(t.opts.OnError)
	t.handler, t.adds = handlerOf(logger)
	return t
}

type transport struct {
	next                http.RoundTripper // nil means http.DefaultTransport, which a program may set later
	handler             slog.Handler
	adds                adds
	opts                TransportOptions
	level, failureLevel slog.Leveler
	report              *reporter
}

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	sent := r
	if !t.opts.KeepIDs {
		sent = t.withIDs(r)
	}
	start := sinceStart()
	res, err := next.RoundTrip(sent)
	t.log(sent, res, err, sinceStart()-start)
	return res, err
}

// CloseIdleConnections is for [http.Client].
func (t *transport) CloseIdleConnections() {
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	if c, ok := next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// withIDs returns r, or, as a RoundTripper must not change it, a copy with ids.
func (t *transport) withIDs(r *http.Request) *http.Request {
	ctx := r.Context()
	q := exchangeOf(ctx)
	trace, traced := tracectx.FromContext(ctx)
	traced = traced && r.Header.Get("Traceparent") == ""
	identified := q != nil && r.Header.Get(t.opts.RequestIDHeader) == ""
	if !traced && !identified {
		return r
	}
	sent := r.WithContext(ctx)
	if sent.Header = r.Header.Clone(); sent.Header == nil {
		sent.Header = make(http.Header)
	}
	if identified {
		sent.Header[t.opts.RequestIDHeader] = []string{q.requestID()}
	}
	if traced {
		if q != nil && q.spanID == trace.SpanID {
			trace = trace.Child()
		}
		sent.Header["Traceparent"] = []string{trace.Traceparent()}
		if trace.State != "" {
			sent.Header["Tracestate"] = []string{trace.State}
		} else {
			sent.Header.Del("Tracestate") // one without its traceparent says nothing
		}
	}
	return sent
}

func (t *transport) log(r *http.Request, res *http.Response, err error, took time.Duration) {
	level := t.level.Level()
	status := 0
	if res != nil {
		status = res.StatusCode
	}
	if err != nil || status >= 500 || t.opts.Slow > 0 && took > t.opts.Slow {
		level = max(level, t.failureLevel.Level())
	}
	ctx := r.Context()
	t.report.try("the handler", func() {
		if !t.handler.Enabled(ctx, level) {
			return
		}
		rec := slog.NewRecord(time.Now(), level, clip(r.Method, maxText)+" "+clip(r.URL.Host, maxText), 0)
		rec.AddAttrs(t.attrs(ctx, r, res, err, took)...)
		_ = t.handler.Handle(ctx, rec)
	})
}

func (t *transport) attrs(ctx context.Context, r *http.Request, res *http.Response, err error, took time.Duration) []slog.Attr {
	attrs := t.adds.appendMissing(nil, ctx)
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	attrs = appendMethod(attrs, method)
	attrs = append(attrs, slog.String("url.full", maskURL(r.URL)))
	host, port, _ := splitHostPort(r.URL.Host)
	if attrs = append(attrs, slog.String("server.address", host)); port == 0 {
		port = map[string]int{"http": 80, "https": 443}[r.URL.Scheme]
	}
	if port != 0 {
		attrs = append(attrs, slog.Int("server.port", port))
	}
	if r.ContentLength > 0 {
		attrs = append(attrs, slog.Int64("http.request.body.size", r.ContentLength))
	}
	attrs = append(attrs, slog.Float64("http.client.request.duration", took.Seconds()))
	if res != nil {
		attrs = append(attrs,
			slog.Int("http.response.status_code", res.StatusCode),
			slog.String("network.protocol.version", protocolVersion(res.ProtoMajor, res.ProtoMinor)))
		if res.ContentLength >= 0 {
			attrs = append(attrs, slog.Int64("http.response.body.size", res.ContentLength))
		}
	}
	switch {
	case err != nil:
		attrs = append(attrs,
			slog.String("error.type", clientErrorType(err)),
			slog.String("exception.type", fmt.Sprintf("%T", err)),
			slog.Any("exception.message", err))
	case res != nil && res.StatusCode >= 400: // for a client 4xx is an error, too
		attrs = append(attrs, slog.String("error.type", strconv.Itoa(res.StatusCode)))
	}
	return attrs
}

// clientErrorType returns error.type for an error of a RoundTripper.
func clientErrorType(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	default:
		return fmt.Sprintf("%T", err)
	}
}
