package slogx

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/console"
	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/internal/term"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/rotate"
)

// The names of our own sinks.
const (
	sinkStdout = "stdout"
	sinkStderr = "stderr"
	sinkFile   = "file"
)

// everything is the level of handlers that stand behind the one that decides.
const everything = slog.Level(math.MinInt)

// sink is a sink of the pipeline, open.
type sink struct {
	fanout.Sink
	queue   *async.Options // of the queue of records that it is to get; nil: none, or it has one
	text    string         // how it describes itself
	instead bool           // it is standard error, in the place of one that could not be opened
}

// openSinks opens every sink that s wants. Errors are in s, and those sinks became standard error.
func (s *settings) openSinks() []sink {
	names, by := s.sinkNames, s.sinksBy
	if names == nil && len(s.sinks) == 0 {
		names = []string{sinkStdout}
	}
	if s.output != nil && !slices.Contains(names, sinkStdout) {
		names = append(slices.Clone(names), sinkStdout)
	}
	var sinks []sink
	taken := make(map[string]bool)
	take := func(name, by string) bool {
		if name == "" || taken[name] {
			s.errorf("set up sink %q (%s): want a name that no other sink has", name, by)
			return false
		}
		taken[name] = true
		return true
	}
	for _, name := range names {
		if take(name, by) {
			sinks = append(sinks, s.openNamed(name, by))
		}
	}
	for _, sp := range s.sinks {
		if take(sp.name, "WithSink") {
			sinks = append(sinks, s.openSpec(sp))
		}
	}
	if len(sinks) == 0 {
		sinks = append(sinks, s.openNamed(sinkStderr, by))
	}
	return s.onceOnStderr(sinks)
}

// onceOnStderr leaves out sinks that became standard error where another of sinks is that already: nobody wants
// each record twice.
func (s *settings) onceOnStderr(sinks []sink) []sink {
	there := slices.ContainsFunc(sinks, func(sk sink) bool { return sk.Name == sinkStderr && !sk.instead })
	return slices.DeleteFunc(sinks, func(sk sink) bool {
		if !sk.instead || s.hasFallback(sk.Name) {
			return false
		}
		again := there
		there = true
		return again
	})
}

// openSpec opens a sink of WithSink.
func (s *settings) openSpec(sp sinkSpec) sink {
	if sp.handler == nil {
		s.errorf("set up sink %q: its handler is nil", sp.name)
		return s.openInstead(sp.name)
	}
	sp.min = s.usable(fmt.Sprintf("MinLevel of sink %q", sp.name), sp.min)
	sp.max = s.usable(fmt.Sprintf("MaxLevel of sink %q", sp.name), sp.max)
	sk := sink{text: fmt.Sprintf("%T", sp.handler)}
	sk.Name, sk.Handler = sp.name, sp.handler
	sk.Level, sk.MaxLevel, sk.Filter, sk.NoTail = sp.min, sp.max, sp.filter, sp.noTail
	if sp.min != nil {
		sk.text += fmt.Sprintf(", from %v", sp.min.Level())
	}
	if sp.max != nil {
		sk.text += fmt.Sprintf(", up to %v", sp.max.Level())
	}
	if sp.min != nil && sp.max != nil && sp.min.Level() > sp.max.Level() {
		s.errorf("set up sink %q: MinLevel %v is above MaxLevel %v, which leaves no records", sp.name, sp.min.Level(), sp.max.Level())
		sk.MaxLevel = nil
	}
	if sp.filter != nil {
		sk.text += ", filtered"
	}
	if sp.noTail {
		sk.text += ", no tail"
	}
	if sp.queue != nil {
		sk.queue = s.queueOptions(*sp.queue)
	}
	return sk
}

// queueOptions fills in what the settings say of all queues.
func (s *settings) queueOptions(o async.Options) *async.Options {
	all := under(async.WriterOptions{
		Capacity: o.Bytes, Overflow: o.Overflow, Keep: o.Keep, FlushLevel: o.FlushLevel,
		MaxWait: o.MaxWait, KeepWait: o.KeepWait, OnError: o.OnError,
	}, s.queue)
	if all.OnError == nil {
		all.OnError = s.onError
	}
	return &async.Options{
		Records: cmp.Or(o.Records, s.records), Bytes: all.Capacity, Overflow: all.Overflow,
		Keep: all.Keep, FlushLevel: all.FlushLevel, MaxWait: all.MaxWait, KeepWait: all.KeepWait,
		OnError: all.OnError,
	}
}

