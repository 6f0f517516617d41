//go:build unix && !aix && !solaris

package spool

import (
	"errors"
	"os"
	"syscall"
)

// tryLock opens and locks the file at path.
func tryLock(path string) (*os.File, error) {
	for {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
		if err != nil {
			return nil, err
		}
		err = flock(file)
		if err == nil && current(file, path) {
			return file, nil
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
		// The holder removed the file between our two calls: what we locked is no lock any more.
	}
}

func flock(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errHeld
		case !errors.Is(err, syscall.EINTR):
			return os.NewSyscallError("flock", err)
		}
	}
}

// current reports whether file is what path leads to.
func current(file *os.File, path string) bool {
	have, err := file.Stat()
	if err != nil {
		return false
	}
	want, err := os.Stat(path)
	return err == nil && os.SameFile(have, want)
}

// unlock removes the file while it is locked, so that nobody else's lock can be the one removed.
func unlock(file *os.File) error {
	if current(file, file.Name()) {
		_ = os.Remove(file.Name()) // it may stay: a lock counts only while it is held
	}
	return file.Close()
}
