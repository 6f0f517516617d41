package lokiclient_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/go-kit/kit/log"
	"github.com/grafana/loki-client-go/loki"

	"github.com/slogx-go/slogx/slogx-loki/lokiclient"
)

func ExampleNewHandler() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.Header.Get("Content-Type"))
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	cfg, err := loki.NewDefaultConfig(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := loki.NewWithLogger(cfg, log.NewNopLogger())
	if err != nil {
		fmt.Println(err)
		return
	}
	h := lokiclient.NewHandler(client, &lokiclient.Options{Service: "shop"})
	slog.New(h).Info("order placed", "order.id", 7)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil { // first
		fmt.Println(err)
	}
	client.Stop() // sends what it holds
	// Output:
	// POST application/x-protobuf
}
