package tail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/slogx-go/slogx/slogx/tail"
)

var noTime = &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey && len(groups) == 0 {
		return slog.Attr{}
	}
	return a
}}

func Example() {
	// Debug records of requests that fail, and of no others.
	log := slog.New(tail.NewHandler(slog.NewTextHandler(os.Stdout, noTime), nil))

	serve := func(ctx context.Context, id int) error {
		log.DebugContext(ctx, "looked up", "id", id)
		if id == 7 {
			return errors.New("no such order")
		}
		log.InfoContext(ctx, "served", "id", id)
		return nil
	}
	for _, id := range []int{1, 7} {
		ctx, buf := tail.NewContext(context.Background())
		if err := serve(ctx, id); err != nil {
			_ = buf.Release(ctx)
		}
		buf.Discard() // does nothing after Release
	}
	// Output:
	// level=INFO msg=served id=1
	// level=DEBUG msg="looked up" id=7
}

func ExampleHandler_errorReleases() {
	h := tail.NewHandler(slog.NewTextHandler(os.Stdout, noTime), nil)
	log := slog.New(h)

	ctx, buf := tail.NewContext(context.Background())
	defer buf.Discard()
	log.DebugContext(ctx, "connected")
	log.DebugContext(ctx, "sent")
	fmt.Println("held:", h.Held())
	log.ErrorContext(ctx, "no answer")
	log.DebugContext(ctx, "closed") // what follows a failure belongs to it
	// Output:
	// held: 2
	// level=DEBUG msg=connected
	// level=DEBUG msg=sent
	// level=ERROR msg="no answer"
	// level=DEBUG msg=closed
}
