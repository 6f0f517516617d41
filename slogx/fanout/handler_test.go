package fanout

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

var errRefused = errors.New("refused")

// sinkFunc is a handler that takes every level and has no attributes of its own.
type sinkFunc func(context.Context, slog.Record) error

func (sinkFunc) Enabled(context.Context, slog.Level) bool          { return true }
func (f sinkFunc) Handle(ctx context.Context, r slog.Record) error { return f(ctx, r) }
func (f sinkFunc) WithAttrs([]slog.Attr) slog.Handler              { return f }
func (f sinkFunc) WithGroup(string) slog.Handler                   { return f }

func take(context.Context, slog.Record) error   { return nil }
func refuse(context.Context, slog.Record) error { return errRefused }
func blowUp(context.Context, slog.Record) error { panic("boom") }
func ignore(error)                              {}

// text returns a handler that writes "msg=… key=value" lines of every level to buf.
func text(buf *bytes.Buffer) slog.Handler {
	return slog.NewTextHandler(buf, &slog.HandlerOptions{
		Level: slog.LevelDebug - 100,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
				return slog.Attr{}
			}
			return a
		},
	})
}

func newRecord(l slog.Level, msg string) slog.Record { return slog.NewRecord(time.Time{}, l, msg, 0) }

func handle(t *testing.T, h slog.Handler, l slog.Level, msg string) {
	t.Helper()
	if err := h.Handle(t.Context(), newRecord(l, msg)); err != nil {
		t.Errorf("Handle(%q) = %v, want no error", msg, err)
	}
}

func TestEverySinkPassesSlogtest(t *testing.T) {
	var first, second bytes.Buffer
	newHandler := func(*testing.T) slog.Handler {
		first.Reset()
		second.Reset()
		return NewHandler(
			Sink{Handler: slog.NewJSONHandler(&first, nil)},
			Sink{Handler: slog.NewJSONHandler(&second, nil)},
		)
	}
	for _, buf := range []*bytes.Buffer{&first, &second} {
		slogtest.Run(t, newHandler, func(t *testing.T) map[string]any {
			t.Helper()
			var m map[string]any
			if err := json.Unmarshal(buf.Bytes(), &m); err != nil {
				t.Fatalf("parse %q: %v", buf.Bytes(), err)
			}
			return m
		})
	}
}

func TestEmptyGroupAndNoAttrsReturnTheReceiver(t *testing.T) {
	h := NewHandler(Sink{Handler: sinkFunc(take)})
	if got := h.WithGroup(""); got != slog.Handler(h) {
		t.Errorf("WithGroup(\"\") = %v, want the receiver", got)
	}
	if got := h.WithAttrs(nil); got != slog.Handler(h) {
		t.Errorf("WithAttrs(nil) = %v, want the receiver", got)
	}
}

func TestNoSinksTakeNothing(t *testing.T) {
	h := NewHandler()
	if h.Enabled(t.Context(), slog.LevelError) {
		t.Error("Enabled = true, want false")
	}
	handle(t, h, slog.LevelError, "m")
}

