package failover

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/slogtest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/report"
)

func TestBothSidesAndTheLastResortPassSlogtest(t *testing.T) {
	var buf bytes.Buffer
	working := func() slog.Handler { return slog.NewJSONHandler(&buf, nil) }
	for name, newHandler := range map[string]func() slog.Handler{
		"primary": func() slog.Handler { return NewHandler(working(), newSink(blowUp), nil) },
		"refused": func() slog.Handler { return NewHandler(newSink(down), working(), &Options{OnError: ignore}) },
		"open": func() slog.Handler {
			return NewHandler(newSink(down), working(), &Options{Failures: 1, OnError: ignore})
		},
		"last resort": func() slog.Handler {
			return NewHandler(newSink(down), newSink(blowUp), &Options{OnError: ignore, LastResort: &buf})
		},
	} {
		t.Run(name, func(t *testing.T) {
			slogtest.Run(t, func(*testing.T) slog.Handler {
				h := newHandler()
				_ = h.Handle(t.Context(), newRecord("opens the breaker of one"))
				buf.Reset()
				return h
			}, func(t *testing.T) map[string]any {
				t.Helper()
				var m map[string]any
				if err := json.Unmarshal(buf.Bytes(), &m); err != nil {
					t.Fatalf("parse %q: %v", buf.Bytes(), err)
				}
				return m
			})
		})
	}
}

func TestEmptyGroupAndNoAttrsReturnTheReceiver(t *testing.T) {
	h := NewHandler(newSink(nil), newSink(nil), nil)
	if got := h.WithGroup(""); got != slog.Handler(h) {
		t.Errorf("WithGroup(\"\") = %v, want the receiver", got)
	}
	if got := h.WithAttrs(nil); got != slog.Handler(h) {
		t.Errorf("WithAttrs(nil) = %v, want the receiver", got)
	}
}

func TestFallbackGetsTheRecordAsItWas(t *testing.T) {
	var buf bytes.Buffer
	spoils := newSink(func(_ context.Context, r slog.Record) error {
		r.AddAttrs(slog.String("added", "by the primary"))
		return errDown
	})
	h := NewHandler(spoils, text(&buf), &Options{Failures: 100, OnError: ignore}).
		WithAttrs([]slog.Attr{slog.Int("w", 1)}).WithGroup("g")
	derived, _ := h.(chain.Handler)
	r := slog.NewRecord(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), slog.LevelInfo, "m", 0)
	for i := range 8 { // one by one: the record's overflow slice gets spare capacity
		r.AddAttrs(slog.Int("n", i))
	}
	top := append(make([]slog.Attr, 0, 2), slog.Int("top", 2), slog.Int("behind", 3))
	for range 2 {
		if err := derived.HandleTop(t.Context(), top[:1], r); err != nil {
			t.Fatal(err)
		}
	}
	const line = "time=2026-01-02T03:04:05.000Z msg=m w=1 top=2 g.n=0 g.n=1 g.n=2 g.n=3 g.n=4 g.n=5 g.n=6 g.n=7"
	if diff := cmp.Diff(strings.Repeat(line+"\n", 2), buf.String()); diff != "" {
		t.Errorf("fallback (-want +got):\n%s", diff)
	}
}

func TestPrimaryAloneDecidesWhatIsEnabled(t *testing.T) {
	var buf bytes.Buffer
	level := func(l slog.Level) slog.Handler { return slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: l}) }
	h := Wrap(level(slog.LevelError), nil)(level(slog.LevelWarn))
	got := []bool{h.Enabled(t.Context(), slog.LevelInfo), h.Enabled(t.Context(), slog.LevelWarn)}
	if diff := cmp.Diff([]bool{false, true}, got); diff != "" {
		t.Errorf("Enabled for INFO and WARN (-want +got):\n%s", diff)
	}
}

func TestProblemsAreReportedOncePerInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reports []string
		fallback := newSink(nil)
		h := NewHandler(newSink(down), fallback, &Options{
			Name: "loki", Failures: 3, LastResort: io.Discard, OnError: func(err error) { reports = append(reports, err.Error()) },
		})
		for range 5 {
			handle(t, h, "m")
		}
		fallback.set(blowUp)
		for range 5 {
			if err := h.Handle(t.Context(), newRecord("m")); err == nil {
				t.Error("Handle = nil while both sides fail")
			}
		}
		want := []string{
			`hand a record to the primary of "loki": down`,
			`open the breaker of "loki", and leave the primary alone for 10s: hand a record to the primary of "loki": down`,
			`hand a record to the fallback of "loki": panic: boom`,
		}
		if diff := cmp.Diff(want, reports); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	})
}

// lines returns the lines of JSON in buf.
func lines(t *testing.T, buf *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for dec := json.NewDecoder(buf); ; {
		var m map[string]any
		err := dec.Decode(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("parse the last resort: %v", err)
		}
		all = append(all, m)
	}
}

func TestRecordThatBothRefuseIsWrittenToTheLastResort(t *testing.T) {
	var buf bytes.Buffer
	h := NewHandler(newSink(down), newSink(blowUp), &Options{OnError: ignore, LastResort: &buf}).
		WithAttrs([]slog.Attr{slog.Int("w", 1)}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("v", 2)})
	derived, _ := h.(chain.Handler)
	r := newRecord("m")
	r.AddAttrs(slog.Int("k", 3))
	err := derived.HandleTop(t.Context(), []slog.Attr{slog.String("trace_id", "t")}, r)
	if !errors.Is(err, errDown) || !strings.Contains(err.Error(), "the fallback: panic: boom") {
		t.Errorf("Handle = %v, want both errors", err)
	}
	want := []map[string]any{{
		"level": "INFO", "msg": "m", "w": 1.0, "trace_id": "t", "g": map[string]any{"v": 2.0, "k": 3.0},
		"failover.error": "hand a record to the primary: down\nhand a record to the fallback: panic: boom",
	}}
	if diff := cmp.Diff(want, lines(t, &buf)); diff != "" {
		t.Errorf("last resort (-want +got):\n%s", diff)
	}
}

func TestLastResortIsLimitedAndSaysWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var buf bytes.Buffer
		h := NewHandler(newSink(down), newSink(down), &Options{OnError: ignore, LastResort: &buf})
		const extra = 23
		for range maxLines + extra {
			if err := h.Handle(t.Context(), newRecord("m")); err == nil {
				t.Error("Handle = nil while both sides fail")
			}
		}
		if got := len(lines(t, &buf)); got != maxLines {
			t.Errorf("%d lines in one interval, want %d", got, maxLines)
		}
		wait(report.Interval)
		for range 2 {
			_ = h.Handle(t.Context(), newRecord("m"))
		}
		var missing []any
		for _, line := range lines(t, &buf) {
			missing = append(missing, line["failover.suppressed"])
		}
		if diff := cmp.Diff([]any{float64(extra), nil}, missing); diff != "" {
			t.Errorf("records that the lines say are missing (-want +got):\n%s", diff)
		}
		want := chain.Stats{Accepted: maxLines + extra + 2, Dropped: map[string]uint64{chain.ReasonError: maxLines + extra + 2}}
		if diff := cmp.Diff(want, h.FallbackStats()); diff != "" {
			t.Errorf("books of the fallback (-want +got):\n%s", diff)
		}
	})
}

// hostile is a value that panics where nothing expects it.
type hostile struct{}

func (hostile) LogValue() slog.Value { panic("hostile") }

// endless is a group that contains itself.
type endless struct{}

func (endless) LogValue() slog.Value { return slog.GroupValue(slog.Any("self", endless{})) }

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestLastResortSurvivesWhatItIsGiven(t *testing.T) {
	r := newRecord("m")
	r.AddAttrs(slog.Any("bad", hostile{}), slog.Any("endless", endless{}), slog.Int("good", 1))
	var buf bytes.Buffer
	h := NewHandler(newSink(down), newSink(down), &Options{OnError: ignore, LastResort: &buf})
	if err := h.Handle(t.Context(), r); !errors.Is(err, errDown) {
		t.Errorf("Handle = %v, want the sinks' error", err)
	}
	if got := lines(t, &buf); len(got) != 1 || got[0]["good"] != 1.0 {
		t.Errorf("last resort wrote %v, want one line with the good value", got)
	}

	h = NewHandler(newSink(down), newSink(down), &Options{
		OnError: ignore, LastResort: writerFunc(func([]byte) (int, error) { panic("no standard error") }),
	})
	if err := h.Handle(t.Context(), r); err == nil || !strings.Contains(err.Error(), "write a record to the last resort: panic: no standard error") {
		t.Errorf("Handle = %v, want the panic of the writer among the errors", err)
	}
}

