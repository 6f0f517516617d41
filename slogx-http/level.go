package slogxhttp

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/sample"
)

const (
	// bodyTimeout is how long a client has for its request. net/http takes half a second more to close the
	// connection of one that goes on sending.
	bodyTimeout = 4500 * time.Millisecond

	maxLevelBody = 4 << 10 // bytes
)

// LevelOptions are the options of [NewLevelHandler]. A nil *LevelOptions means the defaults.
type LevelOptions struct {
	// Logger gets the audit records. Nil means that of the [Middleware] that the request came through, or else
	// [slog.Default], as it is when the record is made.
	Logger *slog.Logger

	// Sampling, if not nil, is what requests for sampling change: that of a [sample.Handler].
	Sampling *sample.Controller
}

// LevelHandler returns [NewLevelHandler] with the default options: audit records go to the logger of the
// [Middleware] that the request came through, or else to [slog.Default].
func LevelHandler(c *level.Controller, auth Authorizer) http.Handler {
	return NewLevelHandler(c, auth, nil)
}

// NewLevelHandler returns a handler that shows and sets the levels of c while the program runs, for whom auth
// lets. It can be mounted at any path of any router. A nil c is one without loggers.
//
// GET shows the level of the root and the overrides by logger name, with the time until which they hold:
//
//	{"level":"INFO","loggers":{"db":{"level":"DEBUG","expires":"2026-01-02T15:04:05Z"}}}
//
// PUT or POST sets one, with a body of JSON, or of a form with the same fields. Without a logger, or with an
// empty one, it is the root; without ttl, a duration such as "10m", it is for good. DELETE takes one back, that
// of the root or, with the query ?logger=db, of a logger. Both answer with what GET then shows.
//
//	{"logger":"db","level":"debug","ttl":"10m"}
//
// With [LevelOptions].Sampling, a body such as {"sampling":0.1,"ttl":"10m"} replaces the rules of sampling by one
// that keeps this share of the records, and with 1 all of them; DELETE with ?sampling takes back what was set for
// a while; and GET shows what is in force under "sampling".
//
// # What is refused
//
//   - 400: credentials that are malformed or come in two ways; a body that cannot be read, has unknown fields, an
//     unknown level, a malformed logger name or a negative ttl; an unknown query. Nothing has changed then.
//   - 401: no credentials, or a wrong token.
//   - 403: a change from another origin, as [http.CrossOriginProtection] finds it; what auth refuses otherwise.
//   - 405: other methods. 408: a body that is not there after 4.5 seconds. 413: one over 4 KiB. 415: one that
//     is neither JSON nor a form.
//
// # Audit
//
// Every request leaves one record, allowed or not, made with its context: INFO for what was done, WARN for what
// was refused, with who, what and, for a change, the level before and after. It is handed to the logger's handler
// without asking for its level, so that nobody gets unseen by raising it. Neither the credentials nor anything
// else of a refused request but its method and its peer's address stand in it.
//
// A slow client is cut off by [http.ResponseController], so middleware in front of it must unwrap.
func NewLevelHandler(c *level.Controller, auth Authorizer, opts *LevelOptions) http.Handler {
	h := &levelHandler{levels: c, auth: auth, origin: http.NewCrossOriginProtection()}
	if opts != nil {
		h.opts = *opts
	}
	if h.levels == nil {
		h.levels = level.NewController(nil)
	}
	return h
}

type levelHandler struct {
	levels *level.Controller
	auth   Authorizer
	origin *http.CrossOriginProtection
	opts   LevelOptions
}

// refusal is why a request is refused. As an error it shows what the client is told.
type refusal struct {
	status    int
	reason    string // in the audit record: a word of ours, nothing that was sent
	text      string
	challenge string // the header WWW-Authenticate
}

func (r *refusal) Error() string { return r.text }

func (h *levelHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 { // also if it is not read here: net/http reads on after the response
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout)) // not all writers have one
	}
	who, done, err := h.serve(w, r) //nolint:contextcheck // sampling passes on what it folded with the context of that
	status := http.StatusOK
	var no *refusal
	if errors.As(err, &no) {
		status = no.status
	}
	h.audit(r, who, status, done, no)

	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Type", "application/json")
	header.Set("X-Content-Type-Options", "nosniff")
	if no == nil {
		writeLevel(w, r, status, h.state())
		return
	}
	switch status {
	case http.StatusMethodNotAllowed:
		header.Set("Allow", "GET, HEAD, PUT, POST, DELETE")
	case http.StatusUnsupportedMediaType:
		header.Set("Accept", "application/json, application/x-www-form-urlencoded")
	case http.StatusRequestTimeout, http.StatusRequestEntityTooLarge:
		header.Set("Connection", "close") // the rest of the body is nobody's
	}
	if no.challenge != "" {
		header.Set("WWW-Authenticate", no.challenge)
	}
	writeLevel(w, r, status, levelError{no.text})
}