// under returns o with the settings of base where o has none.
func under(o, base async.WriterOptions) async.WriterOptions {
	o.Capacity = cmp.Or(o.Capacity, base.Capacity)
	o.Overflow = cmp.Or(o.Overflow, base.Overflow)
	o.MaxWait = cmp.Or(o.MaxWait, base.MaxWait)
	o.KeepWait = cmp.Or(o.KeepWait, base.KeepWait)
	o.FlushInterval = cmp.Or(o.FlushInterval, base.FlushInterval)
	if o.Keep == nil {
		o.Keep = base.Keep
	}
	if o.FlushLevel == nil {
		o.FlushLevel = base.FlushLevel
	}
	if o.OnError == nil {
		o.OnError = base.OnError
	}
	return o
}

// openNamed opens one of our sinks, or one that a linked package registered. by is who named it.
func (s *settings) openNamed(name, by string) sink {
	switch name {
	case sinkStdout:
		if s.output != nil {
			return s.textSink(name, s.output, "the given writer")
		}
		return s.textSink(name, os.Stdout, "standard output")
	case sinkStderr:
		return s.textSink(name, os.Stderr, "standard error")
	case sinkFile:
		return s.openFile(by)
	}
	open, ok := registeredSink(name)
	if !ok {
		s.errorf("open sink %q (%s): %w", name, by, errUnknownSink(name))
		return s.openInstead(name)
	}
	h, err := openSafely(func() (slog.Handler, error) {
		return open(context.Background(), SinkConfig{
			Name: name, Lookuper: filled{s.lookuper}, Level: everything,
			Format: s.format, Schema: s.schema, GCPProject: s.gcpProject, Source: s.source,
			Service: s.service, Version: s.version, Environment: s.environment,
			OnError: s.reportFunc(),
		})
	})
	if err != nil {
		s.errorf("open sink %q (%s): %w", name, by, err)
		return s.openInstead(name)
	}
	return sink{Sink: fanout.Sink{Name: name, Handler: h}, text: fmt.Sprintf("%T", h)}
}

// openInstead stands in for a sink that could not be opened: its records go to standard error.
func (s *settings) openInstead(name string) sink {
	sk := s.textSink(name, os.Stderr, "standard error, instead")
	sk.instead = true
	return sk
}

// openFile opens the sink file.
func (s *settings) openFile(by string) sink {
	if s.filePath == "" {
		s.errorf("open sink %q (%s): %sFILE_PATH is not set: want the path of a file", sinkFile, by, prefix)
		return s.openInstead(sinkFile)
	}
	opts := s.file
	opts.OnError = s.onError
	f, err := rotate.Open(s.filePath, &opts)
	if err != nil {
		s.errorf("open sink %q (%sFILE_PATH=%q): %w", sinkFile, prefix, s.filePath, err)
		return s.openInstead(sinkFile)
	}
	return s.textSink(sinkFile, f, s.filePath)
}

// textSink returns a sink that writes text to w, behind a queue if there is to be one. If w is a
// *rotate.File, the sink closes it when it is shut down.
func (s *settings) textSink(name string, w io.Writer, where string) sink {
	format := s.formatFor(w)
	text := []string{where, s.describe(format)}
	end := slog.DiscardHandler
	if f, ok := w.(*rotate.File); ok {
		end = fileEnd{end, f}
	}
	sk := sink{Sink: fanout.Sink{Name: name}}
	switch {
	case s.async && s.hasFallback(name):
		sk.queue = s.queueOptions(async.Options{})
	case s.async:
		opts := s.queue
		if opts.OnError == nil {
			opts.OnError = s.onError
		}
		q := async.NewWriter(w, &opts)
		w, end = q, queueEnd{q, end}
		text = append(text, fmt.Sprintf("queue of bytes (%s)", overflow(opts.Overflow)))
	}
	h := s.encoder(w, format)
	if end != slog.DiscardHandler {
		h = &textHandler{chain.Adapt(h), end}
	}
	sk.Handler, sk.text = h, strings.Join(text, ", ")
	return sk
}

func overflow(o async.Overflow) async.Overflow { return cmp.Or(o, async.Block) }

func (s *settings) describe(f Format) string {
	if f == FormatJSON && s.schema != jsonlog.SchemaSlog {
		return fmt.Sprintf("json (%s)", s.schema)
	}
	return string(f)
}

// formatFor is the format for w where the settings leave it open.
func (s *settings) formatFor(w io.Writer) Format {
	if s.format != FormatAuto {
		return s.format
	}
	if term.IsTerminal(w) {
		return FormatConsole
	}
	return FormatJSON
}

// encoder returns the handler that writes f to w.
func (s *settings) encoder(w io.Writer, f Format) slog.Handler {
	switch f {
	case FormatConsole:
		return console.NewHandler(w, &console.Options{
			AddSource: s.source, Level: everything, Lookup: filled{s.lookuper}.Lookup,
		})
	case FormatText:
		return slog.NewTextHandler(w, &slog.HandlerOptions{AddSource: s.source, Level: everything})
	default:
		return jsonlog.NewHandler(w, &jsonlog.Options{
			AddSource: s.source, Level: everything, Schema: s.schema, GCPProject: s.gcpProject,
		})
	}
}
