package tcpsink

import (
	"context"
	"log/slog"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
)

const addressVar = "SLOGX_TCP_ADDRESS"

func init() {
	slogx.RegisterVars("tcpsink", slogx.Var{Name: addressVar, Usage: "host:port that the sink tcp sends to"})
	slogx.RegisterSink("tcp", func(_ context.Context, cfg slogx.SinkConfig) (slog.Handler, error) {
		address, _ := cfg.Lookuper.Lookup(addressVar)
		h, err := NewHandler(&Options{
			Address: address,
			Level:   cfg.Level,
			Schema:  cfg.Schema,
			Queue:   &async.WriterOptions{OnError: cfg.OnError},
		})
		if err != nil {
			return nil, err // not h: a nil *Handler is no nil slog.Handler
		}
		return h, nil
	})
}
