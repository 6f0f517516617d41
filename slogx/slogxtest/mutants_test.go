package slogxtest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

// sinkMutants break one rule each. Some rules see the same fault.
var sinkMutants = []struct {
	faults sinkFaults
	rules  []string // these at least fail
}{
	{sinkFaults{keepZero: true}, []string{"zero-attr", "zero-attr-With", "zero-attr-WithGroup"}},
	{sinkFaults{keepEmpty: true}, []string{"empty-group-With", "nested-empty-group", "empty-group-from-LogValuer"}},
	{sinkFaults{noInline: true}, []string{"inline-group-With"}},
	{sinkFaults{noLevel: true}, []string{"slogtest"}},
	{sinkFaults{groupEmpty: true}, []string{"WithGroup-empty"}},
	{sinkFaults{noAttrsPops: true}, []string{"WithAttrs-none"}},
	{sinkFaults{attrsAtRoot: true}, []string{"groups-and-attrs"}},
	{sinkFaults{noClip: true}, []string{"siblings"}},
	{sinkFaults{shareAttrs: true}, []string{"siblings", "concurrent"}},
	{sinkFaults{askTwice: true}, []string{"LogValuer-asked-once"}},
	{sinkFaults{outerOnly: true}, []string{"LogValuer-group"}},
	{sinkFaults{unbounded: true}, []string{"endless-LogValuer"}},
	{sinkFaults{letPanic: true}, []string{"LogValuer-panics", "LogValuer-panics-With"}},
	{sinkFaults{hidePanic: true}, []string{"panics-shown"}},
	{sinkFaults{blankNil: true}, []string{"nil-pointers"}},
	{sinkFaults{loseInvalid: true}, []string{"numbers", "cycles"}},
	{sinkFaults{disableGroup: true}, []string{"Enabled"}},
	{sinkFaults{newlineApart: true}, []string{"one-write"}},
	{sinkFaults{rawNewlines: true}, []string{"odd-strings"}},
	{sinkFaults{colour: true}, []string{"clean-bytes"}},
	{sinkFaults{cutText: true}, []string{"large-string"}},
	{sinkFaults{cutAttrs: true}, []string{"many-attrs"}},
	{sinkFaults{cutDepth: true}, []string{"deep-groups"}},
	{sinkFaults{noLock: true}, []string{"serial-writes"}},
	{sinkFaults{swallow: true}, []string{"write-error"}},
	{sinkFaults{trust: true}, []string{"short-write"}},
}

