package slogx

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/internal/guard"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/sample"
)

// Pipeline is a stack of handlers with what belongs to it. It is safe for concurrent use.
type Pipeline struct {
	handler  slog.Handler
	levels   *level.Controller
	sinks    *fanout.Handler
	standIns []standIn
	queues   map[string]func() async.Usage
	sampling *sample.Controller
	counts   []func(*Stats) // by the handlers before the fan-out
	text     string
}

// Stats are the books of a pipeline.
type Stats struct {
	// Sinks are the books of each sink, by its name. Each adds up at any time, see [chain.Stats].
	Sinks map[string]chain.Stats

	// Sampled counts records that sampling dropped, Held those that a tail buffer holds back now,
	// Discarded those that one held and then let go. No sink was given any of them.
	Sampled, Held, Discarded uint64

	// Filtered counts records that handlers of package filter dropped before the sinks.
	Filtered uint64
}

// Build makes a pipeline of the defaults of a preset, the environment (SLOGX_*) and opts, of which the
// later win. It returns all errors joined, each with the setting, its value and what would be right, and
// then shuts down all sinks, those it was given too.
func Build(opts ...Option) (*Pipeline, error) {
	s := resolve(opts)
	p, errs := build(s)
	if len(errs) == 0 {
		s.warnOf(p)
		return p, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), abandonAfter)
	defer cancel()
	return nil, errors.Join(append(errs, p.Shutdown(ctx))...)
}

// abandonAfter is how long a Build that fails waits for sinks to shut down. They have next to nothing to
// hand on.
const abandonAfter = 5 * time.Second

// build stacks the handlers: the last that a record passes comes first. Errors leave a pipeline with
// safe defaults.
func build(s *settings) (*Pipeline, []error) {
	sinks := s.openSinks()
	p := &Pipeline{standIns: s.addFallbacks(sinks)}
	ends := make([]fanout.Sink, len(sinks))
	for i, sk := range sinks {
		ends[i] = sk.Sink
		ends[i].OnError = s.onError
	}
	p.sinks = fanout.NewHandler(ends...)
	p.findQueues(sinks)

	var h slog.Handler = p.sinks
	h = s.wrapTail(s.wrap(StageTail, h))
	h = s.wrap(StageRedact, h)
	if s.maskAll {
		h = masker{chain.Adapt(h)}
	}
	h = enrich.NewHandler(s.wrap(StageEnrich, h), s.enrichers...)
	h = s.wrapSampling(s.wrap(StageSample, h))
	h = s.wrap(StageObserve, h)
	p.levels = level.NewController(s.level)
	for _, name := range slices.Sorted(maps.Keys(s.levels)) {
		if err := p.levels.Set(name, s.levels[name], 0); err != nil {
			s.errorf("set up levels: %w", err)
		}
	}
	p.handler = level.NewHandler(h, p.levels).WithAttrs(s.allAttrs())
	p.findBooks()
	p.text = s.describePipeline(p, sinks)
	for _, start := range s.starts {
		if _, err := openSafely(func() (bool, error) { return true, start(p) }); err != nil {
			s.errorf("start pipeline: %w", err)
		}
	}
	return p, slices.DeleteFunc(s.errs, func(err error) bool { return err == nil })
}

// wrap puts the handlers of one stage around next. A wrapper that panics or returns nothing is left out.
func (s *settings) wrap(stage Stage, next slog.Handler) slog.Handler {
	for _, wrap := range slices.Backward(s.wrappers[stage]) {
		h, err := openSafely(func() (slog.Handler, error) { return wrap(next), nil })
		if err != nil {
			s.errorf("set up stage %v: WithHandler: %w", stage, err)
			s.maskAll = s.maskAll || stage == StageRedact
			continue
		}
		next = leading(h, next)
	}
	return next
}

// allAttrs are the attributes of every record.
func (s *settings) allAttrs() []slog.Attr {
	var attrs []slog.Attr
	for _, a := range []slog.Attr{
		slog.String("service.name", s.service),
		slog.String("service.version", s.version),
		slog.String("deployment.environment.name", s.environment),
	} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	return append(attrs, s.attrs...)
}

// Logger returns a logger on the pipeline.
func (p *Pipeline) Logger() *slog.Logger { return slog.New(p.handler) }

