package rotate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	dirMode       = 0o750           // of directories that Open makes
	checkWrites   = 100             // writes after which the path is looked at, however fast they come
	retryEvery    = time.Second     // pause after a rotation that failed
	closePatience = 5 * time.Second // how long Close lets compression go on
)

// File is a file that is rotated. It is safe for concurrent use: each Write goes to one file whole, in
// the order of the calls.
type File struct {
	// What each Write looks at stands together: after a system call little is left in the caches.
	mu        sync.Mutex
	file      *os.File    // nil after Close, and while the path cannot be opened
	size      int64       // of file
	limit     int64       // largest size that a Write needs no thought for; -1 if the next one needs it anyway
	unchecked int         // writes since the path was looked at
	due       atomic.Bool // the clock and the path have to be looked at

	path  string // absolute, without symbolic links
	opts  Options
	names namer
	sys   system
	lock  io.Closer   // nil for devices and pipes
	wake  *time.Timer // sets due; armed only by writes, so that an idle File does nothing

	info    os.FileInfo // of file when it was opened
	look    look
	regular bool   // false for devices and pipes, which are written to and nothing else
	rest    []byte // end of a line that is cut in the file; see cut.go
	last    stamp  // of the newest backup
	sched   schedule
	retry   time.Time // no rotation before, since one failed
	closed  bool
	ledger  ledger
	keeper  keeper
}

var _ io.WriteCloser = (*File)(nil)

// Open opens the file at path for appending, and makes it and its directory (mode 0750) where they are
// missing. A symbolic link is followed once, here: rotation happens beside the file that it leads to,
// and the link stays as it is. A device or a pipe is written to, but never locked, rotated or changed;
// opening a named pipe waits for its reader.
//
// The error wraps [ErrLocked] if another File, of this process or of another one, has the path open.
// Leftovers of a process that died are removed or, in the background, finished.
func Open(path string, opts *Options) (*File, error) {
	return open(path, opts, realSystem())
}

func open(path string, opts *Options, sys system) (*File, error) {
	f := &File{sys: sys}
	if opts != nil {
		f.opts = *opts
	}
	if err := f.open(path); err != nil {
		return nil, fmt.Errorf("open log file %s: %w", path, err)
	}
	return f, nil
}

func (f *File) open(path string) error {
	err := f.opts.Validate()
	if err != nil {
		return err
	}
	if f.path, err = resolve(path); err != nil {
		return err
	}
	if f.opts.Compressor.New == nil {
		f.opts.Compressor = gzipCompressor
	}
	if f.opts.Location == nil {
		f.opts.Location = time.Local
	}
	f.sched = schedule{every: f.opts.Every, at: slices.Clone(f.opts.At), loc: f.opts.Location}
	f.names = newNamer(f.path, f.opts.Compressor.Ext)
	f.ledger = newLedger(f.opts.OnError)

	info, err := os.Stat(f.path)
	if err == nil && info.IsDir() {
		return errors.New("it is a directory")
	}
	if f.regular = err != nil || info.Mode().IsRegular(); f.regular {
		if f.lock, err = acquire(lockPath(f.path)); err != nil {
			return err
		}
	}
	if err = f.begin(); err != nil {
		return errors.Join(err, f.release())
	}
	f.due.Store(true)
	f.wake = time.AfterFunc(checkEvery, func() { f.due.Store(true) })
	return nil
}

// begin opens the active file and takes over what an earlier process left.
func (f *File) begin() error {
	file, info, err := f.openActive(nil)
	if err != nil {
		return err
	}
	f.use(file, info)
	if !f.regular {
		return nil
	}
	backups, temps, err := f.names.list()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	now := f.sys.now()
	birth, last := now, now
	if info.Size() > 0 && info.ModTime().Before(now) {
		birth, last = info.ModTime(), info.ModTime()
	}
	if len(backups) > 0 {
		f.last = backups[len(backups)-1].stamp
		if info.Size() > 0 && f.last.t.Before(now) {
			birth = f.last.t
		}
	}
	f.sched.start(birth, last)
	for _, temp := range temps { // nobody writes them: we have the lock
		if err := f.sys.remove(temp); err != nil {
			_ = f.ledger.fail(kindKeep, fmt.Errorf("remove a leftover: %w", err))
		}
	}
	f.mu.Lock()
	defer f.unlock()
	if len(backups) > 0 {
		f.keepLater()
	}
	return nil
}

// Write appends p, which should be one line or several, to the file, and rotates it before if it is too
// large or too old. A line that could not be written whole, for want of room for example, is taken back
// from the file: n counts whole lines, and p[n:] may be written again or given up. Where the file cannot
// be shortened n counts the first part of the line too; the next Write finishes that line if it starts
// with the remainder, and ends it otherwise.
//
// A rotation that fails is no error of Write: it is reported, the line goes to the file as it is, and the
// rotation is tried again a second later. After Close the error wraps [os.ErrClosed].
func (f *File) Write(p []byte) (n int, err error) {
	f.mu.Lock()
	f.unchecked++
	if f.size+int64(len(p)) > f.limit || f.unchecked > checkWrites || f.due.Load() {
		n, err = f.writeSlow(p)
		f.unlock()
		return n, err
	}
	n, err = f.file.Write(p)
	f.size += int64(n)
	if err == nil {
		f.mu.Unlock()
		return n, nil
	}
	n, err = f.failed(p, n, err)
	f.unlock()
	return n, err
}

