//go:build unix

package rotate_test

import (
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/slogx-go/slogx/slogx/rotate"
)

// A program such as logrotate renames the file and sends SIGHUP; the log goes on in a new file.
func ExampleFile_Reopen() {
	dir, err := os.MkdirTemp("", "logs")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "shop.log")
	f, err := rotate.Open(path, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = f.Close() }()

	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	reopened := make(chan error)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range hangups {
			reopened <- f.Reopen() // a program would log the error
		}
	})
	defer wg.Wait()
	defer close(hangups)
	defer signal.Stop(hangups)

	logger := slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	logger.Info("order placed")
	if err := os.Rename(path, path+".1"); err != nil { // what logrotate does
		fmt.Println(err)
		return
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-reopened)
	logger.Info("order shipped")

	before, _ := os.ReadFile(path + ".1")
	after, _ := os.ReadFile(path)
	fmt.Printf("%s%s", before, after)
	// Output:
	// <nil>
	// level=INFO msg="order placed"
	// level=INFO msg="order shipped"
}
