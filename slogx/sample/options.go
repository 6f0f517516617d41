package sample

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"
)

// The keys of the attributes that a [Handler] adds at the top level.
const (
	WeightKey   = "sampled"  // how many records a record stands for, itself included; see [Options].Weight
	RepeatedKey = "repeated" // how many records were folded into one; see [Options].Fold
)

// The defaults of [Options] and [Rule].
const (
	DefaultMaxKeys  = 4096
	DefaultInterval = time.Second
)

// Options are the options of [NewHandler]. A nil *Options means the defaults, with which every record passes.
type Options struct {
	// Keep is the lowest level whose records always pass, whatever the rules say. They count for no rule.
	// Nil means slog.LevelError.
	Keep slog.Leveler

	// Rules say what is dropped. For each record the first rule that selects it decides, alone. A record
	// that no rule selects passes.
	Rules []Rule

	// Fold folds records that repeat the one before, of all that the rules let pass: the first of them
	// passes, and one record with the attribute [RepeatedKey] stands for the others. It comes when a record
	// of another kind does, or Fold after the first. Records repeat each other if they have level, logger,
	// message and source in common; their attributes are not compared. 0 means that nothing is folded.
	Fold time.Duration

	// Weight adds the attribute [WeightKey] to records that pass and stand for others than themselves: those that
	// were dropped, or folded. A record that a tail buffer releases after all weighs on another already.
	Weight bool

	// MaxKeys bounds how many keys each rule remembers. It is rounded up to a power of two. A key that falls
	// out, the one used least recently of a few, counts as new. 0 means [DefaultMaxKeys], about 300 KB for
	// each rule that has keys.
	MaxKeys int

	// Rand returns random bits. It is called from many goroutines. Nil means rand.Uint64 of math/rand/v2.
	Rand func() uint64

	// OnError is told what is wrong with the options, and of errors of the next handler for records that
	// stand for repeated ones, at most one every 10 seconds. Nil means a line on standard error.
	OnError func(error)
}

// Rule says which records of those that it selects are dropped. Settings that are zero are not in use;
// those in use combine: a record passes if all of them keep it. They are asked in the order below, and
// each sees what those before it kept.
type Rule struct {
	// MinLevel and MaxLevel select records from one level to another, both included. Nil is no bound.
	MinLevel, MaxLevel slog.Leveler

	// Logger selects the records of the logger of that name, the attribute "logger" at the top level, and of
	// those below: "db" selects "db.pool", too. Empty selects all.
	Logger string

	// Message selects records with exactly that message. Empty selects all.
	Message string

	// TraceRatio keeps whole traces: this share of them, above 0 and at most 1. The trace id decides, as
	// OpenTelemetry's consistent probability sampling has it, so that all services with the same share keep
	// the same traces, and those with a larger share keep them too. Records without a trace pass.
	TraceRatio float64

	// Probability keeps each record with this probability, above 0 and at most 1.
	Probability float64

	// Once keeps a record if none of its key was kept within this time.
	Once time.Duration

	// First and Thereafter keep the first records of a key in each Interval, and then every Thereafter-th:
	// the n-th if n <= First or (n-First) mod Thereafter is 0. With a Thereafter of 0 the rest is dropped.
	First, Thereafter int

	// Interval is for First and Thereafter. It starts with the first record of a key. 0 means [DefaultInterval].
	Interval time.Duration

	// Rate keeps at most so many records of a key per second, with bursts of at most Burst records.
	Rate float64

	// Burst is for Rate. 0 means the records of one second, and at least 1.
	Burst int

	// Target adapts the share that it keeps so that about so many records pass per second: all keys together,
	// measured on what is offered to it. It follows a change within its window of one second, or
	// of ten expected records if that is longer, and lets at most a fifth above the target pass in a window.
	Target float64

	// By is what makes up the key for Once, First, Thereafter and Rate. 0 means level, logger and message.
	By Key
}

