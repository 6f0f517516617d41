package rotate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
)

var errStopped = errors.New("the file was closed")

// compress replaces the backup at path by its compressed form. The result gets its name when it is
// complete and on the disk, and only then the source is removed: whenever the process or the machine
// stops, either is whole.
func (f *File) compress(path string, with Compressor) error {
	temp := f.names.temp(path + with.Ext)
	err := f.compressTo(temp, path, with)
	if err == nil {
		err = f.sys.rename(temp, path+with.Ext)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && missing(path): // somebody else removed the source
		_ = f.sys.remove(temp)
		return nil
	case err != nil:
		_ = f.sys.remove(temp) // if not now, at the next Open
		return fmt.Errorf("compress backup %s: %w", path, err)
	}
	if err := syncDir(f.names.dir); err != nil {
		return fmt.Errorf("compress backup %s: %w", path, err)
	}
	if err := f.sys.remove(path); err != nil {
		return fmt.Errorf("remove compressed backup: %w", err)
	}
	return nil
}

// compressTo writes the compressed form of the file at path to temp, and on to the disk.
func (f *File) compressTo(temp, path string, with Compressor) (err error) {
	src, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	dst, err := f.sys.openFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, defaultMode)
	if err != nil {
		return err
	}
	keepOwner(dst, info)
	err = errors.Join(
		copyCompressed(dst, reader{stopped: &f.keeper.stopped, r: src}, with),
		chmod(dst, info.Mode().Perm()),
		dst.Sync(),
		dst.Close(),
	)
	if err != nil {
		return err
	}
	return os.Chtimes(temp, info.ModTime(), info.ModTime()) // MaxAge counts from the last line
}

// copyCompressed copies r to w. A compressor that panics has failed.
func copyCompressed(w io.Writer, r io.Reader, with Compressor) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("compressor %s panicked: %v", with.Ext, p)
		}
	}()
	c, err := with.New(w)
	if err != nil {
		return fmt.Errorf("compressor %s: %w", with.Ext, err)
	}
	_, err = io.Copy(c, r)
	return errors.Join(err, c.Close())
}

// reader reads until it is stopped.
type reader struct {
	stopped *atomic.Bool
	r       io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if r.stopped.Load() {
		return 0, errStopped
	}
	return r.r.Read(p)
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}
