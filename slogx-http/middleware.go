package slogxhttp

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/tail"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// Middleware returns a middleware that logs each request with logger, as the package documentation says. A nil
// opts means the defaults; wrong ones are reported to Options.OnError, and taken as not set.
func Middleware(logger *slog.Logger, opts *Options) func(http.Handler) http.Handler {
	a := NewAccess(logger, opts)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a.serve(w, r, next, nil) //nolint:contextcheck // the exchange is the context of r
		})
	}
}

// Access is what [Middleware] consists of, for middlewares of routers that are no http.Handlers, such as gin's:
// package slogxgin has one. It is safe for concurrent use.
type Access struct {
	handler         slog.Handler
	top             chain.Handler // handler, if it is one of ours
	adds            adds
	opts            Options
	skip            skipper
	idHeader        string // canonical
	requestHeaders  []header
	responseHeaders []header
	bodies          bodySettings
	report          *reporter
}

// header is a header to log.
type header struct {
	name, key string
	secret    bool
}

// NewAccess returns an Access that logs with logger. See [Middleware].
func NewAccess(logger *slog.Logger, opts *Options) *Access {
	a := &Access{opts: opts.effective()}
	a.report = newReporter(a.opts.OnError)
	a.report.report(opts.Validate())
	a.handler, a.adds = handlerOf(logger)
	a.top, _ = a.handler.(chain.Handler)
	a.skip, _ = newSkipper(a.opts.Skip) // Validate has said what is wrong
	a.idHeader = http.CanonicalHeaderKey(a.opts.RequestIDHeader)
	a.requestHeaders = headers("http.request.header.", a.opts.RequestHeaders)
	a.responseHeaders = headers("http.response.header.", a.opts.ResponseHeaders)
	a.bodies = newBodySettings(a.opts.BodyTypes)
	return a
}

// adds says which ids of a context a handler adds by itself.
type adds struct{ attrs, trace bool }

// handlerOf returns the handler of logger. A nil logger must not lose records.
func handlerOf(logger *slog.Logger) (h slog.Handler, a adds) {
	if logger != nil {
		h = logger.Handler()
	} else {
		h = chain.Adapt(nil)
	}
	chain.Walk(h, func(h slog.Handler) bool {
		if e, ok := h.(interface{ AddsContext() (attrs, trace bool) }); ok {
			attrs, trace := e.AddsContext()
			a = adds{a.attrs || attrs, a.trace || trace}
		}
		return true
	})
	return h, a
}

// appendMissing appends the ids of ctx that the handler does not add.
func (a adds) appendMissing(attrs []slog.Attr, ctx context.Context) []slog.Attr { //nolint:revive // as append
	if q := exchangeOf(ctx); q != nil && !a.attrs {
		attrs = append(attrs, q.attrs[0])
	}
	if !a.trace {
		attrs = tracectx.AppendAttrs(ctx, attrs)
	}
	return attrs
}

// Router is what stands behind an [Access] for one request.
type Router interface {
	http.Handler // calls the next handlers, which write to w, and log with the context of r

	// Outcome is asked when ServeHTTP is done, also by a panic.
	Outcome() Outcome
}

// Outcome is what a router knows of a request that is done.
type Outcome struct {
	Route   string // the pattern; "" if there is none
	Status  int    // of the response, sent or still to be; 0 if the writer's is right
	Written bool   // it is too late for another status
	Err     error  // with which the request failed, if SetError was not called
}

// Serve lets router serve the request, as [Middleware] does with the next handler. When router panics it
// recovers, or panics with [http.ErrAbortHandler].
func (a *Access) Serve(w http.ResponseWriter, r *http.Request, router Router) {
	a.serve(w, r, router, router)
}

func (a *Access) serve(w http.ResponseWriter, r *http.Request, next http.Handler, router Router) {
	q := a.begin(w, r)
	q.router = router
	defer q.end()
	next.ServeHTTP(q.writer.shape(), &q.request)
	q.returned = true
}

// begin makes the exchange of a request and its response: one allocation for it, and one for all text.
func (a *Access) begin(w http.ResponseWriter, r *http.Request) *exchange {
	q := &exchange{
		access: a, original: r, start: sinceStart(), path: r.URL.Path, query: r.URL.RawQuery,
		writer: writer{next: w, head: r.Method == http.MethodHead},
	}
	parent := r.Context()
	if a.opts.Tail {
		parent, q.tail = tail.NewContext(parent)
	}
	a.report.try("the log handler", func() { q.logs = a.handler.Enabled(parent, slog.LevelError) })
	q.identify(parent) // q is now a context of parent
	w.Header()[a.idHeader] = q.idHeader[:]
	q.request = *r.WithContext(q) //nolint:contextcheck // as above. It is inlined: what it returns stays on the stack
	if r.Body != nil && r.Body != http.NoBody {
		q.body.next, q.body.capture = r.Body, a.bodies.requestCapture(r.Header, a.opts.RequestBody)
		q.request.Body = &q.body
	}
	if a.opts.ResponseBody > 0 {
		q.writer.capture = &capture{settings: &a.bodies, limit: a.opts.ResponseBody}
	}
	if len(a.opts.Skip) > 0 {
		q.skipped = a.skip.skips(r)
	}
	if a.opts.Start && !q.skipped {
		a.report.try("the log handler", func() { a.logStart(q) }) //nolint:contextcheck // as above
	}
	return q
}

// processStart is what durations count from: a look at the monotonic clock alone costs half of time.Now.
var processStart = time.Now()

func sinceStart() time.Duration { return time.Since(processStart) }
