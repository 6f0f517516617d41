package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// follower reads a file that grows, until its context is done. Where the file is truncated it reads from
// the start again; where another takes its name it reads the rest and goes on with the other one. A line
// that was cut short by that is ended, so that lines of two files never run together.
type follower struct {
	ctx      context.Context //nolint:containedctx // a Reader has no other way to learn that it ended
	path     string
	file     *os.File
	interval time.Duration

	offset  int64
	midLine bool // the last byte was not the end of a line
	drained bool // the file lost its name and was read to its end after that
}

// Read implements [io.Reader].
func (f *follower) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		n, err := f.file.Read(p)
		if n > 0 {
			f.offset += int64(n)
			f.midLine = !bytes.HasSuffix(p[:n], []byte{'\n'})
			f.drained = false
			return n, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		moved, err := f.move()
		switch {
		case err != nil:
			return 0, err
		case moved && f.midLine:
			f.midLine = false
			p[0] = '\n'
			return 1, nil
		case !moved && !f.wait():
			return 0, io.EOF
		}
	}
}

// move goes to where the next bytes are, if that is not here. It reports whether it did.
func (f *follower) move() (bool, error) {
	here, err := f.file.Stat()
	if err != nil {
		return false, err
	}
	if here.Size() < f.offset {
		f.offset, err = f.file.Seek(0, io.SeekStart)
		return true, err
	}
	there, err := os.Stat(f.path)
	if err != nil || os.SameFile(here, there) {
		return false, nil //nolint:nilerr // without a file of that name there may be one soon
	}
	if !f.drained { // what was written before the name changed hands
		f.drained = true
		return false, nil
	}
	next, err := os.Open(f.path)
	if err != nil {
		return false, nil //nolint:nilerr // it may be there at the next look
	}
	if err := f.file.Close(); err != nil {
		return false, errors.Join(fmt.Errorf("follow %s: %w", f.path, err), next.Close())
	}
	f.file, f.offset, f.drained = next, 0, false
	return true, nil
}

// wait waits for the next look, and reports false when the context is done.
func (f *follower) wait() bool {
	timer := time.NewTimer(f.interval)
	defer timer.Stop()
	select {
	case <-f.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Close closes the file.
func (f *follower) Close() error { return f.file.Close() }
