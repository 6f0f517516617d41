package slogxhttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/tail"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// exchange is a request and its response, and the context of that request. It holds all that the middleware
// needs, so that it is one allocation. It is never used again for another request: goroutines that outlive
// the request keep its context.
type exchange struct {
	enrich.Context // around trace

	trace    tracectx.Context // around the context of the server; made by traced
	traced   sync.Once
	access   *Access
	router   Router        // nil for net/http
	original *http.Request // as it came
	request  http.Request  // as the next handler gets it
	writer   writer
	body     body
	tail     *tail.Buffer // nil without

	start       time.Duration // since processStart
	path, query string        // some handlers change the URL in place
	message     string        // "" if it is yet to be made
	spanID      [8]byte       // of the span that began here; zero if somebody else's goes on
	attrs       [1]slog.Attr  // of enrich.Context: the request id
	idHeader    [1]string     // of the response

	logs     bool // the handler was enabled when the request began
	skipped  bool // by a pattern
	returned bool // the handler has, neither by a panic nor by runtime.Goexit

	mu    sync.Mutex // guards the rest
	done  bool
	extra []slog.Attr
	err   error
}

var _ context.Context = (*exchange)(nil)

// Value returns the exchange to this package, and what the contexts within know to the others.
func (q *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return q
	}
	if q.trace.Asks(key) {
		q.traced.Do(q.beginTrace)
	}
	return q.Context.Value(key)
}

// beginTrace finds or makes the trace of a request that [exchange.identify] left without, since nothing is logged.
func (q *exchange) beginTrace() { q.trace.Init(q.parent(), q.findTrace(), "") }

// findTrace returns the position of the request in the trace that its context or its header names, or in a new one.
func (q *exchange) findTrace() tracectx.Trace {
	if t, ok := tracectx.FromContext(q.parent()); ok {
		return t
	}
	t := q.access.traceOf(q.original.Header)
	q.spanID = t.SpanID
	return t
}

// parent returns the context of the server.
func (q *exchange) parent() context.Context { return q.trace.Context }

// String keeps package fmt from looking at the fields.
func (q *exchange) String() string { return "slogxhttp.request" }

// identify finds or makes the ids of the request, and its message if it is to be logged, and makes all text at
// once.
func (q *exchange) identify(parent context.Context) {
	a := q.access
	q.trace.Context = parent //nolint:fatcontext // q is new
	id := a.givenRequestID(parent, q.original.Header)
	var room [512]byte
	buf := room[:0]
	if q.logs && a.opts.Message == nil {
		buf = q.appendMessage(buf)
	}
	message := len(buf)
	var trace tracectx.Trace
	if q.logs {
		trace = q.findTrace() //nolint:contextcheck // in parent
		buf = trace.AppendTraceparent(buf)
	}
	traceparent := len(buf)
	if id == "" {
		buf = appendRequestID(buf)
	}
	text := string(buf)
	q.message = text[:message]
	if id == "" {
		id = text[traceparent:]
	}
	q.idHeader[0] = id
	q.attrs[0] = slog.String("request_id", id)
	if q.logs {
		q.trace.Init(parent, trace, text[message:traceparent])
		q.traced.Do(func() {})
	}
	q.Init(&q.trace, q.attrs[:]) //nolint:contextcheck // made of parent
}

func (q *exchange) requestID() string { return q.attrs[0].Value.String() }

// appendMessage appends the method and the path, in whose place a client can send anything.
func (q *exchange) appendMessage(buf []byte) []byte {
	const limit = 256
	buf = append(append(append(buf, clip(q.original.Method, limit)...), ' '), clip(q.path, limit)...)
	if q.access.opts.QueryInMessage && q.query != "" {
		buf = append(append(buf, '?'), clip(maskQuery(q.query), limit)...)
	}
	return buf
}

// givenRequestID returns the id that a middleware around this one, the client or the option gives the request,
// or "".
func (a *Access) givenRequestID(parent context.Context, h http.Header) (id string) {
	if outer := exchangeOf(parent); outer != nil {
		return outer.requestID()
	}
	if id = sentRequestID(h, a.idHeader); id != "" || a.opts.NewRequestID == nil {
		return id
	}
	a.report.try("NewRequestID", func() { id = a.opts.NewRequestID() })
	if !validRequestID(id) {
		return ""
	}
	return id
}

// traceOf returns the position of a request in the trace that its header names, or in a new one.
func (a *Access) traceOf(h http.Header) tracectx.Trace {
	if a.opts.RestartTrace {
		return tracectx.New()
	}
	if lines := h["Traceparent"]; len(lines) > 0 {
		if t, err := tracectx.Parse(lines, h["Tracestate"]); err == nil {
			return t.Child()
		}
	}
	return tracectx.New()
}

