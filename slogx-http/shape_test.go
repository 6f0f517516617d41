package slogxhttp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// plain has no optional interface.
type plain struct{ header http.Header }

func (p plain) Header() http.Header         { return p.header }
func (p plain) Write(b []byte) (int, error) { return len(b), nil }
func (p plain) WriteHeader(int)             {}

// asked returns the set of optional interfaces that type assertions find.
func asked(w http.ResponseWriter) (set int) {
	found := func(bit int, ok bool) {
		if ok {
			set |= bit
		}
	}
	_, flushes := w.(http.Flusher)
	found(canFlush, flushes)
	_, hijacks := w.(http.Hijacker)
	found(canHijack, hijacks)
	_, notifies := w.(http.CloseNotifier) //nolint:staticcheck // as handlers do
	found(canNotify, notifies)
	_, reads := w.(io.ReaderFrom)
	found(canRead, reads)
	_, writes := w.(io.StringWriter)
	found(canString, writes)
	_, pushes := w.(http.Pusher)
	found(canPush, pushes)
	return set
}

func TestWriterHasExactlyTheInterfacesOfTheServers(t *testing.T) {
	for set, combine := range combined {
		next := combine(&writer{next: plain{}})
		if got := asked(next); got != set {
			t.Fatalf("type %T has the set %06b, want %06b", next, got, set)
		}
		w := &writer{next: next}
		if got := asked(w.shape()); got != set {
			t.Errorf("around a writer with the set %06b: %06b", set, got)
		}
		if got := w.shape().(interface{ Unwrap() http.ResponseWriter }).Unwrap(); got != next {
			t.Errorf("Unwrap returns %T, want the server's %T", got, next)
		}
		_, isContext := w.shape().(context.Context)
		if isContext {
			t.Error("the writer is a context")
		}
	}
}

// unwrapping hides what next has, but not from ResponseController.
type unwrapping struct {
	plain

	next http.ResponseWriter
}

func (u unwrapping) Unwrap() http.ResponseWriter { return u.next }

func TestWriterSeesWhatResponseControllerWouldFindPastIt(t *testing.T) {
	rec := httptest.NewRecorder()
	w := &writer{next: unwrapping{next: unwrapping{next: rec}}}
	if err := http.NewResponseController(w.shape()).Flush(); err != nil {
		t.Fatal(err)
	}
	w.shape().WriteHeader(http.StatusTeapot)
	if got := w.status.Load(); got != http.StatusOK || !rec.Flushed {
		t.Errorf("status %d, flushed %v; want 200, true", got, rec.Flushed)
	}
}

// server has all methods that net/http's writers have, and says which were called.
type server struct {
	plain

	calls map[string]int
	err   error
}

func (s server) called(name string) error {
	s.calls[name]++
	return s.err
}

func (s server) Flush()                                       { _ = s.called("Flush") }
func (s server) FlushError() error                            { return s.called("FlushError") }
func (s server) Hijack() (net.Conn, *bufio.ReadWriter, error) { return nil, nil, s.called("Hijack") }
func (s server) CloseNotify() <-chan bool                     { _ = s.called("CloseNotify"); return nil }
func (s server) ReadFrom(r io.Reader) (int64, error) {
	_ = s.called("ReadFrom")
	return io.Copy(io.Discard, r)
}
func (s server) WriteString(text string) (int, error) { return len(text), s.called("WriteString") }
func (s server) Push(string, *http.PushOptions) error { return s.called("Push") }

func TestWriterPassesCallsOn(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		bit  int
		call func(w http.ResponseWriter) error
		err  bool // of the server's reaches the caller
	}{
		{"FlushError", canFlush, func(w http.ResponseWriter) error { return w.(interface{ FlushError() error }).FlushError() }, true},
		{"FlushError", canFlush, func(w http.ResponseWriter) error { w.(http.Flusher).Flush(); return nil }, false},
		{"Hijack", canHijack, func(w http.ResponseWriter) error { _, _, err := w.(http.Hijacker).Hijack(); return err }, true},
		{"CloseNotify", canNotify, func(w http.ResponseWriter) error { w.(http.CloseNotifier).CloseNotify(); return nil }, false}, //nolint:staticcheck // as handlers do
		{"ReadFrom", canRead, func(w http.ResponseWriter) error {
			_, err := w.(io.ReaderFrom).ReadFrom(bytes.NewReader(nil))
			return err
		}, false},
		{"WriteString", canString, func(w http.ResponseWriter) error { _, err := w.(io.StringWriter).WriteString("x"); return err }, true},
		{"Push", canPush, func(w http.ResponseWriter) error { return w.(http.Pusher).Push("/x", nil) }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for set, combine := range combined {
				if set&tt.bit == 0 {
					continue
				}
				s := server{calls: make(map[string]int), err: broken}
				err := tt.call(combine(&writer{next: s}))
				if s.calls[tt.name] != 1 || len(s.calls) != 1 {
					t.Errorf("set %06b: calls %v, want one of %s", set, s.calls, tt.name)
				}
				if errors.Is(err, broken) != tt.err {
					t.Errorf("set %06b: error %v, want the server's: %v", set, err, tt.err)
				}
			}
		})
	}
}

func TestHijackThatFailsIsNone(t *testing.T) {
	w := &writer{next: server{calls: make(map[string]int), err: errors.New("broken")}}
	if _, _, err := w.hijack(); err == nil {
		t.Fatal("no error")
	}
	if w.hijacked.Load() || w.status.Load() != 0 {
		t.Errorf("hijacked %v, status %d", w.hijacked.Load(), w.status.Load())
	}
}

func TestCombineIsGenerated(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "run", "gen.go", "-dir", dir).CombinedOutput(); err != nil {
		t.Fatalf("go run gen.go: %v\n%s", err, out)
	}
	want, err := os.ReadFile(filepath.Join(dir, "combine.go"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("combine.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("combine.go is not what gen.go writes: run go generate")
	}
}
