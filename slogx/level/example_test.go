package level_test

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/slogx-go/slogx/slogx/level"
)

func Example() {
	levels := level.NewController(slog.LevelInfo)
	text := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug, // the gate before it decides
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})
	log := slog.New(level.NewHandler(text, levels))
	pool := slog.New(level.Named(log.Handler(), "db.pool"))

	pool.Debug("not seen")
	if err := levels.Set("db", slog.LevelDebug, 10*time.Minute); err != nil {
		fmt.Println(err)
	}
	pool.Debug("connection taken", "open", 3)
	log.Debug("not seen either")
	// Output:
	// level=DEBUG msg="connection taken" logger=db.pool open=3
}

func ExampleController_Subscribe() {
	levels := level.NewController(nil)
	stop := levels.Subscribe(func(c level.Change) {
		fmt.Printf("%s: %s from %s to %s\n", c.Name, c.Reason, c.Old, c.New)
	})
	defer stop()

	if err := levels.Set("http", slog.LevelWarn, 0); err != nil {
		fmt.Println(err)
	}
	levels.Reset("http")
	// Output:
	// http: set from INFO to WARN
	// http: reset from WARN to INFO
}

func ExampleParseLevels() {
	levels, err := level.ParseLevels("db=debug,http=warn+1")
	fmt.Println(levels, err)
	_, err = level.ParseLevels("db=verbos")
	fmt.Println(err)
	// Output:
	// map[db:DEBUG http:WARN+1] <nil>
	// levels element "db=verbos": level "verbos": want trace, debug, info, warn, error or fatal, with an optional offset such as info+2, or a number
}
