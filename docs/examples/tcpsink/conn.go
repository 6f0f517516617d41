package tcpsink

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// writeTimeout is how long a connection may take a batch of lines before it counts as broken.
const writeTimeout = 10 * time.Second

// conn is an io.Writer that connects when it is first used, and again when the connection broke. The queue
// calls Write from one goroutine at a time.
type conn struct {
	address string
	dial    func(ctx context.Context, network, address string) (net.Conn, error)

	mu  sync.Mutex
	c   net.Conn
	err error // of the last Write
}

// Write sends p, which is whole lines, over one connection: where one broke, all of p goes over a new one, and
// some lines may arrive twice. It takes all or nothing, so that no connection begins inside a line.
func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = c.send(p)
	if c.err == nil {
		return len(p), nil
	}
	if c.c != nil { // the server may have gone since the last batch: once more
		c.drop()
		c.err = c.send(p)
	}
	if c.err == nil {
		return len(p), nil
	}
	c.drop()
	return 0, fmt.Errorf("send to %s: %w", c.address, c.err)
}

func (c *conn) send(p []byte) error {
	if c.c == nil {
		ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
		defer cancel()
		fresh, err := c.dial(ctx, "tcp", c.address)
		if err != nil {
			return err
		}
		c.c = fresh
	}
	if err := c.c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err := c.c.Write(p)
	return err
}

// drop closes a connection that broke. The caller holds c.mu.
func (c *conn) drop() {
	if c.c != nil {
		_ = c.c.Close() // it is broken already
		c.c = nil
	}
}

func (c *conn) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.c == nil {
		return nil
	}
	err := c.c.Close()
	c.c = nil
	return err
}

func (c *conn) health() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
