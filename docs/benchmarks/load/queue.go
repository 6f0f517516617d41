package main

import (
	"context"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// queue is the queue under load, in either form.
type queue struct {
	lifecycle

	handler slog.Handler
}

type lifecycle interface {
	Stats() chain.Stats
	Shutdown(ctx context.Context) error
}

func openQueue(c config, r *receiver) queue {
	ignore := func(error) {} // the receiver's own, which the report counts
	if c.form == "handler" {
		h := async.NewHandler(jsonlog.NewHandler(r, nil), &async.Options{Bytes: c.queueSize, Overflow: c.overflow, OnError: ignore})
		return queue{h, h}
	}
	w := async.NewWriter(r, &async.WriterOptions{Capacity: c.queueSize, Overflow: c.overflow, OnError: ignore})
	return queue{w, jsonlog.NewHandler(w, nil)}
}
