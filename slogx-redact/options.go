package slogxredact

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// Options are the options of [NewHandler]. A nil *Options means the defaults: the preset credentials,
// every hit replaced by REDACTED.
type Options struct {
	// Presets are the sets of rules to use. Nil means [PresetCredentials]; a slice that is empty and not
	// nil means none.
	Presets []Preset

	// Keys are further key rules, as in "secret_details". See the package documentation for how they match.
	Keys []string

	// Except are keys that stay although a key rule matches, as in "token_budget". The whole key is
	// compared, with case, separators and look-alikes folded. It does not touch any other rule.
	Except []string

	// Paths are rules for places: keys joined by dots from the root of the record, where * stands for one
	// key and ** for any number, as in "user.*.ssn" and "**.token".
	Paths []string

	// Allow switches to allow-list mode: of all attributes only values at these paths are let through,
	// and what the other rules say still holds for them. Nil means that nothing needs to be named.
	Allow []string

	// Detectors are the names of further detectors of content; "-email" switches one off that a preset
	// brings. [Detectors] lists the names.
	Detectors []string

	// Custom are detectors of the caller's.
	Custom []Detector

	// Types are types whose values are masked, made by [RedactType].
	Types []Type

	// Func, if not nil, is asked for every attribute, also those in groups, but not for the members of
	// structs, maps and JSON. path is the keys joined by dots. If it returns true, or panics, the value is
	// masked. It is called by many goroutines.
	Func func(path string, v slog.Value) bool

	// Action is what becomes of a hit. The zero value means [ActionMask].
	Action Action

	// Actions are actions for single rules, by the rule's name: that of a detector, or key, path, tag,
	// type, allow or func.
	Actions map[string]Action

	// Mask is the text of [ActionMask]. Empty means REDACTED.
	Mask string

	// ShowFirst and ShowLast are how many characters [ActionPartial] shows. Both zero means the last four.
	// Of a card number at most the first six and the last four digits are shown; of anything else never
	// more than half.
	ShowFirst, ShowLast int

	// HashKey is the key of [ActionHash], at least 16 bytes. Who has it can test guesses.
	HashKey []byte

	// MaxDepth, MaxNodes and MaxBytes bound the inspection of one record: how deep values may be nested,
	// how many there may be, and how many bytes of text. What lies beyond is masked. Zero means 64 levels,
	// 20,000 values, 1 MiB.
	MaxDepth, MaxNodes, MaxBytes int

	// OnError is told if the options are wrong, once, by NewHandler. Nil means a line on standard error.
	OnError func(error)
}

// Defaults of the bounds.
const (
	defaultDepth = 64
	defaultNodes = 20_000
	defaultBytes = 1 << 20
)

// minHashKey is the length in bytes of the shortest key for [ActionHash].
const minHashKey = 16

// Detector is a detector of the caller's.
type Detector struct {
	// Name is its name in statistics. It must not be that of another rule.
	Name string

	// Find appends to dst the places to mask in text, start and end in bytes, and returns it. If it panics
	// or a place lies outside of text, the whole text is masked. It is called by many goroutines.
	Find func(dst [][2]int, text string) [][2]int
}

// Type names a type whose values are masked. It is made by [RedactType].
type Type struct{ t reflect.Type }

// RedactType returns the rule that masks all values of type T, wherever they stand; for an interface type,
// all values that implement it. A pointer to such a value is masked with it.
func RedactType[T any]() Type { return Type{reflect.TypeFor[T]()} }

// Detectors returns the names of all detectors of content.
func Detectors() []string {
	kinds := detect.Kinds()
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return names
}

// Validate returns an error that joins all that is wrong with o.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	_, err := compile(o)
	return err
}

// check returns what is wrong with the options that compile does not look at by itself.
func (o *Options) check() error {
	var errs []error
	for _, p := range o.Presets {
		if _, ok := presets[p]; !ok {
			errs = append(errs, fmt.Errorf("set up redaction: preset %q: want one of %s", string(p), join(Presets())))
		}
	}
	for _, d := range o.Detectors {
		if !detect.Known(detect.Kind(strings.TrimPrefix(d, "-"))) {
			errs = append(errs, fmt.Errorf("set up redaction: detector %q: want one of %s", d, strings.Join(Detectors(), ", ")))
		}
	}
	errs = append(append(errs, checkKeys("key", o.Keys)...), checkKeys("except", o.Except)...)
	for _, n := range []struct {
		name string
		n    int
	}{
		{"ShowFirst", o.ShowFirst}, {"ShowLast", o.ShowLast},
		{"MaxDepth", o.MaxDepth}, {"MaxNodes", o.MaxNodes}, {"MaxBytes", o.MaxBytes},
	} {
		if n.n < 0 {
			errs = append(errs, fmt.Errorf("set up redaction: %s %d: want a number that is not negative", n.name, n.n))
		}
	}
	for i, t := range o.Types {
		if t.t == nil {
			errs = append(errs, fmt.Errorf("set up redaction: type %d: want one made by RedactType", i+1))
		}
	}
	return errors.Join(append(errs, o.checkActions()...)...)
}

func checkKeys(what string, keys []string) (errs []error) {
	for _, k := range keys {
		if len(foldAll(k)) == 0 {
			errs = append(errs, fmt.Errorf("set up redaction: %s %q: want a name with letters or digits", what, k))
		}
	}
	return errs
}

func (o *Options) checkActions() []error {
	errs := []error{o.checkAction("action", o.Action)}
	names := ruleNames(o)
	for _, name := range slices.Sorted(maps.Keys(o.Actions)) {
		a := o.Actions[name]
		if !slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("set up redaction: action of rule %q: want one of %s", name, strings.Join(names, ", ")))
		}
		errs = append(errs, o.checkAction("action of rule "+name, a))
	}
	taken := make(map[string]bool)
	for i, name := range names {
		if name == "" || taken[name] {
			errs = append(errs, fmt.Errorf("set up redaction: custom detector %q: want a name that no other rule has", name))
		}
		taken[names[i]] = true
	}
	for _, d := range o.Custom {
		if d.Find == nil {
			errs = append(errs, fmt.Errorf("set up redaction: custom detector %q: Find is nil: want a func", d.Name))
		}
	}
	return errs
}

func (o *Options) checkAction(what string, a Action) error {
	switch a {
	case "", ActionMask, ActionPartial, ActionDrop:
		return nil
	case ActionHash:
		if len(o.HashKey) < minHashKey {
			return fmt.Errorf("set up redaction: %s %q: want a HashKey of at least %d bytes", what, string(a), minHashKey)
		}
		return nil
	default:
		return fmt.Errorf("set up redaction: %s %q: want one of %s", what, string(a),
			join([]Action{ActionMask, ActionPartial, ActionHash, ActionDrop}))
	}
}

func join[S ~string](names []S) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = string(n)
	}
	return strings.Join(list, ", ")
}
