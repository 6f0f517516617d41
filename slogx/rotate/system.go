package rotate

import (
	"errors"
	"os"
	"runtime"
	"time"
)

// system is what a test takes the place of: the clock, and the steps that can fail.
type system struct {
	now        func() time.Time
	rename     func(from, to string) error
	remove     func(path string) error
	openFile   func(path string, flag int, mode os.FileMode) (*os.File, error)
	truncate   func(file *os.File, size int64) error
	closeFirst bool // an open file cannot be renamed
}

func realSystem() system {
	return system{
		now:        time.Now,
		rename:     os.Rename,
		remove:     os.Remove,
		openFile:   os.OpenFile,
		truncate:   (*os.File).Truncate,
		closeFirst: runtime.GOOS == "windows",
	}
}

// chmod is file.Chmod where there are modes.
func chmod(file *os.File, mode os.FileMode) error {
	if err := file.Chmod(mode); err != nil && !errors.Is(err, errors.ErrUnsupported) && runtime.GOOS != "windows" {
		return err
	}
	return nil
}