// Handler returns the pipeline's first handler.
func (p *Pipeline) Handler() slog.Handler { return p.handler }

// Levels returns the controller of the pipeline's levels, by which they change while the program runs.
func (p *Pipeline) Levels() *level.Controller { return p.levels }

// Flush waits until what was logged before is with the sinks, or ctx is done.
func (p *Pipeline) Flush(ctx context.Context) error { return chain.Flush(ctx, p.handler) }

// Shutdown hands on what is queued, and closes what the pipeline opened, but not what it was given. It
// returns when that is done, or with an error that says what is left when ctx is done. Later calls do no
// harm. Records that are logged afterwards go straight to sinks that are still open; those for a file
// that was closed are counted as dropped.
func (p *Pipeline) Shutdown(ctx context.Context) error { return shutdown(ctx, p.handler) }

// shutdown empties all queues before it closes anything: a sink may be the fallback of a later one.
func shutdown(ctx context.Context, h slog.Handler) error {
	_ = chain.Flush(ctx, h) // what it could not do, Shutdown reports
	return chain.Shutdown(ctx, h)
}

// Stats returns the books.
func (p *Pipeline) Stats() Stats {
	sinks := p.sinks.Stats()
	for _, f := range p.standIns {
		sinks[f.sink] = add(sinks[f.sink], f.books())
	}
	st := Stats{Sinks: sinks}
	for _, count := range p.counts {
		count(&st)
	}
	return st
}

// findBooks finds the handlers before the fan-out that keep books, those that joined by [WithHandler] too, and
// what changes sampling.
func (p *Pipeline) findBooks() {
	count := func(f func(*Stats)) { p.counts = append(p.counts, f) }
	chain.Walk(p.handler, func(h slog.Handler) bool {
		if b, ok := h.(interface{ Sampled() uint64 }); ok {
			count(func(st *Stats) { st.Sampled += b.Sampled() })
		}
		if b, ok := h.(interface{ Held() uint64 }); ok {
			count(func(st *Stats) { st.Held += b.Held() })
		}
		if b, ok := h.(interface{ Discarded() uint64 }); ok {
			count(func(st *Stats) { st.Discarded += b.Discarded() })
		}
		if b, ok := h.(interface{ Dropped() uint64 }); ok {
			count(func(st *Stats) { st.Filtered += b.Dropped() })
		}
		if s, ok := h.(*sample.Handler); ok && p.sampling == nil {
			p.sampling = s.Controller()
		}
		_, end := h.(*fanout.Handler)
		return !end
	})
}

// findQueues finds the queue of each sink, and of each fallback that was opened for this.
func (p *Pipeline) findQueues(sinks []sink) {
	p.queues = make(map[string]func() async.Usage)
	find := func(name string, h slog.Handler) {
		if q, ok := guard.Find[interface{ Usage() async.Usage }](h); ok {
			p.queues[name] = q.Usage
		}
	}
	for _, sk := range sinks {
		find(sk.Name, sk.Handler)
	}
	for _, f := range p.standIns {
		find(f.sink, f.opened)
	}
}

// Queues returns how full the queues are, by the name of the sink. A sink with a queue of its own is among them if
// it, or a handler behind it, has a method Usage() async.Usage.
func (p *Pipeline) Queues() map[string]async.Usage {
	usage := make(map[string]async.Usage, len(p.queues))
	for name, of := range p.queues {
		usage[name] = of()
	}
	return usage
}

// Sampling returns what changes sampling while the program runs, for good or for a while, or nil if the pipeline
// has none. See [WithSampling].
func (p *Pipeline) Sampling() *sample.Controller { return p.sampling }

// SetObserver has o told of what the handlers of the pipeline measure, with the label sink where it comes from one
// of the sinks; see package chain. It replaces the observer that was set before. Nil ends that.
func (p *Pipeline) SetObserver(o chain.Observer) {
	chain.SetObserver(p.handler, o)
	for _, f := range p.standIns {
		chain.SetObserver(f.opened, fanout.Named(f.sink, o))
	}
}

// Health asks each sink what is wrong with it: nil if it took its last record, or says that it is well.
func (p *Pipeline) Health(ctx context.Context) map[string]error { return p.sinks.Health(ctx) }

// String shows the pipeline stage by stage, as it was built.
func (p *Pipeline) String() string { return p.text }
