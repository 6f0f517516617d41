package filter_test

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/slogx-go/slogx/slogx/filter"
)

func Example() {
	text := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})
	h := filter.NewHandler(text, &filter.Options{Deny: []filter.Rule{
		{MaxLevel: slog.LevelInfo, Attrs: []string{"http.route=/health*"}},
	}})
	log := slog.New(h).WithGroup("http")

	log.Info("served", "route", "/health/live")
	log.Info("served", "route", "/orders")
	log.Error("failed", "route", "/health/ready")
	fmt.Println(h.Dropped(), "dropped")
	// Output:
	// level=INFO msg=served http.route=/orders
	// level=ERROR msg=failed http.route=/health/ready
	// 1 dropped
}