// writeSlow is Write when something beside the write may have to be done.
func (f *File) writeSlow(p []byte) (n int, err error) {
	for {
		chunk := firstLines(p[n:], f.opts.MaxSize)
		if err := f.prepare(int64(len(chunk))); err != nil {
			return n, err
		}
		if err := f.mend(chunk); err != nil {
			return n, err
		}
		m, err := f.append(chunk)
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// append writes p to the file as it is.
func (f *File) append(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.size += int64(n)
	if err != nil {
		return f.failed(p, n, err)
	}
	f.ledger.succeed(kindWrite)
	if f.limit < 0 {
		f.setLimit(f.sys.now())
	}
	return n, nil
}

// failed ends a Write of p that failed after n bytes.
func (f *File) failed(p []byte, n int, err error) (int, error) {
	f.limit = -1
	return f.takeBack(p, n), f.ledger.fail(kindWrite, fmt.Errorf("write log file: %w", err))
}

// prepare sees to it that the right file is open and has room for n bytes.
func (f *File) prepare(n int64) error {
	if f.closed {
		return f.errClosed("write")
	}
	if f.file == nil {
		if err := f.reopen(ReasonOutside); err != nil {
			return f.ledger.fail(kindWrite, fmt.Errorf("write log file: %w", err))
		}
	}
	due := f.due.Swap(false)
	switch {
	case !f.regular:
		f.unchecked = 0
		return nil
	case due:
		f.tick()
	case f.unchecked > checkWrites:
		f.follow()
	}
	if f.file != nil && f.opts.MaxSize > 0 && f.size+n > f.opts.MaxSize && f.rest == nil && !f.paused(f.sys.now()) {
		f.try(ReasonSize)
	}
	if f.file == nil {
		return f.ledger.fail(kindWrite, fmt.Errorf("write log file: %s is gone and cannot be made again", f.path))
	}
	return nil
}

// tick does what has to be done from time to time while the file is written to.
func (f *File) tick() {
	f.follow()
	if f.file == nil {
		return
	}
	now := f.sys.now()
	f.setLimit(now)
	if reason := f.sched.due(now); reason != "" && f.rest == nil && !f.paused(now) {
		f.try(reason)
	}
	if f.opts.MaxAge > 0 {
		f.keepAged(now)
	}
	wait := f.sched.wait(now)
	if f.paused(now) {
		wait = checkEvery
	}
	f.wake.Reset(wait)
}

// setLimit makes writes beyond MaxSize look for a new file, unless that failed a moment ago, and the next
// one mend a line that is cut.
func (f *File) setLimit(now time.Time) {
	switch {
	case f.rest != nil:
		f.limit = -1
	case f.regular && f.opts.MaxSize > 0 && !f.paused(now):
		f.limit = f.opts.MaxSize
	default:
		f.limit = math.MaxInt64
	}
}

// paused reports whether a rotation failed less than retryEvery ago.
func (f *File) paused(now time.Time) bool {
	d := f.retry.Sub(now)
	return d > 0 && d <= retryEvery
}

// Sync has the file system write what is in the file to its disk.
func (f *File) Sync() error {
	f.mu.Lock()
	defer f.unlock()
	if f.closed {
		return f.errClosed("sync")
	}
	if f.file == nil || !f.regular {
		return nil
	}
	if err := f.file.Sync(); err != nil {
		return f.ledger.fail(kindWrite, fmt.Errorf("sync log file: %w", err))
	}
	return nil
}

// Close closes the file and lets another process open it. It waits for the end of background work, and
// stops it after 5 seconds: what is left then is done after the next Open. Calls after the first do
// nothing and return nil.
func (f *File) Close() error {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return nil
	}
	f.closed = true
	f.wake.Stop()
	err := f.close()
	f.unlock()
	return errors.Join(err, f.release())
}

// close closes the active file. From then on a write has to open one.
func (f *File) close() error {
	f.limit = -1
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	if err != nil {
		return fmt.Errorf("close log file: %w", err)
	}
	return nil
}

// release ends background work and gives the lock back.
func (f *File) release() error {
	ctx, cancel := context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	_ = f.Wait(ctx) // what is not done in time is done after the next Open
	f.keeper.stopped.Store(true)
	_ = f.Wait(context.Background())
	if f.lock == nil {
		return nil
	}
	return f.lock.Close()
}

// unlock ends a method that held mu. Problems are handed out behind it, since OnError may write here.
func (f *File) unlock() {
	var news []note
	if f.ledger.news != nil {
		news, f.ledger.news = f.ledger.news, nil
	}
	f.mu.Unlock()
	if news != nil {
		f.ledger.publish(news)
	}
}

func (f *File) errClosed(op string) error {
	return fmt.Errorf("%s log file %s: %w", op, f.path, os.ErrClosed)
}

// resolve returns path without symbolic links, and makes its directory. The last element need not exist.
func resolve(path string) (string, error) {
	if path == "" {
		return "", errors.New("the path is empty")
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return filepath.Abs(path) // links to pipes, such as /dev/stdout, lead to no path
	}
	for range 40 { // as many as the kernel follows
		abs, err := filepath.Abs(path)
		if err != nil {
			return "", fmt.Errorf("resolve: %w", err)
		}
		dir, base := filepath.Split(abs)
		if err := os.MkdirAll(dir, dirMode); err != nil {
			return "", fmt.Errorf("make directory: %w", err)
		}
		if dir, err = filepath.EvalSymlinks(dir); err != nil {
			return "", fmt.Errorf("resolve: %w", err)
		}
		path = filepath.Join(dir, base)
		target, err := os.Readlink(path)
		switch {
		case err != nil: // not a link
			return path, nil //nolint:nilerr // which is what most files are not
		case filepath.IsAbs(target):
			path = target
		default:
			path = filepath.Join(dir, target)
		}
	}
	return "", &fs.PathError{Op: "resolve", Path: path, Err: errors.New("too many symbolic links")}
}
