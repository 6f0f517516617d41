package slogxhttp

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// logStart logs that a request came in.
func (a *Access) logStart(q *exchange) {
	if !a.handler.Enabled(q, slog.LevelInfo) {
		return
	}
	pooled := chain.Top(nil)
	defer pooled.Release()
	pooled.Set(a.appendRequest(a.adds.appendMissing(pooled.Attrs(), q), q))
	a.log(q, time.Now(), slog.LevelInfo, "request started", pooled.Attrs())
}

// logEnd logs the access record.
func (a *Access) logEnd(q *exchange, now time.Time, level slog.Level, out outcome) {
	message := q.message
	if a.opts.Message != nil {
		a.report.try("Message", func() { message = a.opts.Message(&q.request, out.Status) })
	}
	if message == "" {
		message = string(q.appendMessage(nil))
	}
	pooled := chain.Top(nil)
	defer pooled.Release()
	attrs := a.appendRequest(a.adds.appendMissing(pooled.Attrs(), q), q)
	attrs = appendFailure(a.appendResponse(attrs, q, out), q, out)
	pooled.Set(append(attrs, q.extra...))
	a.log(q, now, level, message, pooled.Attrs())
}

// log hands a record to the handler: the attributes at the top level, where a schema looks for them, and where
// they need no allocation, if the handler is one of ours.
func (a *Access) log(q *exchange, now time.Time, level slog.Level, message string, attrs []slog.Attr) {
	r := slog.NewRecord(now, level, message, 0)
	if a.top != nil {
		_ = a.top.HandleTop(q, attrs, r)
		return
	}
	r.AddAttrs(attrs...)
	_ = a.handler.Handle(q, r)
}

