package filter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Mode says what becomes of records that no rule names.
type Mode int

// The modes.
const (
	PassUnnamed Mode = iota
	DropUnnamed
)

// Options are the options of [NewHandler]. A nil *Options means the defaults, with which every record passes.
type Options struct {
	// Mode says what becomes of records that no rule names. The zero value passes them.
	Mode Mode

	// Allow names records that pass, Deny records that are dropped. Deny wins.
	Allow, Deny []Rule

	// Func decides about records that the lists let through: false drops. It is called from many goroutines
	// and must not keep the record without Clone. If it panics, the record passes. Nil passes all.
	Func func(context.Context, slog.Record) bool

	// OnError is told what is wrong with the options and that Func panicked, at most once every 10 seconds.
	// Nil means a line on standard error.
	OnError func(error)
}

// Rule names records. Fields that are zero are not in use; the zero Rule names every record.
type Rule struct {
	// MinLevel and MaxLevel name records from one level to another, both included. Nil is no bound.
	MinLevel, MaxLevel slog.Leveler

	// Loggers are names as the attribute "logger" at the top level has them: "db" names "db.pool", too.
	Loggers []string

	// Messages are patterns, see the package documentation.
	Messages []string

	// Attrs are paths of attributes, alone or with = and a pattern for the value. A LogValuer is asked for its
	// value if there is a pattern for it.
	Attrs []string
}

// Validate returns what is wrong with o. [NewHandler] leaves out the rules that are faulty; if one of them is in
// Allow, or Mode is unknown, it passes what no rule names.
func (o *Options) Validate() error {
	_, err := compile(o)
	return err
}

// attrRule is an element of Rule.Attrs.
type attrRule struct {
	path  string
	value *pattern // nil for any value
}

func parseAttr(s string) (attrRule, error) {
	path, value, valued := strings.Cut(s, "=")
	if path == "" {
		return attrRule{}, fmt.Errorf("attribute %q has no path, want one such as user.id or user.id=7", s)
	}
	if !valued {
		return attrRule{path: path}, nil
	}
	p, err := parsePattern(value)
	if err != nil {
		return attrRule{}, fmt.Errorf("attribute %q: %w", s, err)
	}
	return attrRule{path, &p}, nil
}

// rule is a Rule ready for use. Its attributes stand in lists.attrs, from first to last.
type rule struct {
	Rule

	messages    []pattern
	first, last int
}

// lists are Options ready for use. They never change.
type lists struct {
	allow, deny []rule
	attrs       []attrRule
	dropUnnamed bool
	loggers     bool // some rule asks for the logger's name
}

// compile makes the best of o, also where it returns an error.
func compile(o *Options) (*lists, error) {
	if o == nil {
		o = &Options{}
	}
	l := &lists{dropUnnamed: o.Mode == DropUnnamed}
	var errs []error
	if o.Mode != PassUnnamed && o.Mode != DropUnnamed {
		errs = append(errs, fmt.Errorf("set up filter: Mode is %d, want PassUnnamed (0) or DropUnnamed (1)", o.Mode))
	}
	var err error
	if l.allow, err = l.compile("Allow", o.Allow); err != nil {
		errs = append(errs, err)
		l.dropUnnamed = false
	}
	if l.deny, err = l.compile("Deny", o.Deny); err != nil {
		errs = append(errs, err)
	}
	return l, errors.Join(errs...)
}

func (l *lists) compile(name string, rules []Rule) ([]rule, error) {
	var good []rule
	var errs []error
	for i, r := range rules {
		c, err := l.add(r)
		if err != nil {
			errs = append(errs, fmt.Errorf("set up filter: %s rule %d: %w", name, i, err))
			continue
		}
		good = append(good, c)
	}
	return good, errors.Join(errs...)
}

func (l *lists) add(r Rule) (rule, error) {
	c := rule{Rule: r, first: len(l.attrs)}
	var errs []error
	if r.MinLevel != nil && r.MaxLevel != nil && r.MinLevel.Level() > r.MaxLevel.Level() {
		errs = append(errs, fmt.Errorf("MinLevel is %v, want at most MaxLevel, %v", r.MinLevel, r.MaxLevel))
	}
	for _, s := range r.Messages {
		p, err := parsePattern(s)
		c.messages = append(c.messages, p)
		errs = append(errs, err)
	}
	for _, s := range r.Attrs {
		a, err := parseAttr(s)
		l.attrs = append(l.attrs, a)
		errs = append(errs, err)
	}
	l.loggers = l.loggers || len(r.Loggers) > 0
	c.last = len(l.attrs)
	return c, errors.Join(errs...)
}
