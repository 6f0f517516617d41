package slogxredact

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// ruleID is the place of a rule's name, action and count.
type ruleID int

// The rules that have no detector. Those of detectors follow.
const (
	ruleKey ruleID = iota
	rulePath
	ruleTag
	ruleType
	ruleAllow
	ruleFunc
	ruleLimit // a bound was reached
	rulePanic // a method of the value panicked
	ruleKinds // the first detector
)

const noRule ruleID = -1

var plainRules = [ruleKinds]string{"key", "path", "tag", "type", "allow", "func", "limit", "panic"}

// ruleNames are the names of all rules, in the order of their ids.
func ruleNames(o *Options) []string {
	names := append(plainRules[:len(plainRules):len(plainRules)], Detectors()...)
	for _, d := range o.Custom {
		names = append(names, d.Name)
	}
	return names
}

// rules are options, compiled. They never change, but for the cache of plans.
type rules struct {
	keys   *keyRules
	paths  []pathRule
	allow  []pathRule // nil unless in allow-list mode
	types  []reflect.Type
	fn     func(path string, v slog.Value) bool
	set    *detect.Set // nil if there is nothing to find
	custom []Detector

	numbers  bool // a number can be a hit of a detector
	needPath bool // somebody asks for paths

	clean       memo // messages
	values      valueMemo
	quickly     bool        // nothing but keys and detectors can mask what quick knows
	quickKinds  [kinds]bool // of these, all or those with clean texts
	secretKinds [kinds]bool // masked by their type

	names   []string
	ids     map[string]ruleID
	actions []Action
	card    ruleID
	mask    string
	first   int
	last    int
	hashKey []byte

	maxDepth, maxNodes, maxBytes int

	plans sync.Map // reflect.Type → *plan
}

// compile makes rules of o. If o is wrong, they are the safest reading of it: all presets, what is right
// of the rules, and whole masks.
func compile(o *Options) (*rules, error) {
	if o == nil {
		o = &Options{}
	}
	r := &rules{fn: o.Func}
	errs := []error{o.check()}
	var err error
	if r.paths, err = parsePaths("path", o.Paths); err != nil {
		errs = append(errs, err)
	}
	if r.allow, err = parsePaths("allow", o.Allow); err != nil {
		errs = append(errs, err)
	}
	if o.Allow != nil && r.allow == nil {
		r.allow = []pathRule{}
	}
	err = errors.Join(errs...)
	if err != nil {
		o = safest(o)
	}
	r.compileKeys(o)
	r.compileDetectors(o)
	r.compileActions(o)
	r.compileTypes(o)
	r.needPath = len(r.paths) > 0 || r.allow != nil || r.fn != nil
	r.quickly = !r.needPath && len(r.custom) == 0
	r.maxDepth = cmp.Or(max(o.MaxDepth, 0), defaultDepth)
	r.maxNodes = cmp.Or(max(o.MaxNodes, 0), defaultNodes)
	r.maxBytes = cmp.Or(max(o.MaxBytes, 0), defaultBytes)
	return r, err
}

// safest is o with all presets and detectors, without exceptions, and with whole masks.
func safest(o *Options) *Options {
	s := *o
	s.Presets, s.Detectors, s.Except = Presets(), nil, nil
	s.Action, s.Actions = ActionMask, nil
	s.Custom = slices.DeleteFunc(slices.Clone(o.Custom), func(d Detector) bool { return d.Find == nil })
	return &s
}

func parsePaths(what string, paths []string) (rules []pathRule, err error) {
	var errs []error
	for _, p := range paths {
		rule, err := parsePath(p)
		if err != nil {
			errs = append(errs, fmt.Errorf("set up redaction: %s %w", what, err))
			continue
		}
		rules = append(rules, rule)
	}
	return rules, errors.Join(errs...)
}