// selfLogging is a value that logs to the handler that it is logged with.
type selfLogging struct{ l *slog.Logger }

func (s selfLogging) LogValue() slog.Value {
	s.l.Info("from a LogValue")
	return slog.StringValue("v")
}

func TestValueThatLogsWhileTheLastResortWritesDoesNotDeadlock(t *testing.T) {
	var buf bytes.Buffer
	l := slog.New(NewHandler(newSink(down), newSink(down), &Options{OnError: ignore, LastResort: &buf}))
	l.Info("outer", "v", selfLogging{l})
	var got []any
	for _, line := range lines(t, &buf) {
		got = append(got, line["msg"])
	}
	if diff := cmp.Diff([]any{"from a LogValue", "outer"}, got); diff != "" {
		t.Errorf("last resort (-want +got):\n%s", diff)
	}
}

// keeper is a primary that keeps its own books.
type keeper struct {
	sink
	stats chain.Stats
}

func (k *keeper) Stats() chain.Stats { return k.stats }

func TestBooksOfAPrimaryThatKeepsThemAddUp(t *testing.T) {
	primary := &keeper{sink: newSink(down)}
	h := NewHandler(primary, newSink(nil), &Options{Failures: 3, OnError: ignore})
	for range 3 {
		handle(t, h, "refused")
	}
	primary.stats = chain.Stats{Accepted: 3, Dropped: map[string]uint64{chain.ReasonQueueFull: 3}}
	for range 4 {
		handle(t, h, "not tried")
	}
	want := chain.Stats{Accepted: 7, Dropped: map[string]uint64{chain.ReasonQueueFull: 3, chain.ReasonFailover: 4}}
	if diff := cmp.Diff(want, h.Stats()); diff != "" {
		t.Errorf("Stats (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(chain.Stats{Accepted: 7, Delivered: 7}, h.FallbackStats()); diff != "" {
		t.Errorf("FallbackStats (-want +got):\n%s", diff)
	}
}

func TestNilContextIsSurvived(t *testing.T) {
	fallback := newSink(nil)
	h := NewHandler(newSink(down), fallback, &Options{OnError: ignore})
	var none context.Context
	if err := h.Handle(none, newRecord("m")); err != nil {
		t.Errorf("Handle = %v, want the fallback to take it", err)
	}
}

func TestFlushReachesBothSides(t *testing.T) {
	primary, fallback := &flusher{Handler: newSink(nil)}, &flusher{Handler: newSink(nil)}
	if err := chain.Flush(t.Context(), NewHandler(primary, fallback, nil)); err != nil {
		t.Fatal(err)
	}
	if !primary.flushed || !fallback.flushed {
		t.Errorf("flushed: primary %v, fallback %v, want both", primary.flushed, fallback.flushed)
	}
}

type flusher struct {
	slog.Handler
	flushed bool
}

func (f *flusher) Flush(context.Context) error {
	f.flushed = true
	return nil
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	var none *Options
	for _, o := range []*Options{none, {}, {Failures: 1, CoolDown: 1}} {
		if err := o.Validate(); err != nil {
			t.Errorf("Validate(%+v) = %v, want no error", o, err)
		}
	}
	err := (&Options{Failures: -1, CoolDown: -time.Second}).Validate()
	want := "set up failover: Failures is -1, want at least 1, or 0 for 5\n" +
		"set up failover: CoolDown is -1s, want more than 0, or 0 for 10s"
	if err == nil || err.Error() != want {
		t.Errorf("Validate = %v, want %s", err, want)
	}
	h := NewHandler(newSink(nil), newSink(nil), &Options{Failures: -1, CoolDown: -1})
	if h.breaker.limit != DefaultFailures || h.breaker.coolDown != DefaultCoolDown {
		t.Errorf("NewHandler took %d and %v, want the defaults", h.breaker.limit, h.breaker.coolDown)
	}
}
