package rotate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync/atomic"
	"time"
)

// keeper is the care for backups: compression and removal, in a goroutine that lives while there is work.
// The lock of the File guards its fields.
type keeper struct {
	dirty   bool          // there is work
	idle    chan struct{} // closed when the goroutine ends; nil while there is none
	aged    time.Time     // when backups were last removed for their age
	stopped atomic.Bool   // Close is out of patience; needs no lock
}

// Wait waits until the background work on the backups is done, or returns the error of ctx.
func (f *File) Wait(ctx context.Context) error {
	f.mu.Lock()
	idle := f.keeper.idle
	f.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for work on backups of %s: %w", f.path, ctx.Err())
	}
}

// keepLater has the backups looked after in the background.
func (f *File) keepLater() {
	f.keeper.dirty = true
	if f.keeper.idle == nil {
		f.keeper.idle = make(chan struct{})
		go f.keep(f.keeper.idle)
	}
}

// keepAged has backups that became too old removed, also while the file is not rotated.
func (f *File) keepAged(now time.Time) {
	d := now.Sub(f.keeper.aged)
	if d >= 0 && d < max(time.Second, min(f.opts.MaxAge, time.Hour)) {
		return
	}
	f.keepLater()
}

// keep works until nothing is left to do or the File is closed and out of patience.
func (f *File) keep(idle chan struct{}) {
	defer close(idle)
	for f.moreToKeep() {
		err := f.keepOnce()
		f.mu.Lock()
		if err == nil {
			f.ledger.succeed(kindKeep)
		} else if !f.keeper.stopped.Load() {
			_ = f.ledger.fail(kindKeep, fmt.Errorf("look after backups: %w", err))
		}
		f.unlock()
	}
}

func (f *File) moreToKeep() bool {
	f.mu.Lock()
	defer f.unlock()
	if !f.keeper.dirty || f.keeper.stopped.Load() {
		f.keeper.idle = nil
		return false
	}
	f.keeper.dirty, f.keeper.aged = false, f.sys.now()
	return true
}

// keepOnce removes what need not be compressed, compresses the rest, and removes what is still too much.
func (f *File) keepOnce() error {
	backups, err := f.backups()
	if err != nil {
		return err
	}
	backups, err = f.prune(backups, !f.opts.Compress)
	errs := []error{err}
	for i, b := range backups {
		if b.ext != "" {
			continue
		}
		with := f.opts.Compressor
		if i+1 < len(backups) && backups[i+1].stamp == b.stamp {
			// A process died behind the compression, or somebody else was at it: only doing it again
			// tells that the compressed one is complete.
			if backups[i+1].ext == gzipCompressor.Ext && with.Ext != gzipCompressor.Ext {
				with = gzipCompressor
			}
		} else if !f.opts.Compress {
			continue
		}
		errs = append(errs, f.compress(b.path, with))
	}
	if f.opts.Compress && f.opts.MaxTotalSize > 0 {
		if backups, err = f.backups(); err == nil {
			_, err = f.prune(backups, true)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// backups returns the backups whose rotation is complete: one that fails takes its backup back.
func (f *File) backups() ([]backup, error) {
	f.mu.Lock()
	last := f.last
	f.mu.Unlock()
	backups, _, err := f.names.list()
	return slices.DeleteFunc(backups, func(b backup) bool { return b.compare(last) > 0 }), err
}

// prune removes the backups that are too many, too old or, where bySize says so, too large together, and
// returns those that stay. A backup and its compressed form count as one.
func (f *File) prune(backups []backup, bySize bool) ([]backup, error) {
	var (
		now   = f.sys.now()
		count int
		total int64
		errs  []error
		newer stamp
	)
	for i, b := range slices.Backward(backups) {
		total += b.size
		if b.stamp != newer {
			newer = b.stamp
			count++
		}
		switch {
		case f.opts.MaxBackups > 0 && count > f.opts.MaxBackups:
		case bySize && f.opts.MaxTotalSize > 0 && total > f.opts.MaxTotalSize:
		case f.opts.MaxAge > 0 && now.Sub(b.last) > f.opts.MaxAge:
		default:
			continue
		}
		if err := f.sys.remove(b.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove backup: %w", err))
		}
		backups = slices.Delete(backups, i, i+1)
	}
	return backups, errors.Join(errs...)
}
