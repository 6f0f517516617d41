package slogxhttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
)

func TestMessage(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts *slogxhttp.Options
		want string
	}{
		{"default", nil, "GET /a"},
		{"with the query", &slogxhttp.Options{QueryInMessage: true}, "GET /a?x=1&token=REDACTED"},
		{"a func", &slogxhttp.Options{Message: func(r *http.Request, status int) string {
			return fmt.Sprint(r.URL.Path, " ", status)
		}}, "/a 404"},
		{"a func that panics", &slogxhttp.Options{OnError: func(error) {}, Message: func(*http.Request, int) string { panic("boom") }}, "GET /a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/a?x=1&token=abc", nil)
			if got := access(t, tt.opts, r, status(404)).Message; got != tt.want {
				t.Errorf("message %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept", "text/html")
	r.Header.Add("X-Many", "1")
	r.Header.Add("X-Many", "2")
	r.Header.Set("Authorization", "Bearer abc")
	r.Header.Set("X-Other", "x")
	m := access(t, &slogxhttp.Options{
		RequestHeaders:  []string{"accept", "X-MANY", "Authorization", "X-None"},
		ResponseHeaders: []string{"Content-Type", "Set-Cookie"},
	}, r, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Set-Cookie", "session=abc")
	}).Map()
	got := make(map[string]any)
	for key, v := range m {
		if strings.Contains(key, ".header.") {
			got[key] = v
		}
	}
	if diff := cmp.Diff(map[string]any{
		"http.request.header.accept": "text/html", "http.request.header.x-many": "1, 2",
		"http.request.header.authorization": "REDACTED",
		"http.response.header.content-type": "text/plain", "http.response.header.set-cookie": "REDACTED",
	}, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestBodies(t *testing.T) {
	echo := func(contentType, encoding string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			if encoding != "" {
				w.Header().Set("Content-Encoding", encoding)
			}
			_, _ = io.Copy(w, r.Body)
		}
	}
	all := slogxhttp.Options{RequestBody: 20, ResponseBody: 20}
	for _, tt := range []struct {
		name              string
		opts              slogxhttp.Options
		contentType, body string
		handler           http.HandlerFunc
		request, response any
	}{
		{"off", slogxhttp.Options{}, "text/plain", "hello", echo("text/plain", ""), nil, nil},
		{"text", all, "text/plain; charset=utf-8", "hello", echo("text/plain", ""), "hello", "hello"},
		{"none", all, "text/plain", "", echo("text/plain", ""), nil, nil},
		{"no type of the response", all, "text/plain", "hello", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, nil, nil},
		{"cut", all, "text/plain", "0123456789012345678ä", echo("text/plain", ""), "0123456789012345678…", "0123456789012345678…"},
		{"JSON", all, "application/json", `{"pin":1,"a":2}`, echo("application/problem+json", ""), `{"pin":"REDACTED","a":2}`, `{"pin":"REDACTED","a":2}`},
		{"JSON, cut within a secret", all, "application/json", `{"a":2,"password":"abcdefg"}`, echo("application/json", ""), `{"a":2,"password":"REDACTED"…`, `{"a":2,"password":"REDACTED"…`},
		{"a form", all, "application/x-www-form-urlencoded", "a=1&otp=2", echo("text/html", ""), "a=1&otp=REDACTED", nil},
		{"an image", all, "image/png", "x", echo("image/png", ""), nil, nil},
		{"compressed", all, "image/png", "x", echo("text/plain", "gzip"), nil, nil},
		{"types", slogxhttp.Options{RequestBody: 20, ResponseBody: 20, BodyTypes: []string{"Image/*"}}, "image/png", "x", echo("text/plain", ""), "x", nil},
		{"not read", all, "text/plain", "hello", nothing, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", io.NopCloser(strings.NewReader(tt.body)))
			r.Header.Set("Content-Type", tt.contentType)
			rec := access(t, &tt.opts, r, tt.handler)
			if got := attr(rec, "http.request.body.content"); got != tt.request {
				t.Errorf("request %v, want %v", got, tt.request)
			}
			if got := attr(rec, "http.response.body.content"); got != tt.response {
				t.Errorf("response %v, want %v", got, tt.response)
			}
		})
	}
}

func TestSetError(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	rec := access(t, nil, httptest.NewRequest(http.MethodGet, "/", nil), func(_ http.ResponseWriter, r *http.Request) {
		slogxhttp.SetError(r.Context(), first)
		slogxhttp.SetError(r.Context(), second)
	})
	if attr(rec, "exception.message") != any(second) || attr(rec, "exception.type") != "*errors.errorString" || attr(rec, "error.type") != "*errors.errorString" {
		t.Errorf("record %v", rec.Attrs)
	}
	rec = access(t, nil, httptest.NewRequest(http.MethodGet, "/", nil), func(_ http.ResponseWriter, r *http.Request) {
		slogxhttp.SetError(r.Context(), first)
		slogxhttp.SetError(r.Context(), nil)
	})
	if attr(rec, "exception.message") != nil {
		t.Errorf("an error that was taken back is in %v", rec.Attrs)
	}
}

func TestOutsideOfARequestNothingHappens(t *testing.T) {
	for _, ctx := range []context.Context{t.Context(), nil} {
		slogxhttp.AddAttrs(ctx, slog.Int("a", 1))
		slogxhttp.SetError(ctx, errors.New("broken"))
		if id := slogxhttp.RequestID(ctx); id != "" {
			t.Errorf("request id %q", id)
		}
	}
}