// serve does what r asks for, and returns whom it comes from and what was done, for the audit. The error is a
// *refusal.
func (h *levelHandler) serve(w http.ResponseWriter, r *http.Request) (who string, done []slog.Attr, err error) {
	if err := h.origin.Check(r); err != nil {
		return "", nil, &refusal{http.StatusForbidden, "cross_origin", "the request comes from another origin", ""}
	}
	who, err = h.authorize(r)
	if err != nil {
		return who, nil, refusalOf(err)
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return who, nil, nil
	case http.MethodPut, http.MethodPost:
		done, err = h.set(w, r)
	case http.MethodDelete:
		done, err = h.reset(r)
	default:
		err = &refusal{http.StatusMethodNotAllowed, "method", "want GET, PUT, POST or DELETE", ""}
	}
	return who, done, err
}

// authorize asks the Authorizer. One that panics has said no.
func (h *levelHandler) authorize(r *http.Request) (who string, err error) {
	if h.auth == nil {
		return "", errForbidden
	}
	defer func() {
		if recover() != nil {
			who, err = "", errForbidden
		}
	}()
	return h.auth(r)
}

// refusalOf returns the refusal for the error of an Authorizer, whose text is nobody's business.
func refusalOf(err error) *refusal {
	switch {
	case errors.Is(err, ErrUnauthenticated):
		return &refusal{http.StatusUnauthorized, "unauthenticated", "want a bearer token", "Bearer"}
	case errors.Is(err, ErrInvalidToken):
		return &refusal{http.StatusUnauthorized, "invalid_token", "the token is not valid", `Bearer error="invalid_token"`}
	case errors.Is(err, ErrMalformed):
		return &refusal{http.StatusBadRequest, "malformed_credentials", "the credentials are malformed", `Bearer error="invalid_request"`}
	default:
		return &refusal{http.StatusForbidden, "forbidden", "this is not allowed", ""}
	}
}

// audit leaves the record of a request.
func (h *levelHandler) audit(r *http.Request, who string, status int, done []slog.Attr, no *refusal) {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	l, message := slog.LevelInfo, "log levels shown"
	switch {
	case no != nil:
		l, message = slog.LevelWarn, "request for log levels refused"
	case len(done) > 0:
		message = "log levels changed"
	}
	record := slog.NewRecord(time.Now(), l, message, pcs[0])
	to, ids := h.auditor(r.Context())
	method := "_OTHER" // what else it says is not logged
	if knownMethod(r.Method) {
		method = r.Method
	}
	record.AddAttrs(slog.String("http.request.method", method), slog.Int("http.response.status_code", status))
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		record.AddAttrs(slog.String("network.peer.address", host))
	}
	if who != "" {
		record.AddAttrs(slog.String("user.name", who))
	}
	if no != nil {
		record.AddAttrs(slog.String("error.type", no.reason))
	}
	record.AddAttrs(done...)
	record.AddAttrs(ids.appendMissing(nil, r.Context())...)
	// A handler that panics or fails has its own ways to say so; the request goes on.
	defer func() { _ = recover() }()
	_ = to.Handle(r.Context(), record) // whatever its level
}

// auditor returns the handler that gets the audit records, and which ids it adds to them.
func (h *levelHandler) auditor(ctx context.Context) (slog.Handler, adds) {
	if h.opts.Logger != nil {
		return handlerOf(h.opts.Logger)
	}
	if q := exchangeOf(ctx); q != nil {
		return q.access.handler, q.access.adds
	}
	return handlerOf(slog.Default()) //nolint:forbidigo // documented: an attempt must not go unseen, and nothing else was given
}

// writeLevel answers with v as JSON.
func writeLevel[T levelState | levelError](w http.ResponseWriter, r *http.Request, status int, v T) {
	body, err := json.Marshal(v)
	if err != nil {
		status = http.StatusInternalServerError
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(body, '\n')) // if the client is gone there is nobody to tell
	}
}