// appendRequest appends what is known when a request comes in.
func (a *Access) appendRequest(attrs []slog.Attr, q *exchange) []slog.Attr {
	r := q.original
	attrs = append(appendMethod(attrs, r.Method), slog.String("url.path", clip(q.path, maxText)))
	if q.query != "" {
		attrs = append(attrs, slog.String("url.query", clip(maskQuery(q.query), maxText)))
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	attrs = append(attrs, slog.String("url.scheme", scheme))
	if r.Host != "" {
		host, port, _ := splitHostPort(r.Host)
		attrs = append(attrs, slog.String("server.address", clip(host, maxText)))
		if port != 0 {
			attrs = append(attrs, slog.Int("server.port", port))
		}
	}
	from := peerOf(r, a.opts.TrustedProxies)
	if from.client != "" {
		attrs = append(attrs, slog.String("client.address", from.client), slog.String("network.peer.address", from.address))
	}
	if from.port != 0 {
		attrs = append(attrs, slog.Int("network.peer.port", from.port))
	}
	attrs = append(attrs, slog.String("network.protocol.version", protocolVersion(r.ProtoMajor, r.ProtoMinor)))
	if agents := r.Header["User-Agent"]; len(agents) > 0 {
		attrs = append(attrs, slog.String("user_agent.original", clip(agents[0], maxText)))
	}
	return appendHeaders(attrs, a.requestHeaders, r.Header)
}

// appendResponse appends what is known when a request is done.
func (a *Access) appendResponse(attrs []slog.Attr, q *exchange, out outcome) []slog.Attr {
	if route := a.route(q, out); route != "" {
		attrs = append(attrs, slog.String("http.route", route))
	}
	if out.Status != 0 {
		attrs = append(attrs, slog.Int("http.response.status_code", out.Status))
	}
	var requestSize int64
	if q.body.next != nil {
		requestSize = q.body.requestSize(q.original.ContentLength)
	}
	attrs = append(attrs, slog.Int64("http.request.body.size", requestSize))
	if n, ok := q.writer.bodySize(); ok {
		attrs = append(attrs, slog.Int64("http.response.body.size", n))
	}
	attrs = append(attrs, slog.Float64("http.server.request.duration", out.took.Seconds()))
	if len(a.responseHeaders) > 0 {
		attrs = appendHeaders(attrs, a.responseHeaders, q.writer.Header())
	}
	if c := q.body.capture; c != nil {
		attrs = c.appendAttr(attrs, "http.request.body.content")
	}
	if c := q.writer.capture; c != nil {
		attrs = c.appendAttr(attrs, "http.response.body.content")
	}
	return attrs
}

// route returns the pattern of the route.
func (a *Access) route(q *exchange, out outcome) (route string) {
	if a.opts.Route != nil {
		a.report.try("Route", func() { route = a.opts.Route(&q.request) })
	}
	switch {
	case route != "":
		return route
	case out.Route != "":
		return out.Route
	default: // of ServeMux: a method and a host may stand before the path
		pattern := q.request.Pattern
		if slash := strings.IndexByte(pattern, '/'); slash > 0 {
			return pattern[slash:]
		}
		return pattern
	}
}

// appendFailure appends what went wrong.
func appendFailure(attrs []slog.Attr, q *exchange, out outcome) []slog.Attr {
	var kind string
	switch {
	case out.Status >= 500:
		kind = strconv.Itoa(out.Status)
	case out.aborted:
		kind = "aborted"
	case out.panic == nil && out.Err != nil:
		kind = fmt.Sprintf("%T", out.Err)
	default:
		kind = q.whyGone()
	}
	if kind != "" {
		attrs = append(attrs, slog.String("error.type", kind))
	}
	switch {
	case out.panic != nil && !out.aborted:
		attrs = append(attrs,
			slog.String("exception.type", fmt.Sprintf("%T", out.panic)),
			slog.Any("exception.message", out.panic),
			slog.String("exception.stacktrace", out.stack))
	case out.Err != nil:
		attrs = append(attrs,
			slog.String("exception.type", fmt.Sprintf("%T", out.Err)),
			slog.Any("exception.message", out.Err))
	}
	return attrs
}

// stack returns the stack of the goroutine that panics, from the line that panicked on.
func stack() string {
	const limit = 64 << 10
	text := string(debug.Stack())
	head, _, _ := strings.Cut(text, "\n")
	if i := strings.Index(text, "\npanic("); i >= 0 {
		frames := strings.SplitN(text[i+1:], "\n", 3) // panic( itself, and its file
		if len(frames) == 3 {
			text = head + "\n" + frames[2]
		}
	}
	return clip(strings.TrimSuffix(text, "\n"), limit)
}

func headers(prefix string, names []string) []header {
	var hs []header
	for _, name := range names {
		if validHeaderName(name) {
			hs = append(hs, header{http.CanonicalHeaderKey(name), prefix + strings.ToLower(name), secretKey(name)})
		}
	}
	return hs
}

func appendHeaders(attrs []slog.Attr, hs []header, from http.Header) []slog.Attr {
	for _, h := range hs {
		values := from[h.name]
		if len(values) == 0 {
			continue
		}
		text := redacted
		if !h.secret {
			text = clip(strings.Join(values, ", "), maxText)
		}
		attrs = append(attrs, slog.String(h.key, text))
	}
	return attrs
}

func appendMethod(attrs []slog.Attr, method string) []slog.Attr {
	if knownMethod(method) {
		return append(attrs, slog.String("http.request.method", method))
	}
	return append(attrs,
		slog.String("http.request.method", "_OTHER"),
		slog.String("http.request.method_original", clip(method, maxText)))
}

func knownMethod(method string) bool {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodPatch,
		http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return true
	}
	return false
}

// protocolVersion returns the version as OpenTelemetry writes it: "1.1", "2".
func protocolVersion(major, minor int) string {
	switch {
	case major == 1 && minor == 1:
		return "1.1"
	case major == 2:
		return "2"
	case major == 1:
		return "1.0"
	default:
		return strconv.Itoa(major)
	}
}
