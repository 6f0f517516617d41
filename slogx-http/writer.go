package slogxhttp

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// writer is the response as the handler writes it. It notes what goes to the server and changes nothing. Its
// fields are atomic: what a handler left running may still write when the handler has returned.
type writer struct {
	next     http.ResponseWriter
	capture  *capture     // nil if the body is not logged
	status   atomic.Int32 // 0 while the server has got none
	hijacked atomic.Bool
	finished atomic.Bool
	head     bool // the server sends no body
	size     atomic.Int64
}

var errFinished = errors.New("write response: the handler has returned")

func (w *writer) Header() http.Header { return w.next.Header() }

func (w *writer) WriteHeader(code int) {
	if w.finished.Load() {
		return
	}
	w.next.WriteHeader(code) // panics if the code is none
	if code < 100 || code > 199 || code == http.StatusSwitchingProtocols {
		w.begin(code)
	}
}

// begin notes the status, of which the first counts.
func (w *writer) begin(code int) {
	if w.status.Load() == 0 {
		w.status.CompareAndSwap(0, int32(code))
	}
}

// Write returns an error when the handler has returned: the server's buffer may then be that of another request.
func (w *writer) Write(p []byte) (int, error) {
	if w.finished.Load() {
		return 0, errFinished
	}
	w.begin(http.StatusOK)
	if w.capture != nil {
		w.capture.response(w.next.Header(), p)
	}
	n, err := w.next.Write(p)
	w.size.Add(int64(n))
	return n, err
}

// Unwrap is for [http.ResponseController].
func (w *writer) Unwrap() http.ResponseWriter { return w.next }

func (w *writer) writeString(s string) (int, error) {
	if w.capture != nil {
		return w.Write([]byte(s))
	}
	if w.finished.Load() {
		return 0, errFinished
	}
	w.begin(http.StatusOK)
	n, err := io.WriteString(w.next, s)
	w.size.Add(int64(n))
	return n, err
}

func (w *writer) readFrom(src io.Reader) (int64, error) {
	if w.capture != nil {
		return io.Copy(struct{ io.Writer }{w}, src)
	}
	if w.finished.Load() {
		return 0, errFinished
	}
	w.begin(http.StatusOK)
	n, err := w.next.(io.ReaderFrom).ReadFrom(src) //nolint:forcetypeassert // shape has asked
	w.size.Add(n)
	return n, err
}

func (w *writer) flush() error {
	if w.finished.Load() {
		return errFinished
	}
	w.begin(http.StatusOK)
	return http.NewResponseController(w.next).Flush()
}

func (w *writer) hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buf, err := http.NewResponseController(w.next).Hijack()
	if err == nil {
		w.begin(http.StatusSwitchingProtocols)
		w.hijacked.Store(true)
	}
	return conn, buf, err
}

// bodySize returns how many bytes of the body the server took to send, and whether that is known.
func (w *writer) bodySize() (n int64, ok bool) {
	if w.head {
		return 0, true // the server drops them
	}
	return w.size.Load(), !w.hijacked.Load()
}