func (r *rules) compileKeys(o *Options) {
	keys := slices.Clone(o.Keys)
	var yielding []string
	for _, p := range o.presets() {
		if p == PresetCredentials {
			yielding = credentialKeys
			continue
		}
		keys = append(keys, presets[p].keys...)
	}
	r.keys = newKeyRules(keys, yielding, o.Except)
	r.keys.texts = len(o.Custom) > 0 // what these find may look like a name
}

func (o *Options) presets() []Preset {
	if o.Presets == nil {
		return []Preset{PresetCredentials}
	}
	return o.Presets
}

// numeric are the kinds that a number can be.
var numeric = []detect.Kind{detect.Card, detect.Phone, detect.SSN}

func (r *rules) compileDetectors(o *Options) {
	var kinds []detect.Kind
	for _, p := range o.presets() {
		kinds = append(kinds, presets[p].kinds...)
	}
	for _, d := range o.Detectors {
		name, off := strings.CutPrefix(d, "-")
		kinds = slices.DeleteFunc(kinds, func(k detect.Kind) bool { return string(k) == name })
		if !off {
			kinds = append(kinds, detect.Kind(name))
		}
	}
	if len(kinds) > 0 {
		r.set = detect.NewSet(r.keys.inText, kinds...)
	}
	r.custom = o.Custom
	r.keys.clean = func(key string) bool { return r.cleanText("", key) }
	r.numbers = len(r.custom) > 0 || slices.ContainsFunc(kinds, func(k detect.Kind) bool { return slices.Contains(numeric, k) })
}

// kinds is one more than the last kind of a slog.Value.
const kinds = slog.KindLogValuer + 1

// kindTypes are the types of which log/slog makes values of a kind, and forgets which it was.
var kindTypes = map[slog.Kind][]reflect.Type{
	slog.KindBool:     {reflect.TypeFor[bool]()},
	slog.KindDuration: {reflect.TypeFor[time.Duration]()},
	slog.KindTime:     {reflect.TypeFor[time.Time]()},
	slog.KindString:   {reflect.TypeFor[string]()},
	slog.KindFloat64:  {reflect.TypeFor[float64](), reflect.TypeFor[float32]()},
	slog.KindInt64: {
		reflect.TypeFor[int64](), reflect.TypeFor[int32](), reflect.TypeFor[int16](), reflect.TypeFor[int8](), reflect.TypeFor[int](),
	},
	slog.KindUint64: {
		reflect.TypeFor[uint64](), reflect.TypeFor[uint32](), reflect.TypeFor[uint16](), reflect.TypeFor[uint8](), reflect.TypeFor[uint](),
		reflect.TypeFor[uintptr](),
	},
}

func (r *rules) compileTypes(o *Options) {
	for _, t := range o.Types {
		if t.t != nil {
			r.types = append(r.types, t.t)
		}
	}
	for kind, types := range kindTypes {
		r.secretKinds[kind] = slices.ContainsFunc(types, r.masksType)
		r.quickKinds[kind] = !r.secretKinds[kind]
	}
	r.quickKinds[slog.KindGroup], r.quickKinds[slog.KindAny] = true, true // some of them
}

func (r *rules) compileActions(o *Options) {
	r.names = ruleNames(o)
	r.ids = make(map[string]ruleID, len(r.names))
	r.actions = make([]Action, len(r.names))
	for i, name := range r.names {
		r.ids[name] = ruleID(i)
		r.actions[i] = cmp.Or(o.Actions[name], o.Action, ActionMask)
	}
	// What could not be looked at is not cut or hashed in part.
	r.actions[ruleLimit], r.actions[rulePanic] = ActionMask, ActionMask
	r.card = r.ids[cardName]
	r.mask = cmp.Or(o.Mask, masked)
	r.first, r.last = max(o.ShowFirst, 0), max(o.ShowLast, 0)
	if r.first+r.last == 0 {
		r.last = defaultLast
	}
	r.hashKey = slices.Clone(o.HashKey)
}
