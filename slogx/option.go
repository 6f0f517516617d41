package slogx

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

// Option sets up a pipeline. Options win over the environment, and of two that set the same the later
// one counts. The zero Option does nothing.
type Option struct{ apply func(*settings) }

// Options returns an Option that applies opts in turn. Packages that extend slogx build theirs from it.
func Options(opts ...Option) Option {
	return Option{func(s *settings) { s.applyAll(opts) }}
}

// Invalid returns an Option that reports err: [Build] returns it, [New] logs it. A nil err does nothing.
// Packages that extend slogx return it where their own options are wrong.
func Invalid(err error) Option {
	return Option{func(s *settings) { s.errs = append(s.errs, err) }}
}

// Preset is a set of defaults. See the package comment for what each holds.
type Preset string

// The presets.
const (
	PresetDefault     Preset = "default"     // synchronous, to standard output: a program that just exits loses nothing
	PresetDevelopment Preset = "development" // for a person: console, DEBUG, source
	PresetProduction  Preset = "production"  // for machines: JSON, behind a queue; call Shutdown
)

// WithPreset chooses the defaults that everything else is set upon. The default is [PresetDefault].
func WithPreset(p Preset) Option { return Option{func(s *settings) { s.preset = p }} }

// WithLevel sets the lowest level that is logged. It is asked for each record, so a [slog.LevelVar]
// changes it at run time; so does [Pipeline.Levels]. A nil l counts as unset.
func WithLevel(l slog.Leveler) Option {
	return Option{func(s *settings) {
		if l != nil {
			s.level = l
		}
	}}
}

// WithLevels sets levels by logger name: {"db": slog.LevelDebug} lets DEBUG through for the loggers "db"
// and "db.pool". See [Named]. Names that were set before keep their level.
func WithLevels(levels map[string]slog.Level) Option {
	levels = maps.Clone(levels)
	return Option{func(s *settings) { maps.Copy(s.levels, levels) }}
}

// Format is how the sinks that write text write it.
type Format string

// The formats.
const (
	FormatAuto    Format = "auto"    // console on a terminal, JSON elsewhere
	FormatJSON    Format = "json"    // package jsonlog
	FormatConsole Format = "console" // package console
	FormatText    Format = "text"    // slog.TextHandler: logfmt
)

// WithFormat sets the format of the sinks stdout, stderr and file. The default is [FormatAuto], with
// which files are JSON.
func WithFormat(f Format) Option { return Option{func(s *settings) { s.format = f }} }

// WithSchema sets the keys of JSON. The default is [jsonlog.SchemaSlog].
func WithSchema(schema jsonlog.Schema) Option { return Option{func(s *settings) { s.schema = schema }} }

// WithOutput makes the sink stdout write to w, and adds that sink if it is not among them. w is called
// by one goroutine at a time, unless it has a method WriteRecord (see package jsonlog), and never closed.
func WithOutput(w io.Writer) Option {
	return Option{func(s *settings) {
		if w == nil {
			s.errs = append(s.errs, errors.New("set up pipeline: WithOutput(nil): want a writer"))
			return
		}
		s.output = w
	}}
}

// WithSource adds the file and line of the log statement to records, or leaves them out.
func WithSource(on bool) Option { return Option{func(s *settings) { s.source = on }} }

// WithAttrs adds attributes to every record, at the top level.
func WithAttrs(attrs ...slog.Attr) Option {
	attrs = slices.Clone(attrs)
	return Option{func(s *settings) { s.attrs = append(s.attrs, attrs...) }}
}

// WithSink adds a sink: any handler. A pipeline with sinks of its own does not open the default one,
// stdout; name that with [WithSinks] to have both. The handler gets what the pipeline's level lets
// through and it is itself enabled for. It is asked to flush and to shut down if it has the methods, and
// never closed.
func WithSink(name string, h slog.Handler, opts ...SinkOption) Option {
	opts = slices.Clone(opts)
	return Option{func(s *settings) {
		sp := sinkSpec{name: name, handler: h}
		for _, o := range opts {
			if o.apply != nil {
				o.apply(&sp)
			}
		}
		s.sinks = append(s.sinks, sp)
	}}
}

// WithSinks names the sinks to open: stdout, stderr, file, and those of packages that register theirs.
// It replaces what SLOGX_SINKS names, not what WithSink adds.
func WithSinks(names ...string) Option {
	names = slices.Clone(names)
	return Option{func(s *settings) { s.sinkNames, s.sinksBy = names, "WithSinks" }}
}

// WithAsync puts a queue before the sinks stdout, stderr and file, so that no caller waits for them.
// A nil opts, and settings left at zero, mean what the environment says of queues. Call
// [Pipeline.Shutdown] before the program ends.
func WithAsync(opts *async.WriterOptions) Option {
	var o async.WriterOptions
	if opts != nil {
		o = *opts
	}
	return Option{func(s *settings) { s.async, s.queue = true, under(o, s.queue) }}
}

