package slogxhttp

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Options are the options of [Middleware]. A nil *Options means the defaults. Funcs are called from many
// goroutines; one that panics counts as not set for that request, and is reported to OnError.
type Options struct {
	// Skip names requests without an access record by patterns of [http.ServeMux], such as "GET /health" or
	// "/static/". What they log themselves stays. A request that ends with a 5xx status or a panic is never
	// skipped.
	Skip []string

	// SkipFunc is asked when a request is done, and skips it as Skip does. Nil skips none.
	SkipFunc func(r *http.Request, status int, took time.Duration) bool

	// DropSuccesses is the share, from 0 to 1, of successful requests that leave no access record: 1 means
	// that only failures do. Successful is what has a status below 400, no error and is not slow. Requests of
	// one trace are kept or dropped together. 0 drops none.
	DropSuccesses float64

	// Slow is how long a request may take. One that takes longer is logged at WARN at least, and releases what
	// its tail buffer holds. 0 means any time.
	Slow time.Duration

	// Level gives the level of an access record by the status. Nil means ERROR for 5xx, WARN for 4xx, and INFO.
	// The status is 0 if the connection was cut before there was one.
	Level func(status int) slog.Level

	// Message gives the message of an access record. Nil means the method and the path: "GET /orders/7".
	Message func(r *http.Request, status int) string

	// QueryInMessage adds the query, masked, to the message.
	QueryInMessage bool

	// Start logs another record, at INFO, when a request comes in.
	Start bool

	// Route gives the pattern of the route, asked when the handler is done. Nil, or "", means the pattern of
	// [http.ServeMux], if that was it. For chi:
	//
	//	Route: func(r *http.Request) string { return chi.RouteContext(r.Context()).RoutePattern() },
	Route func(r *http.Request) string

	// RequestIDHeader is the header that carries the request id. Empty means X-Request-ID.
	RequestIDHeader string

	// NewRequestID makes the id of a request that comes without a valid one. Nil, or an id that is not valid,
	// means 24 random characters.
	NewRequestID func() string

	// RestartTrace begins a new trace with every request, whatever its traceparent says: for services whose
	// clients are not trusted.
	RestartTrace bool

	// TrustedProxies are the addresses of proxies whose X-Forwarded-For is believed. Nil believes none.
	TrustedProxies []netip.Prefix

	// RequestHeaders and ResponseHeaders name the headers to log. Those whose name says that they carry a
	// secret are logged masked.
	RequestHeaders, ResponseHeaders []string

	// RequestBody and ResponseBody are how many bytes of a body are logged. 0 logs none.
	RequestBody, ResponseBody int

	// BodyTypes are the media types of the bodies that are logged, as in "application/json" and "text/*". Types
	// with a suffix, such as application/problem+json, go with that of the suffix. Nil means JSON, forms and
	// plain text. Encoded (compressed) bodies are never logged.
	BodyTypes []string

	// Tail opens a tail buffer for each request (package tail), and settles it: released if the request ends
	// with a 5xx status or a panic, an error of [SetError], or slow; discarded otherwise.
	Tail bool

	// OnError is told of wrong options, and of funcs that panic, at most once in 10 seconds. Nil means a line
	// on standard error.
	OnError func(error)
}

// Validate returns an error that joins all that is wrong with o. [Middleware] takes what is wrong as not set.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	var errs []error
	if _, err := newSkipper(o.Skip); err != nil {
		errs = append(errs, err)
	}
	if !(o.DropSuccesses >= 0 && o.DropSuccesses <= 1) { // NaN too
		errs = append(errs, fmt.Errorf("set up access log: DropSuccesses %v: want a share from 0 to 1", o.DropSuccesses))
	}
	if o.Slow < 0 {
		errs = append(errs, fmt.Errorf("set up access log: Slow %v: want a duration that is not negative", o.Slow))
	}
	for name, n := range map[string]int{"RequestBody": o.RequestBody, "ResponseBody": o.ResponseBody} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("set up access log: %s %d: want a number of bytes that is not negative", name, n))
		}
	}
	names := slices.Concat(o.RequestHeaders, o.ResponseHeaders)
	if o.RequestIDHeader != "" {
		names = append(names, o.RequestIDHeader)
	}
	for _, name := range names {
		if !validHeaderName(name) {
			errs = append(errs, fmt.Errorf("set up access log: header %q: want the name of a header", name))
		}
	}
	for _, t := range o.BodyTypes {
		if major, minor, ok := strings.Cut(t, "/"); !ok || major == "" || minor == "" {
			errs = append(errs, fmt.Errorf("set up access log: body type %q: want a media type such as text/plain or text/*", t))
		}
	}
	for _, p := range o.TrustedProxies {
		if !p.IsValid() {
			errs = append(errs, errors.New("set up access log: TrustedProxies: an invalid prefix: make them with netip.ParsePrefix"))
		}
	}
	return errors.Join(errs...)
}

// defaultIDHeader carries the request id.
const defaultIDHeader = "X-Request-ID"

// effective returns o without what is wrong.
func (o *Options) effective() Options {
	if o == nil {
		o = new(Options)
	}
	e := *o
	if !(e.DropSuccesses >= 0 && e.DropSuccesses <= 1) {
		e.DropSuccesses = 0
	}
	e.Slow = max(e.Slow, 0)
	e.RequestBody, e.ResponseBody = max(e.RequestBody, 0), max(e.ResponseBody, 0)
	if !validHeaderName(e.RequestIDHeader) {
		e.RequestIDHeader = defaultIDHeader
	}
	e.TrustedProxies = slices.DeleteFunc(slices.Clone(e.TrustedProxies), func(p netip.Prefix) bool { return !p.IsValid() })
	if len(e.BodyTypes) == 0 {
		e.BodyTypes = []string{"application/json", "application/x-www-form-urlencoded", "text/plain"}
	}
	return e
}

// validHeaderName reports whether name is a token of RFC 9110, which is what the name of a header is.
func validHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

// skipper tells requests by patterns.
type skipper struct{ mux *http.ServeMux }

// newSkipper returns a skipper for the patterns that are valid, and what is wrong with the others.
func newSkipper(patterns []string) (skipper, error) {
	if len(patterns) == 0 {
		return skipper{}, nil
	}
	s := skipper{http.NewServeMux()}
	var errs []error
	for _, p := range slices.Compact(slices.Sorted(slices.Values(patterns))) {
		errs = append(errs, s.add(p))
	}
	return s, errors.Join(errs...)
}

func (s skipper) add(pattern string) (err error) {
	defer func() {
		if p := recover(); p != nil { // there is no other way to ask ServeMux
			err = fmt.Errorf("set up access log: Skip %q: %v", pattern, p)
		}
	}()
	s.mux.Handle(pattern, http.NotFoundHandler())
	return nil
}

func (s skipper) skips(r *http.Request) bool {
	if s.mux == nil {
		return false
	}
	_, pattern := s.mux.Handler(r)
	return pattern != ""
}
