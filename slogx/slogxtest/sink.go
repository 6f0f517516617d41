package slogxtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"
)

// RunSink tests a handler that encodes records and writes them to an [io.Writer]. open makes one that
// is enabled for INFO and above, writes without colour and cuts nothing. parse reads what it wrote back
// in the form of [testing/slogtest]: a map for each record, groups as maps in maps, the keys
// [slog.TimeKey], [slog.LevelKey] and [slog.MessageKey], strings as they were. Other values are compared
// as [fmt.Sprint] writes them, so a number may come back as a string; NaN, maps, and keys with odd
// characters in them need only not disturb the rest.
//
// Each rule is a subtest; a failure says what the rule is. See the package documentation for the rules.
func RunSink(t *testing.T, open func(io.Writer) slog.Handler, parse func([]byte) ([]map[string]any, error)) {
	t.Helper()
	runSink(live{t}, sink{open, parse})
}

// sink is an encoder under test.
type sink struct {
	open  func(io.Writer) slog.Handler
	parse func([]byte) ([]map[string]any, error)
}

func (s sink) subject() subject {
	w := new(writes)
	return s.subjectOn(w)
}

func (s sink) subjectOn(w *writes) subject {
	return subject{handler: s.open(w), results: func() ([]map[string]any, error) { return s.parse(w.bytes()) }}
}

// writes keeps what it is given, a Write call each.
type writes struct {
	mu    sync.Mutex
	calls [][]byte
}

func (w *writes) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, bytes.Clone(p))
	return len(p), nil
}

func (w *writes) bytes() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Join(w.calls, nil)
}

func (w *writes) all() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// sinkRule is a rule for encoders only.
type sinkRule struct {
	name        string
	explanation string
	check       func(t tester, s sink)
}

func runSink(t tester, s sink) {
	runShared(t, s.subject)
	for _, r := range sinkRules {
		t.Run(r.name, func(t tester) {
			var made opened
			defer made.shutdown()
			tracked := sink{func(w io.Writer) slog.Handler { return made.add(s.open(w)) }, s.parse}
			rule{explanation: r.explanation, check: func(t tester, _ func() subject) { r.check(t, tracked) }}.run(t, nil)
		})
	}
}

var sinkRules = []sinkRule{
	{
		name:        "one-write",
		explanation: withSource("a record should be one Write call that ends in exactly one newline"),
		check:       checkOneWrite,
	},
	{
		name:        "odd-strings",
		explanation: withSource("no text should forge or break a record, whether it is a message, a key, a value or the name of a group"),
		check:       checkOddStrings,
	},
	{
		name:        "clean-bytes",
		explanation: withSource("the output should be valid UTF-8 without control characters other than tabs and the newlines of the Handler"),
		check:       checkCleanBytes,
	},
	{
		name:        "panics-shown",
		explanation: withSource("a value whose method panicked should be shown as !PANIC: and the reason"),
		check:       checkPanicsShown,
	},
	{
		name:        "large-string",
		explanation: withSource("a string of 10 MiB should be written"),
		check: func(t tester, s sink) {
			checkLarge(t, s, slog.String("v", strings.Repeat("x", 10<<20)))
		},
	},
	{
		name:        "many-attrs",
		explanation: withSource("100,000 attributes should be written"),
		check:       func(t tester, s sink) { checkLarge(t, s, numbered(100_000)...) },
	},
	{
		name:        "deep-groups",
		explanation: withSource("10,000 groups, each within the other, should be written"),
		check:       checkDeepGroups,
	},
	{
		name:        "serial-writes",
		explanation: withSource("Write calls should not overlap"),
		check:       checkSerialWrites,
	},
	{
		name:        "write-error",
		explanation: withSource("Handle should return the error of the writer, and go on with the next record"),
		check: func(t tester, s sink) {
			checkFailure(t, s, errSink, func([]byte) (int, error) { return 0, errSink })
		},
	},
	{
		name:        "short-write",
		explanation: withSource("Handle should return io.ErrShortWrite when the writer takes less than the record without an error"),
		check: func(t tester, s sink) {
			checkFailure(t, s, io.ErrShortWrite, func(p []byte) (int, error) { return len(p) / 2, nil })
		},
	},
}

