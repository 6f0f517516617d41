package console_test

import (
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/console"
)

func Example() {
	log := slog.New(console.NewHandler(os.Stdout, &console.Options{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{} // the output of an example must not change
			}
			return a
		},
	}))
	log.Info("order placed", "id", 7, slog.Group("cart", "items", 3, "note", "by hand"), "took", 1250*time.Millisecond)
	log.With("logger", "shop.db").Error("save failed",
		"err", errors.Join(errors.New("disk full"), errors.New("replica is down")),
		"retry", true)
	// Output:
	// INFO    order placed id=7 cart.items=3 cart.note="by hand" took=1.25s
	// ERROR   [shop.db] save failed retry=true
	//     │ err:
	//     │   - disk full
	//     │   - replica is down
}
