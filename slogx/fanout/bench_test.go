package fanout

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

// nullTop takes everything, also top-level attributes, and does nothing.
type nullTop struct{ sinkFunc }

func (nullTop) Handle(context.Context, slog.Record) error                 { return nil }
func (nullTop) HandleTop(context.Context, []slog.Attr, slog.Record) error { return nil }
func (n nullTop) WithAttrs([]slog.Attr) slog.Handler                      { return n }
func (n nullTop) WithGroup(string) slog.Handler                           { return n }

func BenchmarkHandle(b *testing.B) {
	r := newRecord(slog.LevelInfo, "m")
	r.AddAttrs(slog.Int("a", 1), slog.Int("b", 2), slog.Int("c", 3), slog.Int("d", 4), slog.Int("e", 5))
	for _, n := range []int{1, 3} {
		var counted, own []Sink
		var multi []slog.Handler
		for range n {
			counted = append(counted, Sink{Handler: nullTop{}})
			own = append(own, Sink{Handler: nullTop{}, Stats: func() chain.Stats { return chain.Stats{} }})
			multi = append(multi, nullTop{})
		}
		peers := []struct {
			name string
			h    slog.Handler
		}{
			{"counted", NewHandler(counted...)},
			{"ownbooks", NewHandler(own...)},
			{"slogmulti", slog.NewMultiHandler(multi...)},
		}
		for _, p := range peers {
			b.Run(fmt.Sprintf("sinks%d/%s", n, p.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = p.h.Handle(b.Context(), r)
				}
			})
			b.Run(fmt.Sprintf("sinks%d-parallel/%s", n, p.name), func(b *testing.B) {
				b.ReportAllocs()
				ctx := b.Context()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						_ = p.h.Handle(ctx, r)
					}
				})
			})
		}
	}
}
