package sample

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// sink counts records, and hands them to see if there is one.
type sink struct {
	n   *atomic.Int64
	see func(ctx context.Context, top []slog.Attr, r slog.Record)
}

var _ chain.Handler = sink{}

func newSink() sink { return sink{n: new(atomic.Int64)} }

func (s sink) Enabled(context.Context, slog.Level) bool { return true }

func (s sink) Handle(ctx context.Context, r slog.Record) error { return s.HandleTop(ctx, nil, r) }

func (s sink) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	s.n.Add(1)
	if s.see != nil {
		s.see(ctx, top, r)
	}
	return nil
}

func (s sink) WithAttrs([]slog.Attr) slog.Handler { return s }

func (s sink) WithGroup(string) slog.Handler { return s }

func record(l slog.Level, msg string) slog.Record { return slog.NewRecord(time.Now(), l, msg, 0) }

// fixed returns random bits that are the same in each run. It is for one goroutine.
func fixed() func() uint64 { return rand.New(rand.NewPCG(1, 2)).Uint64 }

func one(r Rule) *Options { return &Options{Rules: []Rule{r}, Rand: fixed()} }
