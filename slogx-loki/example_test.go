package slogxloki_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx"
	slogxloki "github.com/slogx-go/slogx/slogx-loki"
)

// standIn is a server that takes everything.
func standIn() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	}))
}

func Example() {
	loki := standIn()
	defer loki.Close()

	p, err := slogx.Build(slogxloki.Sink(&slogxloki.Options{
		URL:    loki.URL, // "http://loki:3100"
		Labels: map[string]string{"team": "checkout"},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	logger := p.Logger()
	logger.Info("order placed", "order", 42)
	logger.Warn("stock is low", "left", 3)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	fmt.Println(p.Shutdown(ctx))
	fmt.Println(p.Stats().Sinks["loki"].Delivered, "delivered")
	// Output:
	// <nil>
	// 2 delivered
}

// With a spool, records outlive the process.
func ExampleNewHandler_spool() {
	dir, err := os.MkdirTemp("", "spool")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	start := func(url string) *slogxloki.Handler {
		h, err := slogxloki.NewHandler(&slogxloki.Options{
			URL: url, Service: "shop", SpoolDir: dir, OnError: func(error) {},
		})
		if err != nil {
			fmt.Println(err)
		}
		return h
	}

	h := start("http://127.0.0.1:1") // nobody is there
	slog.New(h).Info("order placed", "order", 42)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	fmt.Println(h.Shutdown(ctx))

	loki := standIn()
	defer loki.Close()
	h = start(loki.URL)
	if err := h.Shutdown(context.Background()); err != nil {
		fmt.Println(err)
	}
	fmt.Println(h.Stats().Delivered, "delivered")
	// Output:
	// shut down loki: 1 records left in the spool, to be sent after the next start: context deadline exceeded
	// 1 delivered
}
