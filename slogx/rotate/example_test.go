package rotate_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/slogx-go/slogx/slogx/rotate"
)

// A file of at most 100 MiB, a new one each midnight, ten compressed backups for a month.
func Example() {
	dir, err := os.MkdirTemp("", "logs")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "shop.log")

	f, err := rotate.Open(path, &rotate.Options{
		MaxSize:    100 << 20,
		At:         []time.Duration{0},
		MaxBackups: 10,
		MaxAge:     30 * 24 * time.Hour,
		Compress:   true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	logger := slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	logger.Info("order placed", "id", 17)
	if err := f.Rotate(); err != nil {
		fmt.Println(err)
	}
	logger.Info("order shipped", "id", 17)
	if err := f.Close(); err != nil {
		fmt.Println(err)
	}

	backups, err := filepath.Glob(filepath.Join(dir, "shop-*.log.gz"))
	fmt.Println(len(backups), "backup", err)
	content, err := os.ReadFile(path)
	fmt.Print(string(content), err)
	// Output:
	// 1 backup <nil>
	// {"level":"INFO","msg":"order shipped","id":17}
	// <nil>
}

func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
