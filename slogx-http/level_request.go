package slogxhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/sample"
)

// levelRequest is the body of a request for a change.
type levelRequest struct {
	Logger   string      `json:"logger"`
	Level    string      `json:"level"`
	TTL      string      `json:"ttl"`
	Sampling json.Number `json:"sampling"` // a share, as a number or as text
}

func (h *levelHandler) set(w http.ResponseWriter, r *http.Request) ([]slog.Attr, error) {
	if _, err := queryOf(r); err != nil {
		return nil, err
	}
	req, err := readLevelRequest(w, r)
	if err != nil {
		return nil, err
	}
	var ttl time.Duration
	if req.TTL != "" {
		if ttl, err = time.ParseDuration(req.TTL); err != nil || ttl < 0 {
			return nil, badRequest("ttl", "ttl %q: want a duration that is not negative, such as 10m", req.TTL)
		}
	}
	switch {
	case req.Sampling != "" && h.opts.Sampling == nil:
		return nil, badRequest("sampling", "sampling: it cannot be changed here")
	case req.Sampling != "":
		return h.setSampling(req, ttl)
	default:
		return h.setLevel(req, ttl)
	}
}

func (h *levelHandler) setLevel(req levelRequest, ttl time.Duration) ([]slog.Attr, error) {
	l, err := level.ParseLevel(req.Level)
	if err != nil {
		return nil, badRequest("level", "%v", err)
	}
	old := h.levels.Level(req.Logger)
	if err := h.levels.Set(req.Logger, l, ttl); err != nil {
		return nil, badRequest("logger", "%v", err)
	}
	done := h.changed(req.Logger, old)
	if ttl > 0 {
		done = append(done, slog.Duration("level.ttl", ttl))
	}
	return done, nil
}

func (h *levelHandler) setSampling(req levelRequest, ttl time.Duration) ([]slog.Attr, error) {
	share, err := strconv.ParseFloat(req.Sampling.String(), 64)
	if err != nil || !(share > 0 && share <= 1) {
		return nil, badRequest("sampling", "sampling %q: want a share above 0 and at most 1", req.Sampling)
	}
	if req.Logger != "" || req.Level != "" {
		return nil, badRequest("sampling", "sampling: want it without logger and level")
	}
	opts, _ := h.opts.Sampling.Options()
	opts.Rules = nil
	if share < 1 {
		opts.Rules = []sample.Rule{{Probability: share}}
	}
	if err := h.opts.Sampling.Set(&opts, ttl); err != nil {
		return nil, badRequest("sampling", "%v", err)
	}
	done := []slog.Attr{slog.Float64("sampling.share", share)}
	if ttl > 0 {
		done = append(done, slog.Duration("sampling.ttl", ttl))
	}
	return done, nil
}

func (h *levelHandler) reset(r *http.Request) ([]slog.Attr, error) {
	query, err := queryOf(r, "logger", "sampling")
	if err != nil {
		return nil, err
	}
	if query.Has("sampling") {
		if h.opts.Sampling == nil || query.Has("logger") {
			return nil, badRequest("sampling", "sampling: it cannot be changed here, or not together with a logger")
		}
		h.opts.Sampling.Reset()
		return []slog.Attr{slog.Bool("sampling.reset", true)}, nil
	}
	name := query.Get("logger")
	if err := level.NewController(nil).Set(name, 0, 0); err != nil { // knows which names are malformed
		return nil, badRequest("logger", "%v", err)
	}
	old := h.levels.Level(name)
	h.levels.Reset(name)
	return h.changed(name, old), nil
}

// changed is what the audit record says of a change.
func (h *levelHandler) changed(name string, old slog.Level) []slog.Attr {
	return []slog.Attr{
		slog.String("level.logger", name),
		slog.String("level.old", old.String()),
		slog.String("level.new", h.levels.Level(name).String()),
	}
}