// WithSampling drops records by the rules of opts, in the place of what the environment says of sampling. With a
// nil opts the environment decides; if it says nothing, nothing is dropped until [Pipeline.Sampling] changes that.
func WithSampling(opts *sample.Options) Option {
	var o sample.Options
	if opts != nil {
		o = *opts
		o.Rules = slices.Clone(opts.Rules)
	}
	return Option{func(s *settings) {
		s.sampled = true
		if opts != nil {
			s.sampling = o
		}
	}}
}

// WithTail holds records back that would be dropped, in contexts of [tail.NewContext], until it is known how the
// request ends. A nil opts, and settings left at zero, mean what the environment says of tail. What is released
// goes to sinks whose minimum level is above it, too; see [NoTail].
func WithTail(opts *tail.Options) Option {
	var o tail.Options
	if opts != nil {
		o = *opts
	}
	return Option{func(s *settings) { s.tailed, s.tail = true, tailUnder(o, s.tail) }}
}

// WithEnricher adds enrichers behind those of the preset and the environment.
func WithEnricher(enrichers ...enrich.Enricher) Option {
	enrichers = slices.Clone(enrichers)
	return Option{func(s *settings) { s.enrichers = append(s.enrichers, enrichers...) }}
}

// WithFallback gives records that sink fails at to the sink called fallback, and all of them while it
// keeps failing, as package failover does. fallback may be one of the pipeline's sinks or the name of
// another, such as stderr, which is then opened for this. A sink has one fallback, the last that it was
// given. With a queue, the records of sink are queued as records and not as bytes.
func WithFallback(sink, fallback string) Option {
	return Option{func(s *settings) {
		s.fallbacks = slices.DeleteFunc(s.fallbacks, func(f fallbackSpec) bool { return f.sink == sink })
		s.fallbacks = append(s.fallbacks, fallbackSpec{sink, fallback})
	}}
}

// WithLookuper sets where the environment is read from instead of os.LookupEnv. See [MapLookuper].
func WithLookuper(l Lookuper) Option {
	return Option{func(s *settings) {
		if l != nil {
			s.lookuper = l
		}
	}}
}

// WithErrorHandler sets who is told of problems while the pipeline runs: a sink that fails, a file that
// cannot be rotated. f is called from any goroutine, at most once in 10 seconds for each part of the
// pipeline, and may log. Nil means a line on standard error.
func WithErrorHandler(f func(error)) Option { return Option{func(s *settings) { s.onError = f }} }

// Stage is a place in the pipeline for a handler of the user's or of a package that extends slogx. A
// record passes the stages in the order of the constants.
type Stage int

// The stages. Each stands behind our own handler of that name, if the pipeline has one.
const (
	StageObserve Stage = iota // sees every record that the level lets through
	StageSample               // may drop records before they cost more
	StageEnrich               // adds attributes
	StageRedact               // nothing behind it sees a secret
	StageTail                 // may hold records back
	stages       = iota
)

func (s Stage) String() string {
	names := [stages]string{"observe", "sample", "enrich", "redact", "tail"}
	if s < 0 || int(s) >= stages {
		return "unknown"
	}
	return names[s]
}

// WithHandler puts a handler around the rest of the pipeline at a stage. wrap is called once, with what
// comes behind; wrappers at one stage run in the order given.
func WithHandler(stage Stage, wrap func(slog.Handler) slog.Handler) Option {
	return Option{func(s *settings) {
		switch {
		case stage < 0 || stage >= stages:
			s.errorf("set up pipeline: WithHandler(%d, …): want one of the stages from StageObserve to StageTail", int(stage))
		case wrap == nil:
			s.errorf("set up pipeline: WithHandler(%v, nil): want a func", stage)
		default:
			s.wrappers[stage] = append(s.wrappers[stage], wrap)
		}
	}}
}

// WithStart runs f once, when the pipeline stands, on the goroutine of [Build] or [New]. An error of f is
// one of theirs.
func WithStart(f func(*Pipeline) error) Option {
	return Option{func(s *settings) {
		if f != nil {
			s.starts = append(s.starts, f)
		}
	}}
}

// SinkOption sets up one sink of [WithSink].
type SinkOption struct{ apply func(*sinkSpec) }

// MinLevel sets the lowest level that the sink gets. It is asked for each record.
func MinLevel(l slog.Leveler) SinkOption { return SinkOption{func(s *sinkSpec) { s.min = l }} }

// MaxLevel sets the highest level that the sink gets. It is asked for each record.
func MaxLevel(l slog.Leveler) SinkOption { return SinkOption{func(s *sinkSpec) { s.max = l }} }

// Filter sets which records of its levels the sink gets. See [fanout.Sink].
func Filter(f func(context.Context, slog.Record) bool) SinkOption {
	return SinkOption{func(s *sinkSpec) { s.filter = f }}
}

// NoTail keeps records from the sink that a tail buffer held and then released. See [WithTail].
func NoTail() SinkOption { return SinkOption{func(s *sinkSpec) { s.noTail = true }} }

// Queue puts a queue before the sink, so that no caller waits for it. Nil, and settings left at
// zero, mean what the environment says of queues. Do not use it for a sink that has a queue of its own.
func Queue(opts *async.Options) SinkOption {
	var o async.Options
	if opts != nil {
		o = *opts
	}
	return SinkOption{func(s *sinkSpec) { s.queue = &o }}
}
