package slogxhttp_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	slogxhttp "github.com/slogx-go/slogx/slogx-http"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

// Every request has goroutines that log, add attributes and set errors while it runs and when it is long done.
func TestNoRecordHasWhatBelongsToAnotherRequest(t *testing.T) {
	const requests, atOnce = 10_000, 64
	rec := slogxtest.NewRecorder(t)
	log := slog.New(enrich.NewHandler(rec, enrich.ContextAttrs(), enrich.Trace()))
	served := make(chan struct{}) // all of them
	var background sync.WaitGroup
	h := slogxhttp.Middleware(log, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ctx := r.Header.Get("X-Request-ID"), r.Context()
		var during sync.WaitGroup
		for range 2 {
			during.Go(func() { slogxhttp.AddAttrs(ctx, slog.String("of", id)) })
			background.Go(func() {
				<-served
				log.InfoContext(ctx, "later", "of", id)
				slogxhttp.AddAttrs(ctx, slog.String("of", "too late"))
				slogxhttp.SetError(ctx, http.ErrServerClosed)
				_, _ = w.Write([]byte("too late"))
			})
		}
		log.InfoContext(ctx, "within", "of", id)
		during.Wait()
	}))
	var clients sync.WaitGroup
	for client := range atOnce {
		clients.Go(func() {
			for i := client; i < requests; i += atOnce {
				r := httptest.NewRequest(http.MethodGet, "/", nil)
				r.Header.Set("X-Request-ID", strconv.Itoa(i))
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
	clients.Wait()
	close(served)
	background.Wait()

	traces := make(map[string]string)
	records := rec.Records()
	if len(records) != 4*requests {
		t.Errorf("%d records, want %d", len(records), 4*requests)
	}
	for _, r := range records {
		ids := make(map[string][]string)
		for _, a := range r.Attrs {
			ids[a.Key] = append(ids[a.Key], a.Value.String())
		}
		id := ids["request_id"]
		if len(id) != 1 || len(ids["trace_id"]) != 1 || len(ids["of"]) == 0 {
			t.Fatalf("record %q of request %v, traces %v, of %v", r.Message, id, ids["trace_id"], ids["of"])
		}
		for _, of := range ids["of"] {
			if of != id[0] {
				t.Fatalf("record %q of request %s has an attribute of %s", r.Message, id[0], of)
			}
		}
		if trace, ok := traces[id[0]]; ok && trace != ids["trace_id"][0] {
			t.Fatalf("record %q of request %s has another trace", r.Message, id[0])
		}
		traces[id[0]] = ids["trace_id"][0]
	}
	if len(traces) != requests {
		t.Errorf("%d requests, want %d", len(traces), requests)
	}
}