func checkOneWrite(t tester, s sink) {
	w := new(writes)
	h := s.open(w)
	for _, msg := range []string{"", "msg", "two\nlines\n", "ends in a newline\n"} {
		l := slog.New(h)
		l.Info(msg)
		l.Info(msg, "k", msg, "e", errors.Join(errors.New("one"), errors.New("two")))
		l.With("k", msg).WithGroup("g").Info(msg, "k", strings.Repeat("x", 100_000))
	}
	flush(t, h)
	calls := w.all()
	if len(calls) != 12 {
		t.Errorf("12 records made %d Write calls", len(calls))
	}
	for _, p := range calls {
		if !bytes.HasSuffix(p, []byte("\n")) || bytes.HasSuffix(p, []byte("\n\n")) || bytes.HasPrefix(p, []byte("\n")) {
			t.Errorf("a Write call does not end in exactly one newline, or begins with one: %.200q", p)
		}
	}
}

// oddPlaces logs one record with s in the place that it is named for.
var oddPlaces = []struct {
	name string
	log  func(l *slog.Logger, s string)
}{
	{"message", func(l *slog.Logger, s string) { l.Info(s, "before", "b", "after", "a") }},
	{"value", func(l *slog.Logger, s string) { l.Info("msg", "before", "b", "v", s, "after", "a") }},
	{"error", func(l *slog.Logger, s string) { l.Info("msg", "before", "b", "v", errors.New(s), "after", "a") }},
	{"bytes", func(l *slog.Logger, s string) { l.Info("msg", "before", "b", "v", []byte(s), "after", "a") }},
	{"slice", func(l *slog.Logger, s string) { l.Info("msg", "before", "b", "v", []string{s, s}, "after", "a") }},
	{"map", func(l *slog.Logger, s string) {
		l.Info("msg", "before", "b", "v", map[string]string{s: s}, "after", "a")
	}},
	{"key", func(l *slog.Logger, s string) { l.Info("msg", "before", "b", s, "v", "after", "a") }},
	{"group key", func(l *slog.Logger, s string) { l.Info("msg", "before", "b", slog.Group(s, "x", "y"), "after", "a") }},
	{"With key", func(l *slog.Logger, s string) { l.With("before", "b", s, s, "after", "a").Info("msg") }},
	{"group name", func(l *slog.Logger, s string) { l.With("before", "b", "after", "a").WithGroup(s).Info("msg", "x", "y") }},
}

func checkOddStrings(t tester, s sink) {
	for _, odd := range oddStrings {
		for _, place := range oddPlaces {
			sub := s.subject()
			if !survive(t, func() { place.log(slog.New(sub.handler), odd.s) }) {
				t.Errorf("%s in the place of a %s", odd.name, place.name)
				continue
			}
			flush(t, sub.handler)
			got, err := sub.results()
			if err != nil || len(got) != 1 {
				t.Errorf("%s in the place of a %s: %d records, want 1, error %v", odd.name, place.name, len(got), err)
				continue
			}
			for _, check := range []check{hasKey(slog.MessageKey), hasAttr(slog.LevelKey, "INFO"), hasAttr("before", "b"), hasAttr("after", "a")} {
				if problem := check(got[0]); problem != "" {
					t.Errorf("%s in the place of a %s: %s", odd.name, place.name, problem)
				}
			}
		}
	}
}

