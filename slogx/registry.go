package slogx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/slogx-go/slogx/slogx/internal/report"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// SinkConfig is what a registered sink is opened with.
type SinkConfig struct {
	Name     string   // the name it is opened under
	Lookuper Lookuper // finds variables by their whole names; one that is set to nothing is not found

	// Level is for the sink's own handler: it lets everything through, since the pipeline's levels, by
	// logger name too, are decided before.
	Level slog.Leveler

	Format                        Format
	Schema                        jsonlog.Schema
	GCPProject                    string // of the trace ids, for the schema gcp
	Source                        bool
	Service, Version, Environment string
	OnError                       func(error) // never nil; limits nothing by itself
}

// ExtensionConfig is what a registered extension is opened with.
type ExtensionConfig struct {
	Name                          string
	Lookuper                      Lookuper // as in SinkConfig
	Service, Version, Environment string
	OnError                       func(error) // never nil; limits nothing by itself
}

type (
	openSink      func(context.Context, SinkConfig) (slog.Handler, error)
	openExtension func(context.Context, ExtensionConfig) (Option, error)
)

// RegisterSink makes a sink known to [WithSinks] and SLOGX_SINKS. open is called once for each pipeline
// that names the sink; the handler it returns is asked to flush and to shut down if it has the methods.
// Packages call RegisterSink in an init func. A name that is registered twice means the later one; the
// names stdout, stderr and file are ours. An empty name or a nil func is reported on standard error.
func RegisterSink(name string, open func(context.Context, SinkConfig) (slog.Handler, error)) {
	register(&registry.sinks, "sink", name, open, open == nil)
}

// RegisterExtension makes an extension known to SLOGX_USE. open is called once for each pipeline that
// names it, and returns what it adds. Packages call RegisterExtension in an init func. The case of names
// does not count, and one that is registered twice means the later one. An empty name or a nil func is
// reported on standard error.
//
// The extension called redact is one of its kind: the preset production uses it without being told, and
// where it is asked for and fails, or adds no handler at [StageRedact], nothing is logged in clear.
func RegisterExtension(name string, open func(context.Context, ExtensionConfig) (Option, error)) {
	register(&registry.extensions, "extension", strings.ToLower(name), open, open == nil)
}

func register[F any](m *map[string]F, role, name string, open F, isNil bool) {
	if name == "" || isNil {
		report.New(nil).Report(fmt.Errorf("register %s %q: want a name and a func", role, name))
		return
	}
	registry.Lock()
	defer registry.Unlock()
	if *m == nil {
		*m = make(map[string]F)
	}
	(*m)[name] = open
}

func registeredSink(name string) (openSink, bool) {
	registry.RLock()
	defer registry.RUnlock()
	open, ok := registry.sinks[name]
	return open, ok
}

// errUnknownSink is an error for a sink that nobody registered.
func errUnknownSink(name string) error {
	registry.RLock()
	names := append([]string{sinkStdout, sinkStderr, sinkFile}, slices.Sorted(maps.Keys(registry.sinks))...)
	registry.RUnlock()
	return errUnknown("sink", name, names)
}

func errUnknown(role, name string, names []string) error {
	if sat := satellites[strings.ToUpper(name)]; sat.role == role {
		path, _ := importOf(name)
		return fmt.Errorf("no %s %q: import _ %q, or use one of %s", role, name, path, strings.Join(names, ", "))
	}
	if len(names) == 0 {
		return fmt.Errorf("no %s %q: none is linked; import the package that registers it", role, name)
	}
	return fmt.Errorf("no %s %q: want one of %s, or import the package that registers it", role, name, strings.Join(names, ", "))
}

func registeredExtension(name string) (openExtension, bool) {
	registry.RLock()
	defer registry.RUnlock()
	open, ok := registry.extensions[name]
	return open, ok
}

func errUnknownExtension(name string) error {
	registry.RLock()
	names := slices.Sorted(maps.Keys(registry.extensions))
	registry.RUnlock()
	return errUnknown("extension", name, names)
}

// useExtension applies the extension called name, in lower case.
func useExtension(s *settings, name string) {
	open, ok := registeredExtension(name)
	if !ok {
		s.failExtension(name, errUnknownExtension(name))
		return
	}
	opt, err := openSafely(func() (Option, error) {
		return open(context.Background(), ExtensionConfig{
			Name: name, Lookuper: filled{s.lookuper},
			Service: s.service, Version: s.version, Environment: s.environment,
			OnError: s.reportFunc(),
		})
	})
	if err != nil {
		s.failExtension(name, err)
		return
	}
	before := len(s.wrappers[StageRedact])
	s.applyAll([]Option{opt})
	if name == redaction && len(s.wrappers[StageRedact]) == before {
		s.failExtension(name, fmt.Errorf("it added no handler at the stage %v", StageRedact))
	}
}

func (s *settings) failExtension(name string, err error) {
	s.errorf("set up extension %q (%sUSE): %w", name, prefix, err)
	s.maskAll = s.maskAll || likeRedaction(name)
}

// openSafely calls the func of a linked package; a panic becomes an error.
func openSafely[T any](open func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	v, err = open()
	if err == nil && any(v) == nil {
		err = errors.New("it returned nothing")
	}
	return v, err
}

// reportFunc returns the error handler, or the default one. It is not limited.
func (s *settings) reportFunc() func(error) {
	if s.onError != nil {
		return s.onError
	}
	var r *report.Reporter
	return r.Report
}
