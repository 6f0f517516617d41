package integration

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	slogxotel "github.com/slogx-go/slogx/slogx-otel"
)

// As otelhttp does it: the span begins before the middleware, and the handler begins one more.
func TestMiddlewareAndTransportFollowTheSpans(t *testing.T) {
	for name, sampler := range map[string]sdktrace.Sampler{"sampled": sdktrace.AlwaysSample(), "not sampled": sdktrace.NeverSample()} {
		t.Run(name, func(t *testing.T) {
			tracer, _ := newTracer(t, sampler)
			log, rec := newLogger(t, slogxotel.Correlation(nil))
			sentOn := make(chan string, 1)
			upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				sentOn <- r.Header.Get("Traceparent")
			}))
			defer upstream.Close()
			client := http.Client{Transport: slogxhttp.Transport(nil, log, nil)}

			var outer, inner trace.SpanContext
			handler := slogxhttp.Middleware(log, nil)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				ctx, span := tracer.Start(r.Context(), "handler")
				defer span.End()
				inner = span.SpanContext()
				log.InfoContext(ctx, "handled")
				out, err := http.NewRequestWithContext(ctx, http.MethodGet, upstream.URL, nil)
				if err != nil {
					t.Error(err)
					return
				}
				response, err := client.Do(out)
				if err != nil {
					t.Error(err)
					return
				}
				response.Body.Close()
			}))
			ctx, span := tracer.Start(t.Context(), "server")
			outer = span.SpanContext()
			r := httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx)
			r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") // the span has seen it, or not
			handler.ServeHTTP(httptest.NewRecorder(), r)
			span.End()

			records := rec.Records() // DEBUG records of the transport are not among them
			if len(records) != 2 {
				t.Fatalf("records %v", records)
			}
			wantIDs(t, records[0], inner)
			wantIDs(t, records[1], outer)
			for _, r := range records {
				if n := strings.Count(fmt.Sprint(r.Attrs), outer.TraceID().String()); n != 1 {
					t.Errorf("the trace stands there %d times: %v", n, r.Attrs)
				}
			}
			want := fmt.Sprintf("00-%s-%s-%s", inner.TraceID(), inner.SpanID(), inner.TraceFlags())
			got := ""
			select {
			case got = <-sentOn:
			default: // the call failed
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("sent on (-want +got):\n%s", diff)
			}
		})
	}
}
