package rotate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Reason says why the file was changed for another one.
type Reason string

// The reasons, which are also the values of the label "reason" in slogx_rotations_total.
const (
	ReasonSize    Reason = "size"    // [Options].MaxSize
	ReasonAge     Reason = "age"     // [Options].Every
	ReasonClock   Reason = "clock"   // [Options].At
	ReasonRequest Reason = "request" // [File.Rotate]
	ReasonReopen  Reason = "reopen"  // [File.Reopen]
	ReasonOutside Reason = "outside" // renamed or removed by somebody else
)

// Rotate makes the file a backup and goes on in a new one. It does nothing to an empty file. When it fails,
// the File goes on in the file that it has.
func (f *File) Rotate() error {
	f.mu.Lock()
	defer f.unlock()
	switch {
	case f.closed:
		return f.errClosed("rotate")
	case f.file == nil:
		return f.reopen(ReasonOutside)
	case !f.regular:
		return fmt.Errorf("rotate log file %s: it is not a regular file", f.path)
	default:
		return f.rotate(ReasonRequest)
	}
}

// Reopen opens the path anew, and makes the file if it is missing: for a program such as logrotate that
// renamed it and sends SIGHUP. When it fails, the File goes on in the file that it has.
func (f *File) Reopen() error {
	f.mu.Lock()
	defer f.unlock()
	if f.closed {
		return f.errClosed("reopen")
	}
	return f.reopen(ReasonReopen)
}

// try rotates, or reports why it cannot and puts it off.
func (f *File) try(reason Reason) {
	err := f.rotate(reason)
	if err == nil {
		f.ledger.succeed(kindRotate)
		return
	}
	_ = f.ledger.fail(kindRotate, err) // the line is written where it can be
	now := f.sys.now()
	f.retry = now.Add(retryEvery)
	if f.file != nil {
		f.setLimit(now)
	}
}

// rotate makes the file a backup, unless it is empty, and goes on in a new one.
func (f *File) rotate(reason Reason) error {
	if !f.follow() {
		return fmt.Errorf("rotate log file %s: the path leads elsewhere", f.path)
	}
	now := f.sys.now()
	if f.size == 0 {
		f.sched.start(now, now)
		return nil
	}
	err := f.swap(now)
	f.ledger.count(reason, err)
	if err != nil {
		return fmt.Errorf("rotate log file %s: %w", f.path, err)
	}
	f.sched.start(now, now)
	f.keepLater()
	return nil
}

// swap renames the file and opens a new one, or leaves everything as it was.
func (f *File) swap(now time.Time) error {
	like, err := f.file.Stat()
	if err != nil {
		return err
	}
	name, backup, err := f.freeName(now)
	if err != nil {
		return err
	}
	if f.sys.closeFirst {
		if err := f.close(); err != nil {
			return err
		}
	}
	if err = f.sys.rename(f.path, backup); err == nil {
		var file *os.File
		var info os.FileInfo
		if file, info, err = f.openActive(like); err == nil {
			f.last = name
			f.replace(file, info)
			return nil
		}
		err = errors.Join(err, f.sys.rename(backup, f.path))
	}
	if f.sys.closeFirst {
		if file, info, err2 := f.openActive(like); err2 == nil {
			f.use(file, info)
		} else {
			err = errors.Join(err, err2)
		}
	}
	return err
}

// freeName returns the stamp and the path of the next backup.
func (f *File) freeName(now time.Time) (stamp, string, error) {
	for s := f.last.next(now); ; s = s.next(now) {
		path := f.names.path(s)
		_, err := os.Lstat(path)
		for _, ext := range f.names.compressed {
			if !errors.Is(err, fs.ErrNotExist) {
				break
			}
			_, err = os.Lstat(path + ext)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return s, path, nil
		case err != nil:
			return stamp{}, "", err
		}
	}
}

