package slogxotel

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// Options are the options of [NewHandler], [Enricher] and [Correlation]. A nil *Options means the defaults.
type Options struct {
	// Baggage are the names of the members of the baggage that are added to records, each under its name, in
	// this order. Nil means none.
	Baggage []string

	// Events is the lowest level whose records become events of the active span. Nil means none.
	Events slog.Leveler

	// Status is the lowest level whose records set the status of the active span to Error. Nil means none.
	Status slog.Leveler

	// OnError is told if the options are wrong, by NewHandler and Enricher, and of spans that panic. It is
	// called from many goroutines. Nil means that nobody is told: what is wrong is left out.
	OnError func(error)
}

// Validate returns an error that joins all that is wrong with o.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	var errs []error
	for i, name := range o.Baggage {
		errs = append(errs, checkMember(name))
		if slices.Contains(o.Baggage[:i], name) {
			errs = append(errs, fmt.Errorf("set up correlation: baggage member %q stands there twice, want it once", name))
		}
	}
	return errors.Join(errs...)
}

// checkMember returns an error that says what is wrong with the name of a member of the baggage.
func checkMember(name string) error {
	switch name {
	case tracectx.TraceIDKey, tracectx.SpanIDKey, tracectx.TraceFlagsKey:
		return fmt.Errorf("set up correlation: baggage member %q: the key is that of the trace", name)
	case "":
		return errors.New("set up correlation: baggage member \"\": want a name")
	}
	if !utf8.ValidString(name) {
		return fmt.Errorf("set up correlation: baggage member %q: want UTF-8", name)
	}
	return nil
}

// settled returns options that nobody else can change, without what is wrong in them.
func (o *Options) settled() Options {
	if o == nil {
		return Options{}
	}
	s := *o
	s.Baggage = nil
	for _, name := range o.Baggage {
		if checkMember(name) == nil && !slices.Contains(s.Baggage, name) {
			s.Baggage = append(s.Baggage, name)
		}
	}
	return s
}

// report tells of an error, if there is one and somebody wants to know.
func (o *Options) report(err error) {
	if err == nil || o.OnError == nil {
		return
	}
	defer func() { _ = recover() }()
	o.OnError(err)
}
