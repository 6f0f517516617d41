package slogxhttp_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// roundTrip is a RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody, ContentLength: 3, Request: r}, nil
	}
}

func send(t *testing.T, next http.RoundTripper, opts *slogxhttp.TransportOptions, r *http.Request) ([]slogxtest.Record, error) {
	t.Helper()
	rec := slogxtest.NewRecorder(t)
	res, err := slogxhttp.Transport(next, rec.Logger(), opts).RoundTrip(r)
	if res != nil {
		_ = res.Body.Close()
	}
	return rec.Records(), err
}

func newRequest(ctx context.Context, t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTransportLogs(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name  string
		next  roundTrip
		opts  *slogxhttp.TransportOptions
		level slog.Level
		want  map[string]any
	}{
		{"a success", answer(200), nil, slog.LevelDebug, map[string]any{
			"http.response.status_code": int64(200), "http.response.body.size": int64(3), "network.protocol.version": "1.1", "error.type": nil,
		}},
		{"at another level", answer(200), &slogxhttp.TransportOptions{Level: slog.LevelInfo}, slog.LevelInfo, nil},
		{"not found", answer(404), nil, slog.LevelDebug, map[string]any{"error.type": "404"}},
		{"unavailable", answer(503), nil, slog.LevelWarn, map[string]any{"error.type": "503"}},
		{"a failure at another level", answer(503), &slogxhttp.TransportOptions{FailureLevel: slog.LevelError}, slog.LevelError, nil},
		{"a failure level that is too low", answer(503), &slogxhttp.TransportOptions{Level: slog.LevelInfo, FailureLevel: slog.LevelDebug}, slog.LevelInfo, nil},
		{"an error", func(*http.Request) (*http.Response, error) { return nil, broken }, nil, slog.LevelWarn, map[string]any{
			"error.type": "*errors.errorString", "exception.type": "*errors.errorString", "exception.message": broken, "http.response.status_code": nil,
		}},
		{"canceled", func(*http.Request) (*http.Response, error) { return nil, context.Canceled }, nil, slog.LevelWarn, map[string]any{"error.type": "canceled"}},
		{"too late", func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded }, nil, slog.LevelWarn, map[string]any{"error.type": "timeout"}},
		{"slow", func(r *http.Request) (*http.Response, error) {
			<-time.After(2 * time.Second)
			return answer(200)(r)
		}, &slogxhttp.TransportOptions{Slow: time.Second}, slog.LevelWarn, map[string]any{"http.client.request.duration": 2.0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				records, _ := send(t, tt.next, tt.opts, newRequest(t.Context(), t, "https://ann:pw@example.com/a?token=abc&x=1"))
				if len(records) != 1 {
					t.Fatalf("%d records, want one", len(records))
				}
				r := records[0]
				if r.Level != tt.level || r.Message != "POST example.com" {
					t.Errorf("record %v %q, want %v", r.Level, r.Message, tt.level)
				}
				want := map[string]any{
					"http.request.method": "POST", "url.full": "https://REDACTED:REDACTED@example.com/a?token=REDACTED&x=1",
					"server.address": "example.com", "server.port": int64(443), "http.request.body.size": int64(4),
				}
				maps.Copy(want, tt.want)
				got := make(map[string]any)
				for key := range want {
					got[key] = attr(r, key)
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("record (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// within returns the context of a request behind the middleware.
func within(t *testing.T, change func(*http.Request)) context.Context {
	t.Helper()
	var within *http.Request
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	change(r)
	access(t, nil, r, func(_ http.ResponseWriter, r *http.Request) { within = r })
	return within.Context()
}

func TestTransportSendsIDs(t *testing.T) {
	ctx := within(t, func(r *http.Request) {
		r.Header.Set("X-Request-ID", "r1")
		r.Header.Set("Traceparent", traceparent)
		r.Header.Set("Tracestate", "a=1")
	})
	ours, _ := tracectx.FromContext(ctx)
	span := tracectx.New()
	for _, tt := range []struct {
		name string
		ctx  context.Context
		opts *slogxhttp.TransportOptions
		set  http.Header // what the caller sets
		want http.Header // "new" is the trace with a new span
	}{
		{"of no request", t.Context(), nil, nil, http.Header{}},
		{"of a request", ctx, nil, nil, http.Header{"Traceparent": {"new"}, "Tracestate": {"a=1"}, "X-Request-Id": {"r1"}}},
		{"of a span", tracectx.NewContext(ctx, span), nil, http.Header{"Tracestate": {"a=2"}}, http.Header{"Traceparent": {span.Traceparent()}, "X-Request-Id": {"r1"}}},
		{"already there", ctx, nil, http.Header{"Traceparent": {"x"}, "X-Request-Id": {"y"}}, http.Header{"Traceparent": {"x"}, "X-Request-Id": {"y"}}},
		{"kept", ctx, &slogxhttp.TransportOptions{KeepIDs: true}, nil, http.Header{}},
		{"in another header", ctx, &slogxhttp.TransportOptions{RequestIDHeader: "x-id"}, nil, http.Header{"Traceparent": {"new"}, "Tracestate": {"a=1"}, "X-Id": {"r1"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var parents []string
			for range 2 {
				r := newRequest(tt.ctx, t, "http://example.com/")
				r.Header = tt.set.Clone()
				_, err := send(t, roundTrip(func(sent *http.Request) (*http.Response, error) {
					got := sent.Header.Clone()
					if got == nil {
						got = http.Header{}
					}
					if p := got.Get("Traceparent"); strings.HasPrefix(p, "00-"+traceID) && p != ours.Traceparent() {
						parents = append(parents, p)
						got.Set("Traceparent", "new")
					}
					if diff := cmp.Diff(tt.want, got); diff != "" {
						t.Errorf("headers (-want +got):\n%s", diff)
					}
					return answer(200)(sent)
				}), tt.opts, r)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.set, r.Header); diff != "" {
					t.Errorf("the caller's header changed (-want +got):\n%s", diff)
				}
			}
			if len(parents) == 2 && parents[0] == parents[1] {
				t.Errorf("both requests have the span %s", parents[0])
			}
		})
	}
}

// idle is a RoundTripper with connections to close.
type idle struct {
	roundTrip

	closed *int
}

func (i idle) CloseIdleConnections() { *i.closed++ }

func TestTransportClosesNothingButIdleConnections(t *testing.T) {
	var closed int
	body := &closable{Reader: strings.NewReader("x")}
	next := idle{func(r *http.Request) (*http.Response, error) {
		res, err := answer(200)(r)
		res.Body = body
		return res, err
	}, &closed}
	client := &http.Client{Transport: slogxhttp.Transport(next, slog.New(slog.DiscardHandler), nil)}
	res, err := client.Do(newRequest(t.Context(), t, "http://example.com/"))
	if err != nil {
		t.Fatal(err)
	}
	if body.closed {
		t.Error("the body of the response is closed")
	}
	_ = res.Body.Close()
	client.CloseIdleConnections()
	if !body.closed || closed != 1 {
		t.Errorf("body closed %v, idle connections closed %d times", body.closed, closed)
	}
}

type closable struct {
	io.Reader

	closed bool
}

func (c *closable) Close() error {
	c.closed = true
	return nil
}

func TestTransportOutlivesAHandlerThatPanics(t *testing.T) {
	var got error
	opts := &slogxhttp.TransportOptions{OnError: func(err error) { got = err }}
	res, err := slogxhttp.Transport(answer(200), slog.New(broken{slog.DiscardHandler}), opts).RoundTrip(newRequest(t.Context(), t, "http://example.com/"))
	if err != nil || res.StatusCode != http.StatusOK || got == nil {
		t.Errorf("response %v, error %v, reported %v", res, err, got)
	}
	_ = res.Body.Close()
}

func TestDefaultTransport(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(nothing))
	defer s.Close()
	records, err := send(t, nil, nil, newRequest(t.Context(), t, s.URL))
	if err != nil || len(records) != 1 {
		t.Errorf("%d records, error %v", len(records), err)
	}
}
