package sample_test

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/sample"
)

// stdout returns a handler that writes records without their time.
func stdout() slog.Handler {
	return slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})
}

func Example() {
	h := sample.NewHandler(stdout(), &sample.Options{
		Weight: true,
		Rules:  []sample.Rule{{First: 1, Thereafter: 100, Interval: time.Hour}},
	})
	log := slog.New(h)

	for i := range 250 {
		log.Info("cache miss", "n", i+1)
	}
	log.Error("cache down")
	fmt.Println(h.Sampled(), "sampled")
	// Output:
	// level=INFO msg="cache miss" n=1
	// level=INFO msg="cache miss" sampled=100 n=101
	// level=INFO msg="cache miss" sampled=100 n=201
	// level=ERROR msg="cache down"
	// 247 sampled
}

func ExampleOptions_fold() {
	log := slog.New(sample.NewHandler(stdout(), &sample.Options{Fold: time.Hour}))

	for i := range 4 {
		log.Warn("connection refused", "try", i+1)
	}
	log.Info("connected")
	// Output:
	// level=WARN msg="connection refused" try=1
	// level=WARN msg="connection refused" repeated=3
	// level=INFO msg=connected
}

func ExampleController_Set() {
	h := sample.NewHandler(stdout(), &sample.Options{Rules: []sample.Rule{{Once: time.Hour}}})
	log := slog.New(h)

	// For the next ten minutes, let everything through.
	if err := h.Controller().Set(nil, 10*time.Minute); err != nil {
		fmt.Println(err)
	}
	log.Info("served", "status", 200)
	log.Info("served", "status", 404)
	// Output:
	// level=INFO msg=served status=200
	// level=INFO msg=served status=404
}
