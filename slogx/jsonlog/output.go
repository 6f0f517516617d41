package jsonlog

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
)

// recordWriter is a writer that wants each record with its level: our queue of encoded records.
type recordWriter interface {
	WriteRecord(ctx context.Context, level slog.Level, line []byte) error
}

// output is where lines go. All handlers that were derived from one share it.
type output struct {
	w       io.Writer
	records recordWriter // w, if it is one
	mu      *sync.Mutex  // nil if w may be called from several goroutines
}

func newOutput(w io.Writer) output {
	o := output{w: w}
	if rw, ok := w.(recordWriter); ok {
		o.records = rw
		return o
	}
	// An *os.File locks itself, and io.Discard has nothing to lock.
	if _, ok := w.(*os.File); !ok && w != io.Discard {
		o.mu = new(sync.Mutex)
	}
	return o
}

// write writes one line with one call.
func (o *output) write(ctx context.Context, level slog.Level, line []byte) error {
	if o.records != nil {
		return o.records.WriteRecord(ctx, level, line)
	}
	if o.mu != nil {
		return o.writeLocked(line)
	}
	n, err := o.w.Write(line)
	return whole(line, n, err)
}

func (o *output) writeLocked(line []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock() // the writer may panic
	n, err := o.w.Write(line)
	return whole(line, n, err)
}

// whole returns the error of a write of line, which it is too if only n bytes were taken.
func whole(line []byte, n int, err error) error {
	if err == nil && n < len(line) {
		return io.ErrShortWrite
	}
	return err
}
