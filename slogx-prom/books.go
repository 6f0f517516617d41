package slogxprom

import (
	"log/slog"
	"maps"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/failover"
	"github.com/slogx-go/slogx/slogx/fanout"
)

// spool is a sink that keeps records on disk: how many bytes they take, and when the oldest was logged, the
// zero time if there is none.
type spool interface {
	Spool() (bytes int64, oldest time.Time)
}

// books are where the numbers come from that are asked for at each scrape.
type books struct {
	stats  func() slogx.Stats
	queues func() map[string]async.Usage
	spools map[string]spool
}

func booksOfPipeline(p *slogx.Pipeline) books {
	b := books{stats: p.Stats, queues: p.Queues, spools: make(map[string]spool)}
	for name, h := range sinksOf(p.Handler(), "") {
		b.addSpool(name, h)
	}
	return b
}

// booksOf returns the books of the sinks behind h: those of a fan-out by their names, or a single one called
// name.
func booksOf(h slog.Handler, name string) books {
	var (
		sinks    = sinksOf(h, name)
		kept     = make(map[string]interface{ Stats() chain.Stats })
		used     = make(map[string]interface{ Usage() async.Usage })
		fans     []*fanout.Handler
		samplers []interface{ Sampled() uint64 }
	)
	chain.Walk(h, func(h slog.Handler) bool {
		switch h := h.(type) {
		case *fanout.Handler:
			fans = append(fans, h)
		case interface{ Sampled() uint64 }:
			samplers = append(samplers, h)
		}
		return true
	})
	b := books{spools: make(map[string]spool)}
	for name, h := range sinks {
		b.addSpool(name, h)
		if k, ok := find[interface{ Stats() chain.Stats }](h); ok {
			kept[name] = k
		}
		if u, ok := find[interface{ Usage() async.Usage }](h); ok {
			used[name] = u
		}
	}
	b.stats = func() slogx.Stats {
		st := slogx.Stats{Sinks: make(map[string]chain.Stats)}
		for name, k := range kept {
			st.Sinks[name] = k.Stats()
		}
		for _, fan := range fans {
			maps.Copy(st.Sinks, fan.Stats())
		}
		for _, s := range samplers {
			st.Sampled += s.Sampled()
		}
		return st
	}
	b.queues = func() map[string]async.Usage {
		usage := make(map[string]async.Usage, len(used))
		for name, u := range used {
			usage[name] = u.Usage()
		}
		return usage
	}
	return b
}

func (b *books) addSpool(name string, h slog.Handler) {
	if s, ok := find[spool](h); ok {
		b.spools[name] = s
	}
}

// sinksOf returns the sinks behind h by their names: those of the fan-outs or, if there is none, h itself as
// the sink called name.
func sinksOf(h slog.Handler, name string) map[string]slog.Handler {
	sinks := make(map[string]slog.Handler)
	chain.Walk(h, func(h slog.Handler) bool {
		fan, ok := h.(*fanout.Handler)
		if !ok {
			return true
		}
		ends := fan.Unwrap()
		for i, name := range fan.Names() {
			sinks[name] = ends[i]
		}
		return false
	})
	if len(sinks) == 0 {
		sinks[name] = h
	}
	return sinks
}

// find returns the first T of h and the handlers behind it, down to where the chain branches. Of a failover it
// looks at the primary: the fallback is a sink by itself.
func find[T any](h slog.Handler) (found T, ok bool) {
	for h != nil {
		if found, ok = h.(T); ok {
			return found, true
		}
		switch u := h.(type) {
		case *failover.Handler:
			h = u.Unwrap()[0]
		case interface{ Unwrap() slog.Handler }:
			h = u.Unwrap()
		default:
			return found, false
		}
	}
	return found, false
}

// label returns s as the value of a label, which must be UTF-8.
func label(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strconv.Quote(s)
}
