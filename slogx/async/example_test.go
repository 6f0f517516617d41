package async_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/async"
)

// withoutTime leaves out the time, so that the output is the same each time.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func ExampleNewWriter() {
	w := async.NewWriter(os.Stdout, &async.WriterOptions{Overflow: async.DropOldest})
	logger := slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: withoutTime}))

	logger.Info("order placed", "id", 42)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := w.Shutdown(ctx); err != nil {
		fmt.Println(err)
	}
	st := w.Stats()
	fmt.Println(st.Accepted, st.Delivered, st.Queued, st.DroppedTotal())
	// Output:
	// {"level":"INFO","msg":"order placed","id":42}
	// 1 1 0 0
}

func ExampleNewHandler() {
	h := async.NewHandler(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}), nil)
	logger := slog.New(h)

	stock := map[string]int{"apples": 3}
	logger.Info("sold", "stock", stock)
	stock["apples"]-- // the record shows the state at the call

	if err := h.Shutdown(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// level=INFO msg=sold stock=map[apples:3]
}
