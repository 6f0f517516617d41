package slogxotel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/level"
)

// extension is the name under which SLOGX_USE knows the package.
const extension = "otel"

// The environment.
const (
	varBaggage = "SLOGX_OTEL_BAGGAGE"
	varEvents  = "SLOGX_OTEL_EVENTS"
	varStatus  = "SLOGX_OTEL_STATUS"
)

func init() {
	slogx.RegisterVars(extension,
		slogx.Var{Name: varBaggage, Usage: "members of the baggage that are added to records, as in tenant.id,session.id"},
		slogx.Var{Name: varEvents, Usage: "lowest level whose records become events of the active span, as in error"},
		slogx.Var{Name: varStatus, Usage: "lowest level whose records set the status of the active span to Error, as in error"},
	)
	slogx.RegisterExtension(extension, func(_ context.Context, c slogx.ExtensionConfig) (slogx.Option, error) {
		opts, err := fromEnv(c.Lookuper)
		opts.OnError = c.OnError
		return slogx.Options(slogx.Invalid(err), Correlation(opts)), nil
	})
}

// Correlation returns the option that adds to a pipeline what opts ask for: members of the baggage among the
// attributes, before redaction, and records as events and status of spans, behind it. The ids of the active span
// are in its records anyway, since this package is linked. If opts are wrong, Build fails, and New reports it and
// leaves out what is wrong.
func Correlation(opts *Options) slogx.Option {
	all := []slogx.Option{slogx.Invalid(opts.Validate())}
	o := opts.settled()
	if len(o.Baggage) > 0 {
		all = append(all, slogx.WithEnricher(members(o.Baggage).appendAttrs))
	}
	if o.Events != nil || o.Status != nil {
		all = append(all, slogx.WithHandler(slogx.StageTail, func(next slog.Handler) slog.Handler {
			return &Handler{next: chain.Adapt(next), opts: &o}
		}))
	}
	return slogx.Options(all...)
}

// fromEnv reads the options from the environment. They are never nil.
func fromEnv(l slogx.Lookuper) (*Options, error) {
	var errs []error
	o := &Options{}
	text, _ := l.Lookup(varBaggage)
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			o.Baggage = append(o.Baggage, name)
		}
	}
	o.Events, errs = lowest(l, varEvents, errs)
	o.Status, errs = lowest(l, varStatus, errs)
	return o, errors.Join(errs...)
}

// lowest reads a level. An error is added to errs.
func lowest(l slogx.Lookuper, name string, errs []error) (slog.Leveler, []error) {
	text, _ := l.Lookup(name)
	if text = strings.TrimSpace(text); text == "" {
		return nil, errs
	}
	lowest, err := level.ParseLevel(text)
	if err != nil {
		return nil, append(errs, fmt.Errorf("read %s: %w", name, err))
	}
	return lowest, errs
}