// end is deferred: it recovers when the handler panics, completes the response, and logs.
func (q *exchange) end() {
	reason := recover()
	out := q.outcome()
	out.panic, out.aborted = reason, reason == any(http.ErrAbortHandler)
	if reason != nil && !out.aborted {
		out.stack = stack()
		if !out.Written {
			q.sendError()
			out.Status = http.StatusInternalServerError
		}
	}
	q.writer.finished.Store(true)
	q.giveBack()
	q.settle(out)
	switch {
	case out.aborted:
		panic(reason) //nolint:forbidigo // net/http knows what it means
	case reason != nil && out.Written:
		panic(http.ErrAbortHandler) //nolint:forbidigo // the client must not take what it has for the whole
	}
}

// outcome is how a request ended.
type outcome struct {
	Outcome

	panic   any
	aborted bool // by http.ErrAbortHandler
	stack   string
	took    time.Duration
	failed  bool // and so is never left out
	slow    bool
}

func (q *exchange) outcome() (out outcome) {
	if q.router != nil {
		q.access.report.try("Outcome", func() { out.Outcome = q.router.Outcome() })
	}
	status := int(q.writer.status.Load())
	out.Written = out.Written || status != 0
	if out.Status == 0 || q.writer.hijacked.Load() {
		out.Status = status
	}
	switch gone := errors.Is(q.original.Context().Err(), context.Canceled); {
	case out.Written:
	case !q.returned || gone:
		out.Status = 0 // there is nobody to send it, or to send it to
	case out.Status == 0:
		out.Status = http.StatusOK // the server's
	}
	return out
}

// sendError sends a 500 in the place of the response that the handler had begun to describe.
func (q *exchange) sendError() {
	q.access.report.try("the server's ResponseWriter", func() {
		h := q.writer.Header()
		for _, name := range []string{"Cache-Control", "Content-Encoding", "Etag", "Last-Modified"} {
			h.Del(name)
		}
		http.Error(&q.writer, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	})
}

// giveBack gives the server's request what the next handlers found out with their copy of it: the server removes
// the files of its form, and other middlewares ask for its pattern.
func (q *exchange) giveBack() {
	if q.original.MultipartForm == nil {
		q.original.MultipartForm = q.request.MultipartForm
	}
	if q.request.Pattern != "" {
		q.original.Pattern = q.request.Pattern
	}
}

// settle decides what is logged of a request that is done, and logs it.
func (q *exchange) settle(out outcome) {
	q.mu.Lock()
	q.done = true // extra and err belong to this goroutine from here on
	if q.err != nil {
		out.Err = q.err
	}
	q.mu.Unlock()

	a := q.access
	var now time.Time
	if q.logs || a.opts.Slow > 0 {
		now = time.Now()
		out.took = now.Sub(processStart) - q.start
	}
	out.failed = out.Status >= 500 || out.panic != nil && !out.aborted
	out.slow = a.opts.Slow > 0 && out.took > a.opts.Slow
	if q.tail != nil {
		if out.failed || out.slow || out.Err != nil {
			_ = q.tail.Release(q)
		} else {
			q.tail.Discard()
		}
	}
	level := a.level(out)
	a.report.try("the log handler", func() { // which may panic, but must not end the request
		if !a.handler.Enabled(q, level) {
			return
		}
		if now.IsZero() { // the level changed meanwhile
			now = time.Now()
			out.took = now.Sub(processStart) - q.start
		}
		if out.failed || !a.drops(q, out) {
			a.logEnd(q, now, level, out)
		}
	})
}

// level returns the level of the access record.
func (a *Access) level(out outcome) slog.Level {
	level := levelOf(out.Status)
	if a.opts.Level != nil {
		a.report.try("Level", func() { level = a.opts.Level(out.Status) })
	}
	if out.panic != nil && !out.aborted {
		level = max(level, slog.LevelError)
	}
	if out.slow {
		level = max(level, slog.LevelWarn)
	}
	return level
}

func levelOf(status int) slog.Level {
	switch {
	case status >= 500:
		return slog.LevelError
	case status >= 400:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}

// drops reports whether a request that did not fail leaves no record.
func (a *Access) drops(q *exchange, out outcome) (drop bool) {
	if q.skipped {
		return true
	}
	if a.opts.SkipFunc != nil {
		if a.report.try("SkipFunc", func() { drop = a.opts.SkipFunc(&q.request, out.Status, out.took) }) && drop {
			return true
		}
	}
	success := out.Status < 400 && out.Err == nil && out.panic == nil && !out.slow
	return success && a.opts.DropSuccesses > 0 && share(q) < a.opts.DropSuccesses
}

// share returns a number from 0 to 1 that is the same in all services that the trace goes through.
func share(ctx context.Context) float64 {
	trace, _ := tracectx.FromContext(ctx)
	var bits uint64
	for _, b := range trace.TraceID[9:] { // the bytes that are random by the specification
		bits = bits<<8 | uint64(b)
	}
	return float64(bits) / (1 << 56)
}

// whyGone returns what ended the context of the request, as error.type: the client went away.
func (q *exchange) whyGone() string {
	switch err := q.original.Context().Err(); {
	case err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	default:
		return "canceled"
	}
}