func checkCleanBytes(t tester, s sink) {
	for _, odd := range oddStrings {
		for _, place := range oddPlaces {
			w := new(writes)
			h := s.open(w)
			place.log(slog.New(h), odd.s)
			flush(t, h)
			out := w.bytes()
			dirty := bytes.IndexFunc(out, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' })
			if dirty >= 0 || !utf8.Valid(out) {
				t.Errorf("%s in the place of a %s: %.300q", odd.name, place.name, out)
			}
		}
	}
}

// checkPanicsShown looks at methods that encoders call, and at those that this one chose to call.
func checkPanicsShown(t tester, s sink) {
	for _, tt := range []struct {
		value  any
		called func() bool // nil: it must be
	}{
		{panicky{}, nil},
		{panickyError{1}, nil},
		{&panickyError{1}, nil},
		watch(func(called *atomic.Bool) any { return watchedStringer{called} }),
		watch(func(called *atomic.Bool) any { return watchedJSON{called} }),
		watch(func(called *atomic.Bool) any { return watchedText{called} }),
	} {
		sub := s.subject()
		if !survive(t, func() { slog.New(sub.handler).Info("msg", "before", "b", "v", tt.value, "after", "a") }) {
			continue
		}
		got, ok := sub.output(t, 1)
		if !ok || tt.called != nil && !tt.called() {
			continue
		}
		if problem := isPanic("v")(got[0]); problem != "" {
			t.Errorf("%T: %s", tt.value, problem)
		}
	}
}

func watch(value func(*atomic.Bool) any) struct {
	value  any
	called func() bool
} {
	called := new(atomic.Bool)
	return struct {
		value  any
		called func() bool
	}{value(called), called.Load}
}

func checkLarge(t tester, s sink, attrs ...slog.Attr) {
	w := new(writes)
	sub := s.subjectOn(w)
	last := slog.String("after", "the end is here")
	handle(t, sub.handler, nil, record(append(slices.Clip(attrs), last)...))
	got, ok := sub.output(t, 1)
	if !ok {
		return
	}
	if n := len(w.all()); n != 1 {
		t.Errorf("one record made %d Write calls", n)
	}
	for _, check := range []check{hasKey(slog.TimeKey), hasKey(slog.LevelKey), hasAttr(slog.MessageKey, "msg"), hasAttr("after", "the end is here")} {
		if problem := check(got[0]); problem != "" {
			t.Errorf("%s", problem)
		}
	}
	for _, a := range attrs {
		if _, ok := got[0][a.Key]; !ok {
			t.Errorf("attribute %q is missing", a.Key)
		}
	}
	if v, ok := got[0]["v"].(string); ok && len(v) != 10<<20 {
		t.Errorf("the string has %d bytes, want %d", len(v), 10<<20)
	}
}

// checkDeepGroups looks at the bytes: encoding/json reads no such depth.
func checkDeepGroups(t tester, s sink) {
	const depth = 10_000
	a := slog.String("k", "the deepest value")
	for range depth {
		a = slog.Attr{Key: "g", Value: slog.GroupValue(a)}
	}
	w := new(writes)
	h := s.open(w)
	handle(t, h, nil, record(a, slog.String("after", "the end is here")))
	flush(t, h)
	calls := w.all()
	if len(calls) != 1 {
		t.Errorf("one record made %d Write calls", len(calls))
		return
	}
	for _, want := range []string{"msg", "the deepest value", "the end is here"} {
		if !bytes.Contains(calls[0], []byte(want)) {
			t.Errorf("%q is missing in a line of %d bytes", want, len(calls[0]))
		}
	}
}

// overlap is a writer that notices calls while another is running.
type overlap struct {
	writes

	running atomic.Int32
	seen    atomic.Bool
}

func (w *overlap) Write(p []byte) (int, error) {
	if w.running.Add(1) > 1 {
		w.seen.Store(true)
	}
	defer w.running.Add(-1)
	for range 100 { // others get a chance to come in
		runtime.Gosched()
	}
	return w.writes.Write(p)
}

func checkSerialWrites(t tester, s sink) {
	const goroutines, records = 8, 50
	w := new(overlap)
	h := s.open(w)
	var wg sync.WaitGroup
	for g := range goroutines {
		l := slog.New(h).With("g", g)
		wg.Go(func() {
			survive(t, func() {
				for i := range records {
					l.Info("msg", "i", i)
				}
			})
		})
	}
	wg.Wait()
	flush(t, h)
	if w.seen.Load() {
		t.Errorf("Write was called while another call was running")
	}
	if got, err := s.parse(w.bytes()); err != nil || len(got) != goroutines*records {
		t.Errorf("%d records, want %d, error %v", len(got), goroutines*records, err)
	}
}

// failing is a writer whose first call fails.
type failing struct {
	writes
	fail   func([]byte) (int, error)
	failed atomic.Bool
}

func (w *failing) Write(p []byte) (int, error) {
	if w.failed.CompareAndSwap(false, true) {
		return w.fail(p)
	}
	return w.writes.Write(p)
}

func checkFailure(t tester, s sink, want error, fail func([]byte) (int, error)) {
	w := &failing{fail: fail}
	h := s.open(w)
	for i := range 2 {
		r := slog.NewRecord(time.Time{}, slog.LevelInfo, fmt.Sprint("record ", i), 0)
		err := h.Handle(context.Background(), r)
		if i == 0 && !errors.Is(err, want) {
			t.Errorf("Handle returned %v, want %v", err, want)
		}
		if i == 1 && err != nil {
			t.Errorf("Handle returned %v for the record after the failure", err)
		}
	}
	if !bytes.Contains(w.bytes(), []byte("record 1")) {
		t.Errorf("the record after the failure is missing")
	}
}
