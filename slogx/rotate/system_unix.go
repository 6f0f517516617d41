//go:build unix

package rotate

import (
	"errors"
	"os"
	"syscall"
)

// linked reports whether a path leads to the file.
func linked(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || st.Nlink > 0
}

// keepOwner gives file the owner and group of like, as far as the process may do that.
func keepOwner(file *os.File, like os.FileInfo) {
	want, ok := like.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	info, err := file.Stat()
	if err != nil {
		return
	}
	if have, ok := info.Sys().(*syscall.Stat_t); !ok || have.Uid == want.Uid && have.Gid == want.Gid {
		return
	}
	if file.Chown(int(want.Uid), int(want.Gid)) != nil {
		_ = file.Chown(-1, int(want.Gid)) // a group of its own is what most processes may set
	}
}

// syncDir makes a rename in the directory survive a loss of power, where the file system knows how.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	if err := dir.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// look is what follow asks of the file system: where the path leads. The answer has its place here, so that
// a look costs little more than the system call; os.Stat and os.SameFile allocate.
type look struct{ want, have syscall.Stat_t }

// expect has same compare with info.
func (l *look) expect(info os.FileInfo) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		l.want = *st
	}
}

// same reports whether the path leads to the file that is expected, and its size.
func (l *look) same(path string) (size int64, ok bool) {
	if err := syscall.Stat(path, &l.have); err != nil {
		return 0, false
	}
	return l.have.Size, l.have.Dev == l.want.Dev && l.have.Ino == l.want.Ino
}