// String shows the settings of r that are in use, for people.
func (r Rule) String() string {
	var parts []string
	show := func(inUse bool, format string, args ...any) {
		if inUse {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	show(r.TraceRatio > 0, "%v of traces", r.TraceRatio)
	show(r.Probability > 0, "%v of records", r.Probability)
	show(r.Once > 0, "one in %v", r.Once)
	show(r.First > 0 || r.Thereafter > 0, "first %d in %v", r.First, cmp.Or(r.Interval, DefaultInterval))
	show(r.Thereafter > 0, "then 1 in %d", r.Thereafter)
	show(r.Rate > 0, "%v a second of a kind", r.Rate)
	show(r.Target > 0, "about %v a second", r.Target)
	if len(parts) == 0 {
		parts = append(parts, "all")
	}
	show(r.MinLevel != nil, "from %v", r.MinLevel)
	show(r.MaxLevel != nil, "up to %v", r.MaxLevel)
	show(r.Logger != "", "logger %q", r.Logger)
	show(r.Message != "", "message %q", r.Message)
	return strings.Join(parts, ", ")
}

// Key says what makes up the key of a record: any of these together.
type Key uint8

// The parts of a [Key].
const (
	ByLevel Key = 1 << iota
	ByLogger
	ByMessage

	ByNothing Key = 1 << 7 // all records that the rule selects have one key

	byAll = ByLevel | ByLogger | ByMessage
)

// Validate returns what is wrong with o. [NewHandler] leaves out a faulty rule, so that its records pass,
// and takes the defaults for other faulty settings.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	var errs []error
	for i := range o.Rules {
		if err := o.Rules[i].validate(); err != nil {
			errs = append(errs, fmt.Errorf("set up sampling: rule %d: %w", i, err))
		}
	}
	if o.Fold < 0 {
		errs = append(errs, fmt.Errorf("set up sampling: Fold is %v, want more than 0, or 0 to fold nothing", o.Fold))
	}
	if o.MaxKeys < 0 || o.MaxKeys > maxKeys {
		errs = append(errs, fmt.Errorf("set up sampling: MaxKeys is %d, want 1 to %d, or 0 for %d", o.MaxKeys, maxKeys, DefaultMaxKeys))
	}
	return errors.Join(errs...)
}

func (r Rule) validate() error {
	var errs []error
	check := func(ok bool, name string, value any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, want %s", name, value, want))
		}
	}
	const share = "more than 0 and at most 1, or 0 for no such limit"
	const perSecond = "records a second between 0.001 and 1e9, or 0 for no such limit"
	isShare := func(f float64) bool { return f >= 0 && f <= 1 }
	isRate := func(f float64) bool { return f == 0 || f >= 1e-3 && f <= 1e9 }
	check(isShare(r.TraceRatio), "TraceRatio", r.TraceRatio, share)
	check(isShare(r.Probability), "Probability", r.Probability, share)
	check(r.Once >= 0, "Once", r.Once, "more than 0, or 0 for no such limit")
	check(r.First >= 0, "First", r.First, "0 or more")
	check(r.Thereafter >= 0, "Thereafter", r.Thereafter, "0 or more")
	check(r.Interval >= 0, "Interval", r.Interval, fmt.Sprintf("more than 0, or 0 for %v", DefaultInterval))
	check(isRate(r.Rate), "Rate", r.Rate, perSecond)
	check(r.Burst >= 0 && r.Burst <= math.MaxInt32, "Burst", r.Burst, "0 or more, less than 2^31")
	check(isRate(r.Target), "Target", r.Target, perSecond)
	check(r.By&^(byAll|ByNothing) == 0 && (r.By&ByNothing == 0 || r.By == ByNothing), "By", r.By,
		"any of ByLevel, ByLogger and ByMessage, or ByNothing alone")
	check(r.Burst == 0 || r.Rate > 0, "Burst", r.Burst, "0 without a Rate")
	check(r.Interval == 0 || r.First > 0 || r.Thereafter > 0, "Interval", r.Interval, "0 without First or Thereafter")
	check(r.MinLevel == nil || r.MaxLevel == nil || r.MinLevel.Level() <= r.MaxLevel.Level(), "MinLevel", r.MinLevel,
		"at most MaxLevel")
	return errors.Join(errs...)
}
