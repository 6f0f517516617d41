package slogx

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/rotate"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

// settings is what preset, environment and options, applied in this order, come to.
type settings struct {
	preset                        Preset
	level                         slog.Leveler
	levels                        map[string]slog.Level
	format                        Format
	schema                        jsonlog.Schema
	gcpProject                    string
	source                        bool
	service, version, environment string
	attrs                         []slog.Attr

	enrichers    []enrich.Enricher
	enricherText []string // the names of those that have one
	wrappers     [stages][]func(slog.Handler) slog.Handler
	sampled      bool
	sampling     sample.Options
	tailed       bool
	tail         tail.Options

	sinkNames []string // nil: nobody named any
	sinksBy   string   // who named them
	sinks     []sinkSpec
	fallbacks []fallbackSpec
	output    io.Writer // of the sink stdout; nil: standard output
	filePath  string
	file      rotate.Options
	async     bool
	queue     async.WriterOptions // of sinks that write text
	records   int                 // of queues of records, unless they say themselves

	lookuper Lookuper
	onError  func(error)
	starts   []func(*Pipeline) error
	errs     []error

	presetWrong    bool // it fell back to the default
	redactionNamed bool // SLOGX_USE names it
	noRedaction    bool // SLOGX_USE says no to it
	maskAll        bool // it was asked for and cannot be had
	unredacted     bool // nobody asked, and nobody said no
}

// sinkSpec is a sink of WithSink.
type sinkSpec struct {
	name     string
	handler  slog.Handler
	min, max slog.Leveler
	filter   func(context.Context, slog.Record) bool
	noTail   bool
	queue    *async.Options // nil: none
}

type fallbackSpec struct{ sink, fallback string }

func (s *settings) applyAll(opts []Option) {
	for _, o := range opts {
		if o.apply != nil {
			o.apply(s)
		}
	}
}

func (s *settings) errorf(format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf(format, args...))
}

// resolve returns the settings that opts come to together with preset and environment. Wrong ones are in
// errs, and have their defaults.
func resolve(opts []Option) *settings {
	// Where to look and on what to build must be known before the rest.
	first := &settings{levels: map[string]slog.Level{}}
	first.applyAll(opts)

	s := &settings{levels: map[string]slog.Level{}, lookuper: first.lookuper, onError: first.onError}
	if s.lookuper == nil {
		s.lookuper = osLookuper{}
	}
	env, errs := readConfig(s.lookuper)
	s.errs = errs
	s.preset = cmp.Or(first.preset, env.Preset.value)
	s.presetWrong = s.preset == "" && env.Preset.err != nil
	s.applyPreset()
	preset := s.preset
	env.apply(s)
	s.settleRedaction(len(first.wrappers[StageRedact]) > 0)
	s.applyAll(opts)
	s.preset = preset
	s.check()
	return s
}

func (s *settings) applyPreset() {
	s.level, s.format, s.schema = slog.LevelInfo, FormatAuto, jsonlog.SchemaSlog
	s.enrichers = []enrich.Enricher{enrich.ContextAttrs(), enrich.Trace()}
	s.enricherText = []string{"context", "trace"}
	switch s.preset {
	case PresetDefault, "":
		s.preset = PresetDefault
	case PresetDevelopment:
		s.level, s.format, s.source = slog.LevelDebug, FormatConsole, true
	case PresetProduction:
		s.format, s.async = FormatJSON, true
	default:
		s.errorf("set up pipeline: preset %q: want %s, %s or %s", string(s.preset), PresetDefault, PresetDevelopment, PresetProduction)
		s.preset, s.presetWrong = PresetDefault, true
	}
}

// check puts the defaults in the place of what options set wrong.
func (s *settings) check() {
	if s.level = s.usable("level", s.level); s.level == nil {
		s.level = slog.LevelInfo
	}
	switch s.format {
	case FormatAuto, FormatJSON, FormatConsole, FormatText:
	default:
		s.errorf("set up pipeline: format %q: want %s, %s, %s or %s", string(s.format), FormatAuto, FormatJSON, FormatConsole, FormatText)
		s.format = FormatAuto
	}
	if err := (&jsonlog.Options{Schema: s.schema}).Validate(); err != nil {
		s.errorf("set up pipeline: %w", err)
		s.schema = jsonlog.SchemaSlog
	}
	if err := (&jsonlog.Options{GCPProject: s.gcpProject}).Validate(); err != nil {
		s.errorf("%sGCP_PROJECT=%q: %w", prefix, s.gcpProject, err)
		s.gcpProject = ""
	}
	if err := s.queue.Validate(); err != nil {
		s.errorf("set up pipeline: %w", err)
		s.queue = async.WriterOptions{}
	}
	if err := s.sampling.Validate(); err != nil {
		s.errorf("set up pipeline: %w", err)
		s.sampling = sample.Options{}
	}
	if err := s.tail.Validate(); err != nil {
		s.errorf("set up pipeline: %w", err)
		s.tail = tail.Options{}
	}
	for i, sp := range s.sinks {
		if sp.queue == nil {
			continue
		}
		if err := sp.queue.Validate(); err != nil {
			s.errorf("set up sink %q: %w", sp.name, err)
			s.sinks[i].queue = &async.Options{}
		}
	}
	for i, e := range s.enrichers {
		if e == nil {
			s.errorf("set up pipeline: enricher %d is nil: want a func", i+1)
			s.enrichers[i] = func(_ context.Context, attrs []slog.Attr) []slog.Attr { return attrs }
		}
	}
}

// usable returns l, or nil if it panics when asked, as a nil *slog.LevelVar does.
func (s *settings) usable(what string, l slog.Leveler) slog.Leveler {
	if l == nil {
		return nil
	}
	if _, err := openSafely(func() (slog.Level, error) { return l.Level(), nil }); err != nil {
		s.errorf("set up %s: ask a %T for its level: %w", what, l, err)
		return nil
	}
	return l
}
