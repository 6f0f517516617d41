package sample

import (
	"log/slog"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

type null struct{ sink }

func (null) WithAttrs([]slog.Attr) slog.Handler { return null{newSink()} }

var benchCases = []struct {
	name string
	opts Options
}{
	{"no rule", Options{}},
	{"probability", Options{Rules: []Rule{{Probability: 0.5}}}},
	{"trace", Options{Rules: []Rule{{TraceRatio: 0.5}}}},
	{"first", Options{Rules: []Rule{{First: 100, Thereafter: 100}}}},
	{"rate", Options{Rules: []Rule{{Rate: 100}}}},
	{"target", Options{Rules: []Rule{{Target: 100}}}},
	{"fold", Options{Fold: time.Hour}},
	{"weight", Options{Weight: true, Rules: []Rule{{Probability: 0.5}}}},
}

func BenchmarkHandle(b *testing.B) {
	ctx := tracectx.NewContext(b.Context(), tracectx.New())
	r := record(slog.LevelInfo, "request served")
	for _, bb := range benchCases {
		b.Run(bb.name+"/slogx", func(b *testing.B) {
			h := NewHandler(null{newSink()}, &bb.opts)
			b.ReportAllocs()
			for b.Loop() {
				_ = h.Handle(ctx, r)
			}
		})
	}
	b.Run("parallel/slogx", func(b *testing.B) {
		h := NewHandler(null{newSink()}, &Options{Rules: []Rule{{First: 100, Thereafter: 100}}})
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_ = h.Handle(ctx, r)
			}
		})
	})
}

var _ chain.Handler = null{}