// follow looks whether the path still leads to the file, opens it anew if it does not, and reports
// whether it does now.
func (f *File) follow() bool {
	f.unchecked = 0
	if size, ok := f.look.same(f.path); ok {
		f.measure(size)
		return true
	}
	err := f.reopen(ReasonOutside)
	if err == nil {
		return true
	}
	_ = f.ledger.fail(kindRotate, err)
	if info, err := f.file.Stat(); err == nil && !linked(info) { // nobody could read what is written there
		_ = f.ledger.fail(kindRotate, f.close())
	}
	return false
}

// measure takes over the size of the file, which somebody else changed if it is not ours.
func (f *File) measure(size int64) {
	if size < f.size {
		f.rest = nil
		if size > 0 && endsCut(f.path, size) {
			f.rest, f.limit = []byte{'\n'}, -1
		}
	}
	f.size = size
}

// reopen opens the path and leaves the file that was open.
func (f *File) reopen(reason Reason) error {
	file, info, err := f.openActive(f.info)
	f.ledger.count(reason, err)
	if err != nil {
		return fmt.Errorf("reopen log file %s: %w", f.path, err)
	}
	f.ledger.succeed(kindRotate)
	if !os.SameFile(info, f.info) {
		now := f.sys.now()
		f.sched.start(now, now)
	}
	f.replace(file, info)
	return nil
}

// replace goes on in file and closes the one before.
func (f *File) replace(file *os.File, info os.FileInfo) {
	_ = f.ledger.fail(kindWrite, f.close()) // what some network file systems say of earlier writes
	f.use(file, info)
}

// use makes file the active one.
func (f *File) use(file *os.File, info os.FileInfo) {
	f.file, f.info = file, info
	f.look.expect(info)
	f.regular = f.lock != nil && info.Mode().IsRegular()
	f.size, f.unchecked, f.rest = 0, 0, nil
	if f.regular {
		f.size = info.Size()
	}
	if f.size > 0 && endsCut(f.path, f.size) {
		f.rest = []byte{'\n'}
	}
	f.setLimit(f.sys.now())
}

// openActive opens the path for appending. A file that it makes gets the configured mode, or mode and
// owner of like if that is not nil.
func (f *File) openActive(like os.FileInfo) (*os.File, os.FileInfo, error) {
	if err := os.MkdirAll(filepath.Dir(f.path), dirMode); err != nil {
		return nil, nil, err
	}
	file, created, err := f.createOrOpen()
	if err != nil {
		return nil, nil, err
	}
	if created {
		f.dress(file, like)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

// createOrOpen opens the path and reports whether it made the file. Creating exclusively is what tells;
// the path may come and go while it tries.
func (f *File) createOrOpen() (file *os.File, created bool, err error) {
	const flags = os.O_WRONLY | os.O_APPEND
	for range 3 {
		if file, err = f.sys.openFile(f.path, flags, 0); !errors.Is(err, fs.ErrNotExist) {
			return file, false, err
		}
		file, err = f.sys.openFile(f.path, flags|os.O_CREATE|os.O_EXCL, defaultMode)
		if !errors.Is(err, fs.ErrExist) {
			return file, err == nil, err
		}
	}
	return nil, false, err
}

// dress gives a new file its owner and mode. It was made with 0600, so that nobody could open it who may
// not; the umask does not count.
func (f *File) dress(file *os.File, like os.FileInfo) {
	mode := f.opts.Mode
	if mode == 0 {
		mode = defaultMode
		if like != nil && like.Mode().IsRegular() {
			mode = like.Mode().Perm()
		}
	}
	if like != nil {
		keepOwner(file, like)
	}
	if err := chmod(file, mode); err != nil {
		_ = f.ledger.fail(kindRotate, fmt.Errorf("set mode of log file: %w", err))
	}
}

// endsCut reports whether the last line of the file at path, size bytes long, has no end. A file that
// may be written but not read is taken to be whole.
func endsCut(path string, size int64) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	var last [1]byte
	_, err = file.ReadAt(last[:], size-1)
	return err == nil && last[0] != '\n'
}