var wrapMutants = []struct {
	name  string
	hooks hooks
	rules []string
}{
	{"adds top attributes to the record", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		r = r.Clone()
		r.AddAttrs(top...)
		return m.next.HandleTop(ctx, nil, r)
	}}, []string{"top-level"}},
	{"adds top attributes to the record of foreign handlers", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		if _, ok := m.next.(*Recorder); ok {
			return m.next.HandleTop(ctx, top, r)
		}
		r = r.Clone()
		r.AddAttrs(top...)
		return m.next.HandleTop(ctx, nil, r)
	}}, []string{"top-level-foreign"}},
	{"adds to the caller's record", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		r.AddAttrs(slog.Int("added", 1))
		return m.next.HandleTop(ctx, top, r)
	}}, []string{"record-unchanged"}},
	{"keeps the record and adds to it", hooks{delay: true, handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		r.AddAttrs(slog.Int("added", 1))
		return m.next.HandleTop(ctx, top, r)
	}}, []string{"record-not-kept"}},
	{"keeps the top slice and LogValuers", hooks{delay: true}, []string{"top-lent", "LogValuer-asked-once"}},
	{"appends to the top slice", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		return m.next.HandleTop(ctx, append(top, slog.Int("added", 1)), r)
	}}, []string{"top-lent"}},
	{"asks on another goroutine", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) (err error) {
		var wg sync.WaitGroup
		wg.Go(func() { err = m.next.HandleTop(ctx, top, r) })
		wg.Wait()
		return err
	}}, []string{"LogValuer-asked-once"}},
	{"asks LogValuers twice", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		for range 2 {
			for _, a := range attrsOf(r) {
				keep(nil, a)
			}
		}
		return m.next.HandleTop(ctx, top, r)
	}}, []string{"LogValuer-asked-by-wrapper"}},
	{"asks errors for their text", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		for _, a := range attrsOf(r) {
			if err, ok := a.Value.Any().(panickyError); ok {
				_ = err.Error()
			}
		}
		return m.next.HandleTop(ctx, top, r)
	}}, []string{"panics"}},
	{"unwraps to nothing", hooks{unwrap: func(*mutant) slog.Handler { return nil }}, []string{"Unwrap"}},
	{"disappears after With", hooks{withAttrs: func(m *mutant, attrs []slog.Attr) slog.Handler {
		return m.next.WithAttrs(attrs)
	}}, []string{"survives-With"}},
	{"stops to add after WithGroup", hooks{
		withGroup: func(m *mutant, name string) slog.Handler {
			m2 := m.clone(m.next.WithGroup(name))
			m2.grouped = true
			return m2
		},
		handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
			if m.grouped {
				return m.next.HandleTop(ctx, top, r)
			}
			return m.next.HandleTop(ctx, append(slices.Clip(top), slog.Int("added", 1)), r)
		},
	}, []string{"survives-With"}},
	{"remembers Enabled", hooks{enabled: func(m *mutant, ctx context.Context, l slog.Level) bool {
		v, _ := m.enabled.LoadOrStore(l, m.next.Enabled(ctx, l))
		return v.(bool)
	}}, []string{"live-level"}},
	{"does not ask Enabled", hooks{enabled: func(*mutant, context.Context, slog.Level) bool {
		return true
	}}, []string{"disabled-level"}},
	{"drops the context", hooks{handle: func(m *mutant, _ context.Context, top []slog.Attr, r slog.Record) error {
		return m.next.HandleTop(context.Background(), top, r)
	}}, []string{"context"}},
	{"drops the program counter", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		r.PC = 0
		return m.next.HandleTop(ctx, top, r)
	}}, []string{"record-intact"}},
	{"turns the attributes round", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		attrs := attrsOf(r)
		slices.Reverse(attrs)
		r2 := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
		r2.AddAttrs(attrs...)
		return m.next.HandleTop(ctx, top, r2)
	}}, []string{"record-intact"}},
	{"loses each tenth record", hooks{handle: func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
		if m.shared.count()%10 == 9 {
			return nil
		}
		return m.next.HandleTop(ctx, top, r)
	}}, []string{"concurrent", "siblings"}},
	{"panics of itself", hooks{handle: func(*mutant, context.Context, []slog.Attr, slog.Record) error {
		panic("of itself")
	}}, []string{"slogtest", "zero-attr"}},
}

func TestSuitesCatchEveryFault(t *testing.T) {
	caught := make(map[string]bool)
	expect := func(t *testing.T, got *failures, want []string) {
		t.Helper()
		for _, rule := range want {
			caught[rule] = true
			if !got.has(rule) {
				t.Errorf("rule %s does not see it", rule)
			}
		}
	}
	for _, m := range sinkMutants {
		t.Run(faultName(m.faults), func(t *testing.T) {
			got := newFailures(m.rules)
			runSink(got, sink{func(w io.Writer) slog.Handler { return newEncoder(w, m.faults) }, parseJSON})
			expect(t, got, m.rules)
		})
	}
	for _, m := range wrapMutants {
		t.Run(m.name, func(t *testing.T) {
			got := newFailures(m.rules)
			run(got, func(h slog.Handler) slog.Handler {
				return &mutant{next: chain.Adapt(h), hooks: m.hooks, shared: new(mutantShared), enabled: new(sync.Map)}
			})
			expect(t, got, m.rules)
		})
	}
	for _, rule := range allRules() {
		if !caught[rule] {
			t.Errorf("no mutant shows that rule %s sees anything", rule)
		}
	}
}

func TestGoodMutantPasses(t *testing.T) {
	Run(t, func(h slog.Handler) slog.Handler {
		return &mutant{next: chain.Adapt(h), shared: new(mutantShared), enabled: new(sync.Map)}
	})
}

