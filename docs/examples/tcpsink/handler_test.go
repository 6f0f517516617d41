package tcpsink_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/docs/examples/tcpsink"
	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestContract(t *testing.T) {
	slogxtest.RunContract(t, func(t *testing.T) (slog.Handler, func() ([]map[string]any, error)) {
		t.Helper()
		s := newServer(t)
		h, err := tcpsink.NewHandler(&tcpsink.Options{Address: s.address, Dial: s.dial})
		if err != nil {
			t.Fatal(err)
		}
		return h, s.records
	})
}

func TestSinkByName(t *testing.T) {
	s := newServer(t)
	p, err := slogx.Build(slogx.WithLookuper(slogx.MapLookuper(map[string]string{
		"SLOGX_SINKS": "tcp", "SLOGX_TCP_ADDRESS": s.address,
	})))
	if err != nil {
		t.Fatal(err)
	}
	p.Logger().Info("hello", "to", "tcp")
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if line := <-s.lines; !strings.Contains(line, `"msg":"hello","to":"tcp"`) {
		t.Errorf("the server got %q", line)
	}
	if books := p.Stats().Sinks["tcp"]; books.Accepted != 1 || books.Delivered != 1 {
		t.Errorf("books %+v, want one delivered", books)
	}
}

func TestWrongAddressIsAnErrorOfBuild(t *testing.T) {
	_, err := slogx.Build(slogx.WithSinks("tcp"), slogx.WithLookuper(slogx.MapLookuper(map[string]string{"SLOGX_TCP_ADDRESS": "here"})))
	if err == nil || !strings.Contains(err.Error(), `want "host:port"`) {
		t.Errorf("error %v, want one that says what an address looks like", err)
	}
}

func TestServerThatIsAway(t *testing.T) {
	s := newServer(t)
	h, err := tcpsink.NewHandler(&tcpsink.Options{Address: s.address, Dial: s.dial})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(h)
	s.refuse(errors.New("no route"))
	log.Info("lost")
	if err := h.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "no route") {
		t.Errorf("health: %v", err)
	}
	s.refuse(nil)
	log.Info("arrives")
	s.hangUp()
	log.Info("arrives on a second connection")
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	books := h.Stats()
	if books.Accepted != 3 || books.Delivered != 2 || books.Dropped[chain.ReasonError] != 1 {
		t.Errorf("books %+v, want one of three dropped", books)
	}
	if err := h.Health(t.Context()); err != nil {
		t.Errorf("health: %v", err)
	}
}

// server takes connections and keeps what comes. It counts what the sink was told is written, so that it
// knows when all of it has come.
type server struct {
	address string
	lines   chan string

	mu       sync.Mutex
	changed  *sync.Cond
	written  int
	received bytes.Buffer
	refused  error
	conns    []net.Conn
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: l.Addr().String(), lines: make(chan string, 1)}
	s.changed = sync.NewCond(&s.mu)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { s.read(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.hangUp()
		wg.Wait()
	})
	return s
}

func (s *server) read(c net.Conn) {
	defer c.Close()
	for r := bufio.NewReader(c); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		select {
		case s.lines <- line:
		default:
		}
		s.mu.Lock()
		s.received.WriteString(line)
		s.changed.Broadcast()
		s.mu.Unlock()
	}
}

// records waits until all that was written has come.
func (s *server) records() ([]map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.received.Len() < s.written {
		s.changed.Wait()
	}
	var all []map[string]any
	for dec := json.NewDecoder(bytes.NewReader(s.received.Bytes())); ; {
		var m map[string]any
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
}

func (s *server) dial(ctx context.Context, network, address string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused != nil {
		return nil, s.refused
	}
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s.conns = append(s.conns, c)
	return counted{c, s}, nil
}

func (s *server) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = err
}

// hangUp closes the sink's connections under its hands.
func (s *server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		c.Close()
	}
	s.conns = nil
}

type counted struct {
	net.Conn

	s *server
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.s.mu.Lock()
	c.s.written += n
	c.s.mu.Unlock()
	return n, err
}
