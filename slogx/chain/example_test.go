package chain_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/slogx-go/slogx/slogx/chain"
)

// traced is a wrapper that adds an attribute beside the message, whatever groups are open.
type traced struct{ next chain.Handler }

func (h *traced) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h *traced) Handle(ctx context.Context, r slog.Record) error { return h.HandleTop(ctx, nil, r) }

func (h *traced) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	more := chain.Top(top, slog.String("trace_id", "4bf92f35"))
	defer more.Release()
	return h.next.HandleTop(ctx, more.Attrs(), r)
}

func (h *traced) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &traced{chain.Adapt(h.next.WithAttrs(attrs))}
}

func (h *traced) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &traced{chain.Adapt(h.next.WithGroup(name))}
}

func (h *traced) Unwrap() slog.Handler { return h.next }

func Example() {
	sink := slog.NewJSONHandler(os.Stdout, noTime) // knows nothing of top-level attributes
	log := slog.New(&traced{chain.Adapt(sink)})

	log.WithGroup("request").WithGroup("db").Info("queried", "rows", 3)
	// Output:
	// {"level":"INFO","msg":"queried","trace_id":"4bf92f35","request":{"db":{"rows":3}}}
}

func ExampleWalk() {
	h := &traced{chain.Adapt(slog.NewJSONHandler(os.Stdout, nil))}
	chain.Walk(h, func(h slog.Handler) bool {
		fmt.Printf("%T\n", h)
		return true
	})
	// Output:
	// *chain_test.traced
	// *chain.adapter
	// *slog.JSONHandler
}

// queue is a handler that holds records back.
type queue struct{ slog.Handler }

func (queue) Shutdown(context.Context) error {
	fmt.Println("the queue is empty")
	return nil
}

func ExampleShutdown() {
	log := slog.New(&traced{chain.Adapt(queue{slog.DiscardHandler})})

	// At the end of main:
	if err := chain.Shutdown(context.Background(), log.Handler()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// the queue is empty
}
