package spool

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// ErrLocked is wrapped by the error of [Open] when somebody else uses the folder.
var ErrLocked = errors.New("somebody else uses it")

// errHeld is what a platform's tryLock returns when the lock is taken.
var errHeld = errors.New("lock is held")

// lockFile is a lock that is held. The operating system gives it back when the process dies.
type lockFile struct {
	file *os.File
}

// acquire takes the lock at path.
func acquire(path string) (*lockFile, error) {
	file, err := tryLock(path)
	switch {
	case errors.Is(err, errHeld):
		return nil, fmt.Errorf("%w: lock %s is held%s", ErrLocked, path, holder(path))
	case err != nil:
		return nil, fmt.Errorf("lock: %w", err)
	}
	if file != nil { // the process id is for the reader of the error above
		if file.Truncate(0) == nil {
			_, _ = file.WriteString(strconv.Itoa(os.Getpid()) + "\n")
		}
	}
	return &lockFile{file: file}, nil
}

// Close gives the lock back.
func (l *lockFile) Close() error {
	if l.file == nil {
		return nil
	}
	if err := unlock(l.file); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}

// holder says who holds the lock at path, if it can be read.
func holder(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(b)))
	switch {
	case err != nil:
		return ""
	case pid == os.Getpid():
		return fmt.Sprintf(" by this process (%d)", pid)
	default:
		return fmt.Sprintf(" by process %d", pid)
	}
}