func allRules() []string {
	var names []string
	for _, c := range cases {
		names = append(names, c.name)
	}
	for _, r := range sharedRules {
		names = append(names, r.name)
	}
	for _, r := range wrapRules {
		names = append(names, r.name)
	}
	for _, r := range sinkRules {
		names = append(names, r.name)
	}
	return names
}

// faultName returns the names of the faults that are set.
func faultName(f sinkFaults) string {
	var set []string
	for field := range strings.FieldsSeq(strings.Trim(fmt.Sprintf("%+v", f), "{}")) {
		if name, ok := strings.CutSuffix(field, ":true"); ok {
			set = append(set, name)
		}
	}
	return strings.Join(set, "+")
}

// failures is a tester that keeps what fails, by rule.
type failures struct {
	mu   *sync.Mutex
	all  map[string][]string
	rule string   // that runs
	only []string // rules to run
}

func newFailures(only []string) *failures {
	return &failures{mu: new(sync.Mutex), all: make(map[string][]string), only: only}
}

func (f *failures) Helper() {}

func (f *failures) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all[f.rule] = append(f.all[f.rule], fmt.Sprintf(format, args...))
}

func (f *failures) Run(name string, run func(tester)) {
	if slices.Contains(f.only, name) {
		run(&failures{f.mu, f.all, name, nil})
	}
}

func (f *failures) has(rule string) bool { return len(f.all[rule]) > 0 }

// hooks are what a mutant does otherwise than a good wrapper. Nil means as it should be.
type hooks struct {
	enabled   func(*mutant, context.Context, slog.Level) bool
	handle    func(*mutant, context.Context, []slog.Attr, slog.Record) error
	withAttrs func(*mutant, []slog.Attr) slog.Handler
	withGroup func(*mutant, string) slog.Handler
	unwrap    func(*mutant) slog.Handler
	delay     bool // records are handled by Flush
}

// mutant is a good wrapper but for its hooks.
type mutant struct {
	hooks

	next    chain.Handler
	shared  *mutantShared
	enabled *sync.Map
	grouped bool
}

type mutantShared struct {
	mu      sync.Mutex
	records int
	delayed []func() error
}

func (s *mutantShared) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records++
	return s.records
}

func (m *mutant) Enabled(ctx context.Context, l slog.Level) bool {
	if m.hooks.enabled != nil {
		return m.hooks.enabled(m, ctx, l)
	}
	return m.next.Enabled(ctx, l)
}

func (m *mutant) Handle(ctx context.Context, r slog.Record) error { return m.HandleTop(ctx, nil, r) }

func (m *mutant) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	handle := m.hooks.handle
	if handle == nil {
		handle = func(m *mutant, ctx context.Context, top []slog.Attr, r slog.Record) error {
			return m.next.HandleTop(ctx, top, r)
		}
	}
	if !m.delay {
		return handle(m, ctx, top, r)
	}
	m.shared.mu.Lock()
	defer m.shared.mu.Unlock()
	m.shared.delayed = append(m.shared.delayed, func() error { return handle(m, ctx, top, r) })
	return nil
}

func (m *mutant) WithAttrs(attrs []slog.Attr) slog.Handler {
	switch {
	case len(attrs) == 0:
		return m
	case m.hooks.withAttrs != nil:
		return m.hooks.withAttrs(m, attrs)
	}
	return m.clone(m.next.WithAttrs(attrs))
}

func (m *mutant) WithGroup(name string) slog.Handler {
	switch {
	case name == "":
		return m
	case m.hooks.withGroup != nil:
		return m.hooks.withGroup(m, name)
	}
	return m.clone(m.next.WithGroup(name))
}

func (m *mutant) clone(next slog.Handler) *mutant {
	m2 := *m
	m2.next = chain.Adapt(next)
	return &m2
}

func (m *mutant) Unwrap() slog.Handler {
	if m.hooks.unwrap != nil {
		return m.hooks.unwrap(m)
	}
	return m.next
}

func (m *mutant) Flush(context.Context) error {
	m.shared.mu.Lock()
	delayed := m.shared.delayed
	m.shared.delayed = nil
	m.shared.mu.Unlock()
	for _, deliver := range delayed {
		if err := deliver(); err != nil {
			return err
		}
	}
	return nil
}