func TestSinksThatAddToTheRecordDoNotSeeEachOther(t *testing.T) {
	var a, b bytes.Buffer
	adds := func(buf *bytes.Buffer, who string) slog.Handler {
		next := text(buf)
		return sinkFunc(func(ctx context.Context, r slog.Record) error {
			r.AddAttrs(slog.String("k", who)) // no Clone: the mistake that must stay harmless
			return next.Handle(ctx, r)
		})
	}
	h := NewHandler(Sink{Handler: adds(&a, "a")}, Sink{Handler: adds(&b, "b")})
	for n := range 20 {
		a.Reset()
		b.Reset()
		r := newRecord(slog.LevelInfo, "m")
		for range n { // one by one: the record's overflow slice gets spare capacity
			r.AddAttrs(slog.Int("n", 1))
		}
		for range 2 {
			if err := h.Handle(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		line := "msg=m" + strings.Repeat(" n=1", n)
		if got, want := a.String(), strings.Repeat(line+" k=a\n", 2); got != want {
			t.Errorf("%d attributes: first sink wrote %q, want %q", n, got, want)
		}
		if got, want := b.String(), strings.Repeat(line+" k=b\n", 2); got != want {
			t.Errorf("%d attributes: second sink wrote %q, want %q", n, got, want)
		}
	}
}

// scribbler is a handler that appends to every slice it is lent and overwrites those it is given.
type scribbler struct{ slog.Handler }

func (s scribbler) HandleTop(_ context.Context, top []slog.Attr, _ slog.Record) error {
	_ = append(top, slog.String("scribbled", "over"))
	return nil
}

func (s scribbler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clear(attrs)
	return s
}

func TestSinkCannotScribbleOverWhatOthersGet(t *testing.T) {
	var buf bytes.Buffer
	h := NewHandler(
		Sink{Handler: scribbler{sinkFunc(take)}},
		Sink{Handler: text(&buf)},
	)
	lent := append(make([]slog.Attr, 0, 2), slog.Int("top", 1), slog.Int("next", 2))
	derived, _ := h.WithAttrs([]slog.Attr{slog.Int("with", 1)}).(chain.Handler)
	if err := derived.HandleTop(t.Context(), lent[:1], newRecord(slog.LevelInfo, "m")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("msg=m with=1 top=1\n", buf.String()); diff != "" {
		t.Errorf("second sink (-want +got):\n%s", diff)
	}
	if !lent[1].Equal(slog.Int("next", 2)) {
		t.Errorf("the element behind top is %v, want it untouched", lent[1])
	}
}

func TestTopAttributesReachTheTopLevelOfEverySink(t *testing.T) {
	var a, b bytes.Buffer
	h := NewHandler(Sink{Handler: text(&a)}, Sink{Handler: text(&b)}).
		WithAttrs([]slog.Attr{slog.Int("root", 1)}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("in", 2)})
	derived, _ := h.(chain.Handler)
	if err := derived.HandleTop(t.Context(), []slog.Attr{slog.Int("top", 3)}, newRecord(slog.LevelInfo, "m")); err != nil {
		t.Fatal(err)
	}
	const want = "msg=m root=1 top=3 g.in=2\n"
	if diff := cmp.Diff([]string{want, want}, []string{a.String(), b.String()}); diff != "" {
		t.Errorf("sinks (-want +got):\n%s", diff)
	}
}

func TestFailingSinkCostsNeitherTheOthersNorTheCaller(t *testing.T) {
	var first, last bytes.Buffer
	var reports []string
	onError := func(err error) { reports = append(reports, err.Error()) }
	h := NewHandler(
		Sink{Name: "first", Handler: text(&first)},
		Sink{Name: "panics", Handler: sinkFunc(blowUp), OnError: onError},
		Sink{Name: "refuses", Handler: sinkFunc(refuse), OnError: onError},
		Sink{Name: "last", Handler: text(&last)},
	)
	for range 3 {
		err := h.Handle(t.Context(), newRecord(slog.LevelInfo, "m"))
		if !errors.Is(err, errRefused) || !strings.Contains(err.Error(), `sink "panics": panic: boom`) {
			t.Errorf("Handle = %v, want the errors of both sinks", err)
		}
	}
	lines := strings.Repeat("msg=m\n", 3)
	if diff := cmp.Diff([]string{lines, lines}, []string{first.String(), last.String()}); diff != "" {
		t.Errorf("good sinks (-want +got):\n%s", diff)
	}
	wantStats := map[string]chain.Stats{
		"first":   {Accepted: 3, Delivered: 3},
		"panics":  {Accepted: 3, Dropped: map[string]uint64{chain.ReasonPanic: 3}},
		"refuses": {Accepted: 3, Dropped: map[string]uint64{chain.ReasonError: 3}},
		"last":    {Accepted: 3, Delivered: 3},
	}
	if diff := cmp.Diff(wantStats, h.Stats()); diff != "" {
		t.Errorf("Stats (-want +got):\n%s", diff)
	}
	wantReports := []string{
		`hand a record to sink "panics": panic: boom`,
		`hand a record to sink "refuses": refused`,
	}
	if diff := cmp.Diff(wantReports, reports); diff != "" {
		t.Errorf("one report a sink and interval (-want +got):\n%s", diff)
	}
}

func TestPanicWithAnErrorKeepsIt(t *testing.T) {
	h := NewHandler(Sink{Handler: sinkFunc(func(context.Context, slog.Record) error { panic(errRefused) }), OnError: ignore})
	if err := h.Handle(t.Context(), newRecord(slog.LevelInfo, "m")); !errors.Is(err, errRefused) {
		t.Errorf("Handle = %v, want an error that wraps the panic's", err)
	}
}

func TestEachSinkHasItsLevels(t *testing.T) {
	var low, high, own bytes.Buffer
	lowest := new(slog.LevelVar)
	lowest.Set(slog.LevelInfo)
	h := NewHandler(
		Sink{Handler: text(&low), Level: lowest, MaxLevel: slog.LevelWarn - 1},
		Sink{Handler: text(&high), Level: slog.LevelWarn},
		Sink{Handler: slog.NewTextHandler(&own, &slog.HandlerOptions{Level: slog.LevelError})},
	).WithGroup("g") // children obey levels that change as their parent does
	log := func() {
		for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
			handle(t, h, l, l.String())
		}
	}
	log()
	if h.Enabled(t.Context(), slog.LevelDebug) {
		t.Error("Enabled(DEBUG) = true, want false while no sink takes it")
	}
	lowest.Set(slog.LevelDebug)
	log()
	if !h.Enabled(t.Context(), slog.LevelDebug) {
		t.Error("Enabled(DEBUG) = false, want true when one sink takes it")
	}
	if diff := cmp.Diff("msg=INFO\nmsg=DEBUG\nmsg=INFO\n", low.String()); diff != "" {
		t.Errorf("sink up to INFO (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("msg=WARN\nmsg=ERROR\nmsg=WARN\nmsg=ERROR\n", high.String()); diff != "" {
		t.Errorf("sink from WARN (-want +got):\n%s", diff)
	}
	if got := strings.Count(own.String(), "level=ERROR"); got != 2 || strings.Count(own.String(), "\n") != 2 {
		t.Errorf("sink whose handler says ERROR wrote %q, want its 2 ERROR lines", own.String())
	}
}

func TestFilterDecidesAndCannotChangeTheRecord(t *testing.T) {
	var buf bytes.Buffer
	h := NewHandler(Sink{Handler: text(&buf), Filter: func(_ context.Context, r slog.Record) bool {
		r.AddAttrs(slog.Bool("filtered", true))
		return r.Message != "no"
	}})
	for _, msg := range []string{"yes", "no"} {
		r := newRecord(slog.LevelInfo, msg)
		for range 8 { // one by one: the record's overflow slice gets spare capacity
			r.AddAttrs(slog.Int("n", 1))
		}
		if err := h.Handle(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		r.AddAttrs(slog.Int("n", 1)) // slog notices if another copy has used the spare room
		r.Attrs(func(a slog.Attr) bool {
			if a.Key != "n" {
				t.Errorf("the caller's record has got %v", a)
			}
			return true
		})
	}
	if diff := cmp.Diff("msg=yes"+strings.Repeat(" n=1", 8)+"\n", buf.String()); diff != "" {
		t.Errorf("sink (-want +got):\n%s", diff)
	}
}

type panicLevel struct{}

func (panicLevel) Level() slog.Level { panic("no level") }

type panicEnabled struct{ slog.Handler }

func (panicEnabled) Enabled(context.Context, slog.Level) bool { panic("do not ask") }

func TestPanicWhileAskedLetsTheRecordThrough(t *testing.T) {
	tests := map[string]func(slog.Handler) Sink{
		`filter a record for sink "s": panic: no idea`: func(h slog.Handler) Sink {
			return Sink{Handler: h, Filter: func(context.Context, slog.Record) bool { panic("no idea") }}
		},
		`ask sink "s" for its levels: panic: no level`: func(h slog.Handler) Sink {
			return Sink{Handler: h, Level: panicLevel{}}
		},
		`ask sink "s" whether it is enabled: panic: do not ask`: func(h slog.Handler) Sink {
			return Sink{Handler: panicEnabled{h}}
		},
	}
	for want, sink := range tests {
		var buf bytes.Buffer
		var reports []string
		s := sink(text(&buf))
		s.Name, s.OnError = "s", func(err error) { reports = append(reports, err.Error()) }
		h := NewHandler(s)
		if !h.Enabled(t.Context(), slog.LevelInfo) {
			t.Errorf("%s: Enabled = false, want true", want)
		}
		handle(t, h, slog.LevelInfo, "m")
		if buf.String() != "msg=m\n" {
			t.Errorf("%s: sink wrote %q, want the record", want, buf.String())
		}
		if diff := cmp.Diff([]string{want}, reports); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	}
}

// fragile is a handler that panics at attributes with a bad value and at groups.
type fragile struct{ slog.Handler }

func (f fragile) WithAttrs(attrs []slog.Attr) slog.Handler {
	if slices.ContainsFunc(attrs, func(a slog.Attr) bool { return a.Key == "never" || a.Value.String() == "bad" }) {
		panic("cannot format")
	}
	return fragile{f.Handler.WithAttrs(attrs)}
}

func (f fragile) WithGroup(string) slog.Handler { panic("no groups") }

func TestSinkThatCannotBeDerivedGoesOn(t *testing.T) {
	var weak, strong bytes.Buffer
	var reports []string
	l := slog.New(NewHandler(
		Sink{Name: "weak", Handler: fragile{text(&weak)}, OnError: func(err error) { reports = append(reports, err.Error()) }},
		Sink{Handler: text(&strong)},
	))
	l.With("a", 1, "b", "bad", "never", 0, "c", 2).Info("attrs")
	l.WithGroup("g").Info("group", "in", 3)
	if diff := cmp.Diff("msg=attrs a=1 b=\"!PANIC: cannot format\" c=2\nmsg=group in=3\n", weak.String()); diff != "" {
		t.Errorf("sink that panics (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("msg=attrs a=1 b=bad never=0 c=2\nmsg=group g.in=3\n", strong.String()); diff != "" {
		t.Errorf("other sink (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{`add attributes to sink "weak": panic: cannot format`}, reports); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
}

func TestSiblingsDoNotSeeEachOther(t *testing.T) {
	var buf bytes.Buffer
	base := slog.New(NewHandler(Sink{Handler: text(&buf)})).With("base", 0)
	first := base.With("who", "first")
	second := base.With("who", "second")
	first.Info("m")
	second.Info("m")
	base.Info("m")
	if diff := cmp.Diff("msg=m base=0 who=first\nmsg=m base=0 who=second\nmsg=m base=0\n", buf.String()); diff != "" {
		t.Errorf("siblings (-want +got):\n%s", diff)
	}
}

func TestFlushReachesEverySink(t *testing.T) {
	var flushed []string
	newSink := func(name string) slog.Handler { return &queue{Handler: sinkFunc(take), name: name, flushed: &flushed} }
	h := NewHandler(Sink{Handler: newSink("a")}, Sink{Handler: newSink("b")}).WithGroup("g")
	if err := chain.Flush(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, flushed); diff != "" {
		t.Errorf("flushed (-want +got):\n%s", diff)
	}
}

type queue struct {
	slog.Handler
	name    string
	flushed *[]string
}

func (q *queue) WithGroup(string) slog.Handler { return q }

func (q *queue) Flush(context.Context) error {
	*q.flushed = append(*q.flushed, q.name)
	return nil
}

func TestConcurrentUse(t *testing.T) {
	const goroutines, each = 8, 500
	var buf bytes.Buffer
	h := NewHandler(
		Sink{Handler: text(&buf)},
		Sink{Handler: sinkFunc(blowUp), OnError: ignore},
		Sink{Handler: sinkFunc(refuse), OnError: ignore},
	)
	done := make(chan struct{})
	var checker sync.WaitGroup
	checker.Go(func() {
		for {
			for name, s := range h.Stats() {
				if s.Accepted != s.Delivered+s.DroppedTotal()+s.Queued {
					t.Errorf("%s: %+v does not add up", name, s)
				}
			}
			_ = h.Health(t.Context())
			select {
			case <-done:
				return
			default:
			}
		}
	})
	var writers sync.WaitGroup
	for range goroutines {
		writers.Go(func() {
			l := slog.New(h).With("with", 1)
			for range each {
				l.Info("m")
			}
		})
	}
	writers.Wait()
	close(done)
	checker.Wait()
	if got := strings.Count(buf.String(), "msg=m with=1\n"); got != goroutines*each {
		t.Errorf("the good sink wrote %d whole lines, want %d", got, goroutines*each)
	}
	for name, s := range h.Stats() {
		if s.Accepted != goroutines*each || s.Queued != 0 {
			t.Errorf("%s: %+v, want %d accepted, 0 queued", name, s, goroutines*each)
		}
	}
}
