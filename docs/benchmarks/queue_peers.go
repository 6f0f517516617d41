package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/phuslu/log"
	"github.com/rs/zerolog"
	"github.com/rs/zerolog/diode"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// A queuePeer is a way to write records to a file.
type queuePeer struct {
	name   string
	open   func(path string) (h slog.Handler, closePeer func() error, err error)
	writes bool // false for the floor
}

// flushEvery is how long records may stay in the memory of a peer that has a setting for it.
const flushEvery = 100 * time.Millisecond

// The first is the floor, the second ours, as in ops.
var queuePeers = []queuePeer{
	{name: "floor", open: func(string) (slog.Handler, func() error, error) {
		return floor{}, func() error { return nil }, nil
	}},
	{name: "slogx, async.Writer", open: onFile(openAsync), writes: true},
	{name: "slog, a write each", open: onFile(func(f *os.File) (slog.Handler, func() error) {
		return slog.NewJSONHandler(f, nil), nil
	}), writes: true},
	{name: "slog, bufio with a mutex", open: onFile(openBuffered), writes: true},
	{name: "zap BufferedWriteSyncer", open: onFile(openZapBuffered), writes: true},
	{name: "zerolog diode", open: onFile(openDiode), writes: true},
	{name: "phuslu AsyncWriter, lines copied", open: onFile(openPhuslu), writes: true},
}

// onFile opens a peer on a new file, which is closed after it.
func onFile(open func(*os.File) (slog.Handler, func() error)) func(string) (slog.Handler, func() error, error) {
	return func(path string) (slog.Handler, func() error, error) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return nil, nil, fmt.Errorf("open the log: %w", err)
		}
		h, closePeer := open(f)
		if closePeer == nil {
			return h, f.Close, nil
		}
		return h, func() error {
			if err := closePeer(); err != nil {
				_ = f.Close()
				return err
			}
			return f.Close()
		}, nil
	}
}

func openAsync(f *os.File) (slog.Handler, func() error) {
	w := async.NewWriter(f, nil)
	return jsonlog.NewHandler(w, nil), func() error { return w.Shutdown(context.Background()) }
}

func openBuffered(f *os.File) (slog.Handler, func() error) {
	w := &bufferedWriter{w: bufio.NewWriterSize(f, 256<<10), stop: make(chan struct{}), stopped: make(chan struct{})}
	go w.flushNowAndThen()
	return slog.NewJSONHandler(w, nil), w.Close
}

// bufferedWriter is what one writes without a library: bufio behind a lock, flushed every now and then.
type bufferedWriter struct {
	mu            sync.Mutex
	w             *bufio.Writer
	stop, stopped chan struct{}
}

func (w *bufferedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(p)
}

func (w *bufferedWriter) flushNowAndThen() {
	defer close(w.stopped)
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.mu.Lock()
			_ = w.w.Flush() // bufio keeps the error for Close
			w.mu.Unlock()
		case <-w.stop:
			return
		}
	}
}

func (w *bufferedWriter) Close() error {
	close(w.stop)
	<-w.stopped
	return w.w.Flush()
}

func openZapBuffered(f *os.File) (slog.Handler, func() error) {
	w := &zapcore.BufferedWriteSyncer{WS: f, FlushInterval: flushEvery} // 256 KiB
	return zapslog.NewHandler(zapcore.NewCore(zapEncoder(), w, zapcore.InfoLevel)), w.Stop
}

func openDiode(f *os.File) (slog.Handler, func() error) {
	// The diode closes what it writes to, if it can; and the rest of the queue is written by Close.
	w := diode.NewWriter(struct{ io.Writer }{f}, 8192, 0, nil)
	return zerolog.NewSlogHandler(zerolog.New(w)), w.Close
}

func openPhuslu(f *os.File) (slog.Handler, func() error) {
	w := &log.AsyncWriter{ChannelSize: 8192, Writer: &log.IOWriter{Writer: f}}
	return log.SlogNewJSONHandler(copier{w}, nil), w.Close
}

// copier copies each line, since AsyncWriter keeps what it is given, and its handler writes the next record
// into it.
type copier struct{ w io.Writer }

func (c copier) Write(p []byte) (int, error) { return c.w.Write(bytes.Clone(p)) }
