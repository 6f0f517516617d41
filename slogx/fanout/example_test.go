package fanout_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/slogx-go/slogx/slogx/fanout"
)

// withoutTime keeps the output of the examples the same.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func Example() {
	opts := &slog.HandlerOptions{ReplaceAttr: withoutTime}
	h := fanout.NewHandler(
		fanout.Sink{Name: "all", Handler: slog.NewTextHandler(os.Stdout, opts)},
		fanout.Sink{Name: "alerts", Handler: slog.NewJSONHandler(os.Stdout, opts), Level: slog.LevelError},
	)
	l := slog.New(h).With("order", 17)
	l.Info("paid")
	l.Error("not shipped")
	fmt.Println(h.Stats()["all"].Delivered, h.Stats()["alerts"].Delivered)
	// Output:
	// level=INFO msg=paid order=17
	// level=ERROR msg="not shipped" order=17
	// {"level":"ERROR","msg":"not shipped","order":17}
	// 2 1
}

func ExampleSink_filter() {
	h := fanout.NewHandler(fanout.Sink{
		Handler: slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}),
		Filter:  func(_ context.Context, r slog.Record) bool { return r.Message != "health check" },
	})
	l := slog.New(h)
	l.Info("health check")
	l.Info("order placed")
	// Output: level=INFO msg="order placed"
}

func ExampleHandler_Health() {
	broken, _ := os.Open(os.DevNull) // open for reading only
	defer func() { _ = broken.Close() }()
	h := fanout.NewHandler(fanout.Sink{
		Name:    "file",
		Handler: slog.NewTextHandler(broken, nil),
		OnError: func(error) {}, // told below
	})
	slog.New(h).Info("hello")
	fmt.Println(h.Health(context.Background())["file"] != nil)
	// Output: true
}
