package slogxhttp

import (
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// body is the body of a request as the handler reads it. A goroutine that the handler left behind may read it
// still.
type body struct {
	next    io.ReadCloser
	capture *capture // nil if it is not logged
	size    atomic.Int64
	ended   atomic.Bool // the handler has read all, or as much as there is
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.next.Read(p)
	b.size.Add(int64(n))
	if err != nil {
		b.ended.Store(true)
	}
	if b.capture != nil && n > 0 {
		b.capture.add(p[:n])
	}
	return n, err
}

func (b *body) Close() error { return b.next.Close() }

// requestSize returns the size of the body: what was read of it, or what the client says it is if the handler
// left some of it to the server.
func (b *body) requestSize(announced int64) int64 {
	if n := b.size.Load(); b.ended.Load() || announced < n {
		return n
	}
	return announced
}

// capture keeps the beginning of a body.
type capture struct {
	settings *bodySettings

	mu      sync.Mutex
	decided bool
	kind    bodyKind
	text    []byte
	limit   int
	cut     bool
}

// bodyKind is how the secrets of a body are found.
type bodyKind int

const (
	otherBody bodyKind = iota // not logged
	plainBody
	jsonBody
	formBody
)

// bodySettings say which bodies are logged.
type bodySettings struct {
	types []string // lower case
}

func newBodySettings(types []string) (s bodySettings) {
	for _, t := range types {
		s.types = append(s.types, strings.ToLower(t))
	}
	return s
}

// requestCapture returns a capture for a body with header h, or nil if it is not logged.
func (s *bodySettings) requestCapture(h http.Header, limit int) *capture {
	if limit == 0 {
		return nil
	}
	kind := s.kindOf(h, h.Get("Content-Type"))
	if kind == otherBody {
		return nil
	}
	return &capture{decided: true, kind: kind, limit: limit}
}

// response adds p to the body of a response, whose header is now complete.
func (c *capture) response(h http.Header, p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.decided {
		c.decided = true
		contentType := h.Get("Content-Type")
		if contentType == "" {
			contentType = http.DetectContentType(p) // as the server does
		}
		c.kind = c.settings.kindOf(h, contentType)
	}
	c.addLocked(p)
}

func (c *capture) add(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addLocked(p)
}

func (c *capture) addLocked(p []byte) {
	if c.kind == otherBody {
		return
	}
	room := c.limit - len(c.text)
	if len(p) > room {
		p, c.cut = p[:room], true
	}
	c.text = append(c.text, p...)
}

// appendAttr appends what was kept, masked, under key.
func (c *capture) appendAttr(attrs []slog.Attr, key string) []slog.Attr {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.text) == 0 {
		return attrs
	}
	text := string(c.text)
	switch c.kind {
	case jsonBody:
		text = maskJSON(text)
	case formBody:
		text = maskQuery(text)
	}
	if c.cut {
		text = strings.ToValidUTF8(text, "") + "…"
	}
	return append(attrs, slog.String(key, text))
}

// kindOf returns how a body with header h is logged.
func (s *bodySettings) kindOf(h http.Header, contentType string) bodyKind {
	if e := h.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return otherBody
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return otherBody
	}
	major, minor, _ := strings.Cut(media, "/")
	if plus := strings.LastIndexByte(minor, '+'); plus >= 0 { // application/problem+json
		minor = minor[plus+1:]
	}
	if !slices.Contains(s.types, media) && !slices.Contains(s.types, major+"/"+minor) &&
		!slices.Contains(s.types, major+"/*") && !slices.Contains(s.types, "*/*") {
		return otherBody
	}
	switch {
	case minor == "json" || strings.HasSuffix(minor, "-ndjson") || minor == "jsonl":
		return jsonBody
	case media == "application/x-www-form-urlencoded":
		return formBody
	default:
		return plainBody
	}
}
