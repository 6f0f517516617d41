package failover_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/slogx-go/slogx/slogx/failover"
)

// server is a handler for a log server that cannot be reached.
type server struct{ slog.Handler }

func (server) Enabled(context.Context, slog.Level) bool { return true }

func (server) Handle(context.Context, slog.Record) error { return errors.New("connection refused") }

func Example() {
	file := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // the output is the same every time
		}
		return a
	}})
	h := failover.NewHandler(server{}, file, &failover.Options{
		Name:     "server",
		Failures: 2,
		OnError:  func(error) {}, // told below
	})
	l := slog.New(h)
	for order := range 3 {
		l.Info("paid", "order", order)
	}
	fmt.Println(h.State(), h.Stats().Dropped, h.FallbackStats().Delivered)
	// Output:
	// level=INFO msg=paid order=0
	// level=INFO msg=paid order=1
	// level=INFO msg=paid order=2
	// open map[failover:3] 3
}
