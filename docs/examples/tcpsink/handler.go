package tcpsink

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// Options are the options of [NewHandler].
type Options struct {
	// Address is the host and port to send to. It must be set.
	Address string

	// Level is the lowest level that is sent. It is asked for each record. Nil means slog.LevelInfo.
	Level slog.Leveler

	// Schema is the keys of the JSON. Empty means [jsonlog.SchemaSlog].
	Schema jsonlog.Schema

	// Queue is the queue before the connection. Nil means the defaults of package async.
	Queue *async.WriterOptions

	// Dial connects. Nil means a [net.Dialer] with a timeout of 5 s.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Validate returns what is wrong with o.
func (o *Options) Validate() error {
	if _, _, err := net.SplitHostPort(o.Address); err != nil {
		return errors.Join(errors.New(`set up tcpsink: Address: want "host:port"`), err)
	}
	return errors.Join((&jsonlog.Options{Schema: o.Schema}).Validate(), o.Queue.Validate())
}

// Handler sends records as lines of JSON over TCP. It is safe for concurrent use. Records wait in a queue of
// its own: do not put another before it, and call Shutdown before the program ends.
type Handler struct {
	chain.Handler // encodes into the queue

	queue *async.Writer
	conn  *conn
}

// NewHandler returns a Handler, or what is wrong with opts. It does not connect before the first record.
func NewHandler(opts *Options) (*Handler, error) {
	if opts == nil {
		opts = &Options{}
	}
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	c := &conn{address: opts.Address, dial: opts.Dial}
	if c.dial == nil {
		c.dial = (&net.Dialer{Timeout: 5 * time.Second}).DialContext
	}
	queue := async.NewWriter(c, opts.Queue)
	return &Handler{
		Handler: jsonlog.NewHandler(queue, &jsonlog.Options{Level: opts.Level, Schema: opts.Schema}),
		queue:   queue,
		conn:    c,
	}, nil
}

// WithAttrs implements [slog.Handler].
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return h.clone(h.Handler.WithAttrs(attrs))
}

// WithGroup implements [slog.Handler].
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.clone(h.Handler.WithGroup(name))
}

func (h *Handler) clone(encoder slog.Handler) *Handler {
	h2 := *h
	h2.Handler = chain.Adapt(encoder)
	return &h2
}

// Flush waits until what was logged before is with the kernel, or ctx is done.
func (h *Handler) Flush(ctx context.Context) error { return h.queue.Flush(ctx) }

// Shutdown sends what is queued and closes the connection. It returns when that is done, or with an error
// when ctx is done. Records that come later open a connection of their own.
func (h *Handler) Shutdown(ctx context.Context) error {
	return errors.Join(h.queue.Shutdown(ctx), h.conn.close())
}

// Stats returns the books.
func (h *Handler) Stats() chain.Stats { return h.queue.Stats() }

// Health returns the error of the last attempt to send, or nil.
func (h *Handler) Health(context.Context) error { return h.conn.health() }