// queryOf returns the query of r. All that it may hold is keys, each once.
func queryOf(r *http.Request, keys ...string) (url.Values, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest("query", "the query cannot be read")
	}
	return query, onlyOnce(query, "query", keys...)
}

// onlyOnce returns an error if there is anything else in values than keys, or one of them twice.
func onlyOnce(values url.Values, reason string, keys ...string) error {
	n := 0
	for _, k := range keys {
		if len(values[k]) > 1 {
			return badRequest(reason, "%s stands there %d times, want it once", k, len(values[k]))
		}
		n += len(values[k])
	}
	if len(values) > n {
		return badRequest(reason, "unknown fields in the %s, want of %q", reason, keys)
	}
	return nil
}

// readLevelRequest reads the body.
func readLevelRequest(w http.ResponseWriter, r *http.Request) (levelRequest, error) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var parse func([]byte) (levelRequest, error)
	switch {
	case err == nil && mediaType == "application/json":
		parse = parseLevelJSON
	case err == nil && mediaType == "application/x-www-form-urlencoded":
		parse = parseLevelForm
	default:
		return levelRequest{}, &refusal{http.StatusUnsupportedMediaType, "media_type", "want JSON or a form", ""}
	}
	tooLarge := &refusal{http.StatusRequestEntityTooLarge, "too_large", "want a body of at most 4 KiB", ""}
	if r.ContentLength > maxLevelBody {
		return levelRequest{}, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxLevelBody))
	var maxBytes *http.MaxBytesError
	switch {
	case errors.As(err, &maxBytes):
		return levelRequest{}, tooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return levelRequest{}, &refusal{http.StatusRequestTimeout, "slow_body", "the body took too long", ""}
	case err != nil:
		return levelRequest{}, badRequest("body", "the body cannot be read")
	}
	return parse(body)
}

func parseLevelJSON(body []byte) (req levelRequest, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&req); err != nil {
		return levelRequest{}, badRequest("body", "read JSON: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return levelRequest{}, badRequest("body", "read JSON: want one object and nothing behind it")
	}
	return req, nil
}

func parseLevelForm(body []byte) (levelRequest, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return levelRequest{}, badRequest("body", "the form cannot be read")
	}
	return levelRequest{
		Logger: form.Get("logger"), Level: form.Get("level"), TTL: form.Get("ttl"), Sampling: json.Number(form.Get("sampling")),
	}, onlyOnce(form, "body", "logger", "level", "ttl", "sampling")
}

// badRequest is the refusal of a request that does not say clearly what it wants.
func badRequest(reason, format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, reason, fmt.Sprintf(format, args...), ""}
}

// levelState is what GET shows.
type levelState struct {
	Level    string                   `json:"level"`
	Expires  string                   `json:"expires,omitempty"`
	Loggers  map[string]levelOverride `json:"loggers"`
	Sampling *samplingState           `json:"sampling,omitempty"`
}

type levelOverride struct {
	Level   string `json:"level"`
	Expires string `json:"expires,omitempty"`
}

type samplingState struct {
	Rules   int    `json:"rules"`   // in force
	Sampled uint64 `json:"sampled"` // records dropped so far
	Expires string `json:"expires,omitempty"`
}

// levelError is what a request that is refused gets.
type levelError struct {
	Error string `json:"error"`
}

func (h *levelHandler) state() levelState {
	s := levelState{Level: h.levels.Level("").String(), Loggers: map[string]levelOverride{}}
	for _, o := range h.levels.Overrides() {
		if o.Name == "" {
			s.Level, s.Expires = o.Level.String(), expires(o.Expires)
			continue
		}
		s.Loggers[o.Name] = levelOverride{o.Level.String(), expires(o.Expires)}
	}
	if c := h.opts.Sampling; c != nil {
		opts, until := c.Options()
		s.Sampling = &samplingState{len(opts.Rules), c.Sampled(), expires(until)}
	}
	return s
}

func expires(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
