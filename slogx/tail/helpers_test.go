package tail_test

import (
	"context"
	"log/slog"
	"sync"

	"github.com/slogx-go/slogx/slogx/chain"
)

// sink keeps the messages of records. It is enabled from a level on, and takes all that it is given.
type sink struct {
	level slog.Level
	see   func(ctx context.Context, top []slog.Attr, r slog.Record) error // nil: none

	mu   *sync.Mutex
	took *[]string
}

var _ chain.Handler = sink{}

func newSink(from slog.Level) sink {
	return sink{level: from, mu: new(sync.Mutex), took: new([]string)}
}

func (s sink) Enabled(_ context.Context, l slog.Level) bool { return l >= s.level }

func (s sink) Handle(ctx context.Context, r slog.Record) error { return s.HandleTop(ctx, nil, r) }

func (s sink) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	s.mu.Lock()
	*s.took = append(*s.took, r.Message)
	s.mu.Unlock()
	if s.see != nil {
		return s.see(ctx, top, r)
	}
	return nil
}

func (s sink) WithAttrs([]slog.Attr) slog.Handler { return s }
func (s sink) WithGroup(string) slog.Handler      { return s }

// messages returns the messages so far, and forgets them.
func (s sink) messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := *s.took
	*s.took = nil
	return got
}
