// Package output is what encoders have in common: where lines go, and how a level reads.
package output

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

// Output writes lines to a writer, one at a time unless the writer is known to lock itself.
type Output struct {
	w       io.Writer
	records recordWriter // w, if it is one
	mu      *sync.Mutex  // nil if w may be called from several goroutines
}

// New returns an Output that writes to w.
func New(w io.Writer) Output {
	o := Output{w: w}
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

// WriteLine writes line with one call of the writer. A short write is an error.
func (o *Output) WriteLine(ctx context.Context, level slog.Level, line []byte) error {
	if o.records != nil {
		return o.records.WriteRecord(ctx, level, line)
	}
	if o.mu != nil {
		return o.writeLocked(line)
	}
	n, err := o.w.Write(line)
	return whole(line, n, err)
}

func (o *Output) writeLocked(line []byte) error {
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

// Flush calls the writer's Flush(context.Context) error, if it has that method.
func (o *Output) Flush(ctx context.Context) error {
	if f, ok := o.w.(interface{ Flush(context.Context) error }); ok {
		return f.Flush(ctx)
	}
	return nil
}

// Shutdown calls the writer's Shutdown(context.Context) error, if it has that method. It closes nothing:
// who opened the writer closes it.
func (o *Output) Shutdown(ctx context.Context) error {
	if s, ok := o.w.(interface{ Shutdown(context.Context) error }); ok {
		return s.Shutdown(ctx)
	}
	return nil
}
