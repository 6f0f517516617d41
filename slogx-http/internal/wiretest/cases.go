package wiretest

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// exchange is one request, what the handler does with it, and what must be on the wire and in the record.
type exchange struct {
	name    string
	method  string // "" is GET
	header  http.Header
	body    string
	handler http.HandlerFunc

	// On the wire. A status of 0 is that of a connection without a response.
	status        int
	text          string
	cut           bool // the client sees that the end is missing
	informational []int

	// In the record, beside the status and the size, which are those on the wire.
	level     slog.Level
	errorType string
	exception string // its message
	received  int64  // size of the request's body

	late *exchange // what differs where the status is sent late
}

const text = "hello, world\n"

var errBroken = errors.New("broken")

func write(w io.Writer, s string) { _, _ = io.WriteString(w, s) }

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// exchanges is the table.
var exchanges = []exchange{
	{name: "the handler does nothing", status: 200, handler: func(http.ResponseWriter, *http.Request) {}},
	{name: "only writes", status: 200, text: text, handler: func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(text))
	}},
	{name: "writes twice, as bytes and as text", status: 200, text: text + text, handler: func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(text))
		write(w, text)
	}},
	{name: "flushes first", status: 200, text: text, handler: func(w http.ResponseWriter, _ *http.Request) {
		flush(w)
		w.WriteHeader(http.StatusTeapot)
		write(w, text)
	}},
	{name: "flushes first by a ResponseController", status: 200, text: text, handler: func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			write(w, err.Error())
		}
		write(w, text)
	}},
	{name: "not found", status: 404, level: slog.LevelWarn, handler: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
	}},
	{name: "unavailable", status: 503, text: text, level: slog.LevelError, errorType: "503", handler: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		write(w, text)
	}},
	{name: "two statuses", status: 404, level: slog.LevelWarn, handler: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		w.WriteHeader(http.StatusInternalServerError)
	}, late: &exchange{status: 500, level: slog.LevelError, errorType: "500"}},
	{name: "a status after the first byte", status: 200, text: text, handler: func(w http.ResponseWriter, _ *http.Request) {
		write(w, text)
		w.WriteHeader(http.StatusInternalServerError)
	}},
	{name: "early hints and then created", status: 201, text: text, informational: []int{103}, handler: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusCreated)
		write(w, text)
	}, late: &exchange{status: 201, text: text}},
	{name: "early hints only", status: 200, text: text, informational: []int{103}, handler: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		write(w, text)
	}, late: &exchange{status: 200, text: text, informational: []int{103}}},
	{name: "HEAD", method: http.MethodHead, status: 200, handler: func(w http.ResponseWriter, _ *http.Request) {
		write(w, text)
	}},
	{name: "a body where there may be none", status: 204, handler: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		write(w, text)
	}},
	{name: "not modified", status: 304, header: http.Header{"If-None-Match": {`"1"`}}, handler: serveFile},
	{name: "a file", status: 200, text: file, handler: serveFile},
	{name: "a range", status: 206, text: file[10:20], header: http.Header{"Range": {"bytes=10-19"}}, handler: serveFile},
	{name: "a range that there is not", status: 416, text: "invalid range: failed to overlap\n", level: slog.LevelWarn, header: http.Header{"Range": {"bytes=999999999-"}}, handler: serveFile},
	{name: "io.Copy of a file", status: 200, text: file, handler: func(w http.ResponseWriter, _ *http.Request) {
		f, err := os.CreateTemp("", "wiretest")
		if err != nil {
			write(w, err.Error())
			return
		}
		defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }()
		write(f, file)
		_, _ = f.Seek(0, io.SeekStart)
		_, _ = io.Copy(w, f)
	}},
	{name: "io.Copy of a reader", status: 200, text: file, handler: func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, struct{ io.Reader }{strings.NewReader(file)})
	}},
	{name: "server-sent events", status: 200, text: "data: 0\n\ndata: 1\n\ndata: 2\n\n", handler: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 3 {
			write(w, "data: "+strconv.Itoa(i)+"\n\n")
			flush(w)
		}
	}},
	{name: "deadlines", status: 200, text: text, handler: func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		at := time.Now().Add(time.Hour)
		if err := errors.Join(c.SetReadDeadline(at), c.SetWriteDeadline(at)); err != nil {
			write(w, err.Error())
			return
		}
		write(w, text)
	}},
	{name: "reads the body", method: http.MethodPost, body: file, received: int64(len(file)), status: 200, text: file, handler: func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		_, _ = w.Write(b)
	}},
	{name: "leaves the body", method: http.MethodPost, body: text, received: int64(len(text)), status: 200, handler: func(http.ResponseWriter, *http.Request) {}},
	{name: "panics before the first byte", status: 500, text: "Internal Server Error\n", level: slog.LevelError, errorType: "500", exception: "broken", handler: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		panic(errBroken)
	}},
	{name: "panics after a hint", status: 500, text: "Internal Server Error\n", informational: []int{103}, level: slog.LevelError, errorType: "500", exception: "broken", handler: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		panic("broken")
	}, late: &exchange{status: 500, text: "Internal Server Error\n", level: slog.LevelError, errorType: "500", exception: "broken"}},
	{name: "panics after the first byte", status: 200, text: text, cut: true, level: slog.LevelError, exception: "broken", handler: func(w http.ResponseWriter, _ *http.Request) {
		write(w, text)
		flush(w)
		panic("broken")
	}},
	{name: "aborts before the first byte", status: 0, errorType: "aborted", handler: func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	}},
	{name: "aborts after the first byte", status: 200, text: "12345", cut: true, errorType: "aborted", handler: func(w http.ResponseWriter, _ *http.Request) {
		write(w, "12345")
		flush(w)
		panic(http.ErrAbortHandler)
	}},
}

// file is long enough to leave the server's buffers.
var file = strings.Repeat("0123456789abcdef", 1000)

func serveFile(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"1"`)
	http.ServeContent(w, r, "file.txt", time.Time{}, strings.NewReader(file))
}
