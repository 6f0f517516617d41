package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"

	"github.com/slogx-go/slogx/slogx"
	slogxhttp "github.com/slogx-go/slogx/slogx-http"
)

// maxCalls bounds the body of a request for calls, in bytes.
const maxCalls = 1 << 20

// serveW3C runs the service that the public test suite of W3C Trace Context asks for, until ctx is done.
// See https://github.com/w3c/trace-context/tree/main/test: the suite tells it by POST whom to call, and looks
// at the trace that arrives there.
func serveW3C(ctx context.Context, addr string, stdout io.Writer) (err error) {
	pipeline, err := slogx.Build(slogx.WithOutput(stdout)) //nolint:contextcheck // it waits for nothing
	if err != nil {
		return fmt.Errorf("set up logging: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		err = errors.Join(err, pipeline.Shutdown(ctx))
	}()

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           newW3CHandler(slogx.Named(pipeline.Logger(), "http")),
		ReadHeaderTimeout: grace,
	}
	fmt.Fprintf(stdout, "the service of the W3C Trace Context test suite, listening on http://%s\n", listener.Addr())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return server.Shutdown(ctx)
}

// A call is what the suite asks for: a POST to URL with Arguments as its body.
type call struct {
	URL       string          `json:"url"`
	Arguments json.RawMessage `json:"arguments"`
}

func newW3CHandler(log *slog.Logger) http.Handler {
	client := &http.Client{Transport: slogxhttp.Transport(nil, log, nil), Timeout: patience}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		var calls []call
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCalls)).Decode(&calls); err != nil {
			http.Error(w, "want a JSON list of calls: "+err.Error(), http.StatusBadRequest)
			return
		}
		for _, c := range calls {
			if err := c.do(r.Context(), client); err != nil {
				log.ErrorContext(r.Context(), "call failed", "error", err)
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
		}
	})
	return slogxhttp.Middleware(log, nil)(mux)
}

func (c call) do(ctx context.Context, client *http.Client) error {
	if len(c.Arguments) == 0 {
		c.Arguments = json.RawMessage("[]") // whom it calls wants JSON
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(c.Arguments))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body) // so that the connection is used again
	return errors.Join(err, response.Body.Close())
}
