package slogxloki

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// version is that of the next release. The user agent names it.
const version = "0.1.0"

const (
	maxAnswer = 16 << 10 // bytes of an answer that are read for the reason
	maxDrain  = 64 << 10 // bytes that are read so that the connection can be used again
)

// client sends requests to one endpoint.
type client struct {
	http    *http.Client
	url     string
	shown   string // the URL for people: without a password
	header  http.Header
	timeout time.Duration
}

func newClient(o *Options) (*client, error) {
	u, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	c := &client{shown: u.Redacted(), header: o.Header.Clone(), timeout: o.Timeout}
	if c.header == nil {
		c.header = make(http.Header)
	}
	own := map[string]string{
		"Content-Type": "application/x-protobuf",
		"User-Agent":   "slogx-loki/" + version,
	}
	if o.TenantID != "" {
		own["X-Scope-OrgID"] = o.TenantID
	}
	maps.Copy(c.header, headerOf(own))
	user := u.User
	u.User = nil
	if o.Username != "" || o.Password != "" {
		user = url.UserPassword(o.Username, o.Password)
	}
	switch {
	case o.BearerToken != "":
		c.header.Set("Authorization", "Bearer "+o.BearerToken)
	case user != nil:
		password, _ := user.Password()
		r := http.Request{Header: c.header}
		r.SetBasicAuth(user.Username(), password)
	}
	c.url = u.String()
	c.http = &http.Client{
		Transport: o.transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // what we send, credentials too, is for this server only
		},
	}
	return c, nil
}

func headerOf(m map[string]string) http.Header {
	h := make(http.Header, len(m))
	for k, v := range m {
		h.Set(k, v)
	}
	return h
}

func (o *Options) transport() http.RoundTripper {
	if o.Transport != nil {
		return o.Transport
	}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: o.Timeout, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   1, // one request at a time
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   o.Timeout,
		ExpectContinueTimeout: time.Second,
		TLSClientConfig:       o.TLS.Clone(),
	}
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if o.Proxy != nil {
		t.Proxy = http.ProxyURL(o.Proxy)
	}
	return t
}

// answer is what came back for a request.
type answer struct {
	status     int    // 0: nothing came
	text       string // of the body, cut
	retryAfter time.Duration
	err        error
}

// post sends body. A Transport of the user's may panic.
func (c *client) post(ctx context.Context, body []byte) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{err: fmt.Errorf("panic: %v", p)}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return answer{err: err}
	}
	req.Header = c.header.Clone() // a Transport may keep the request for longer than the call
	res, err := c.http.Do(req)
	if err != nil {
		return answer{err: unwrapURL(err)}
	}
	defer func() { _ = res.Body.Close() }()
	a = answer{status: res.StatusCode, retryAfter: retryAfter(res.Header.Get("Retry-After"), time.Now())}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err == nil {
		_, err = io.CopyN(io.Discard, res.Body, maxDrain)
	}
	if err != nil && !errors.Is(err, io.EOF) && a.verdict() == delivered {
		return answer{err: fmt.Errorf("read the answer: %w", err)} // half of one acknowledges nothing
	}
	a.text = strings.TrimSpace(string(text))
	return a
}

// unwrapURL takes the URL, with its password, out of the error of a client.
func unwrapURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// beforeRequest reports whether err came before the server can have seen anything of the request.
func beforeRequest(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	_, dns := errors.AsType[*net.DNSError](err)
	_, cert := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	return dns || cert || record
}

// maxRetryAfter bounds what a server may ask for.
const maxRetryAfter = time.Hour

// retryAfter reads a Retry-After header: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	if d, err := time.ParseDuration(text + "s"); err == nil && d >= 0 {
		return min(d, maxRetryAfter)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// describe says what an answer that is no success is about.
func (a answer) describe() error {
	switch {
	case a.err != nil:
		return a.err
	case a.text == "":
		return fmt.Errorf("the server answered %d %s", a.status, http.StatusText(a.status))
	default:
		return fmt.Errorf("the server answered %d: %.300s", a.status, a.text)
	}
}
