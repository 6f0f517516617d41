package slogxredact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/slogx-go/slogx/slogx"
)

// extension is the name under which SLOGX_USE knows the package.
const extension = "redact"

func init() {
	slogx.RegisterVars(extension, vars()...)
	slogx.RegisterExtension(extension, func(_ context.Context, c slogx.ExtensionConfig) (slogx.Option, error) {
		o, err := fromEnv(c.Lookuper)
		o.OnError = c.OnError
		return redaction(o, err), nil
	})
}

// Redaction returns the option that redacts the records of a pipeline, behind its enrichers and before
// everything that keeps or sends a record. If opts are wrong, Build fails, and New reports it and masks by
// all presets.
func Redaction(opts *Options) slogx.Option { return redaction(opts, nil) }

// redaction is Redaction for options that err was found in already.
func redaction(opts *Options, err error) slogx.Option {
	if err != nil {
		opts = safest(opts)
	}
	r, wrong := compile(opts)
	if err == nil {
		err = wrong
	}
	return slogx.Options(
		slogx.Invalid(err),
		slogx.WithHandler(slogx.StageRedact, func(next slog.Handler) slog.Handler { return newHandler(next, r) }),
	)
}

// The environment.
const (
	varPresets   = "SLOGX_REDACT_PRESETS"
	varKeys      = "SLOGX_REDACT_KEYS"
	varExcept    = "SLOGX_REDACT_EXCEPT"
	varPaths     = "SLOGX_REDACT_PATHS"
	varAllow     = "SLOGX_REDACT_ALLOW"
	varDetectors = "SLOGX_REDACT_DETECTORS"
	varAction    = "SLOGX_REDACT_ACTION"
	varActions   = "SLOGX_REDACT_ACTIONS"
	varMask      = "SLOGX_REDACT_MASK"
	varFirst     = "SLOGX_REDACT_SHOW_FIRST"
	varLast      = "SLOGX_REDACT_SHOW_LAST"
	varHashKey   = "SLOGX_REDACT_HASH_KEY"
	varMaxBytes  = "SLOGX_REDACT_MAX_BYTES"
)

// noPreset is what SLOGX_REDACT_PRESETS says for none.
const noPreset = "none"

func vars() []slogx.Var {
	return []slogx.Var{
		{Name: varPresets, Default: string(PresetCredentials), Usage: "sets of rules, as in credentials,pci: " + presetUsage()},
		{Name: varKeys, Usage: "further keys whose values are masked, as in secret_details,badge_number"},
		{Name: varExcept, Usage: "keys that stay although a key rule matches, as in token_budget"},
		{Name: varPaths, Usage: "places whose values are masked, as in user.*.ssn,**.token"},
		{Name: varAllow, Usage: "only values at these places pass, as in status,user.id,**.count"},
		{
			Name:  varDetectors,
			Usage: "further detectors of content, or with - those to leave out, as in email,-ipv4: " + strings.Join(Detectors(), " "),
		},
		{Name: varAction, Default: string(ActionMask), Usage: "what becomes of a hit: mask, partial, hash or drop"},
		{Name: varActions, Usage: "actions of single rules, as in card=partial,email=hash"},
		{Name: varMask, Default: masked, Usage: "text in place of what is masked"},
		{Name: varFirst, Default: "0", Usage: "characters that partial shows at the beginning"},
		{Name: varLast, Default: strconv.Itoa(defaultLast), Usage: "characters that partial shows at the end"},
		{Name: varHashKey, Usage: "key of the action hash, at least 16 bytes; a secret itself"},
		{Name: varMaxBytes, Default: strconv.Itoa(defaultBytes), Usage: "bytes of text in a record that are inspected; the rest is masked"},
	}
}

// presetUsage says what each preset covers.
func presetUsage() string {
	var b strings.Builder
	for _, p := range Presets() {
		fmt.Fprintf(&b, "%s (%s), ", p, p.Covers())
	}
	return b.String() + "or " + noPreset
}

// fromEnv reads the options from the environment. They are never nil.
func fromEnv(l slogx.Lookuper) (*Options, error) {
	var errs []error
	e := env{lookup: l.Lookup, errs: &errs}
	o := &Options{
		Keys: e.list(varKeys), Except: e.list(varExcept), Paths: e.list(varPaths), Allow: e.list(varAllow),
		Detectors: e.list(varDetectors), Action: Action(e.text(varAction)), Mask: e.text(varMask),
		ShowFirst: e.number(varFirst), ShowLast: e.number(varLast), MaxBytes: e.number(varMaxBytes),
		HashKey: []byte(e.text(varHashKey)),
	}
	for _, p := range e.list(varPresets) {
		if o.Presets == nil {
			o.Presets = []Preset{}
		}
		if p = strings.ToLower(p); p != noPreset {
			o.Presets = append(o.Presets, Preset(p))
		}
	}
	for _, pair := range e.list(varActions) {
		rule, action, ok := strings.Cut(pair, "=")
		if !ok {
			errs = append(errs, fmt.Errorf("read %s: %q: want rule=action, as in card=partial", varActions, pair))
			continue
		}
		if o.Actions == nil {
			o.Actions = make(map[string]Action)
		}
		o.Actions[strings.TrimSpace(rule)] = Action(strings.ToLower(strings.TrimSpace(action)))
	}
	o.Action = Action(strings.ToLower(string(o.Action)))
	return o, errors.Join(append(errs, o.checkByVariable()...)...)
}

// checkByVariable is Validate, with the name of the variable in each error.
func (o *Options) checkByVariable() []error {
	var errs []error
	for _, part := range []struct {
		name string
		opts Options
	}{
		{varPresets, Options{Presets: o.Presets}},
		{varKeys, Options{Keys: o.Keys}},
		{varExcept, Options{Except: o.Except}},
		{varPaths, Options{Paths: o.Paths}},
		{varAllow, Options{Allow: o.Allow}},
		{varDetectors, Options{Detectors: o.Detectors}},
		{varAction, Options{Action: o.Action, HashKey: o.HashKey}},
		{varActions, Options{Actions: o.Actions, HashKey: o.HashKey}},
	} {
		if err := part.opts.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", part.name, err))
		}
	}
	return errs
}

// env reads variables.
type env struct {
	lookup func(string) (string, bool)
	errs   *[]error
}

func (e env) text(name string) string {
	v, _ := e.lookup(name)
	return strings.TrimSpace(v)
}

func (e env) list(name string) []string {
	var list []string
	for v := range strings.SplitSeq(e.text(name), ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

func (e env) number(name string) int {
	text := cmp.Or(e.text(name), "0")
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		*e.errs = append(*e.errs, fmt.Errorf("read %s: %q: want a whole number that is not negative, such as 4", name, text))
		return 0
	}
	return n
}
