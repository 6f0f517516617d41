package slogxotel

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

type loop struct{}

func (l loop) LogValue() slog.Value { return slog.AnyValue(l) }

type pointer struct{ text string }

func (p *pointer) Error() string { return p.text }

type late struct{}

func (late) LogValue() slog.Value { panic("no value") }

type asks struct{ n *int }

func (a asks) LogValue() slog.Value {
	*a.n++
	return slog.GroupValue(slog.Int("n", *a.n))
}

func TestRecordsBecomeEvents(t *testing.T) {
	ctx, s := withSpan(t)
	at := time.Date(2000, 1, 2, 3, 4, 5, 6, time.UTC)
	h := NewHandler(slog.DiscardHandler, &Options{Events: slog.LevelWarn})
	h2 := h.WithAttrs([]slog.Attr{slog.String("with", "root")}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("n", 1)})
	record := func(l slog.Level, msg string, attrs ...slog.Attr) slog.Record {
		r := slog.NewRecord(at, l, msg, 0)
		r.AddAttrs(attrs...)
		return r
	}
	missing := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}
	for _, r := range []slog.Record{
		record(slog.LevelInfo, "below"),
		record(slog.LevelWarn, "slow", slog.Bool("b", true)),
		record(slog.LevelError+1, "failed", slog.Group("h", slog.Any("err", missing)), slog.Any("second", errFull)),
	} {
		if err := chain.Adapt(h2).HandleTop(ctx, []slog.Attr{slog.String("trace_id", "x"), slog.String("tenant", "acme")}, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := h2.Handle(ctx, slog.Record{Level: slog.LevelWarn, Message: "timeless"}); err != nil {
		t.Fatal(err)
	}
	want := []event{
		{Name: "log", Nanos: at.UnixNano(), Attrs: map[string]any{
			"log.severity": "WARN", "log.message": "slow", "tenant": "acme", "with": "root", "g.n": int64(1), "g.b": true,
		}},
		{Name: "exception", Nanos: at.UnixNano(), Attrs: map[string]any{
			"log.severity": "ERROR+1", "log.message": "failed", "tenant": "acme", "with": "root", "g.n": int64(1),
			"g.h.err": "open x: file does not exist", "g.second": "disk full",
			"exception.type": "*fs.PathError", "exception.message": "open x: file does not exist",
		}},
		{Name: "log", Attrs: map[string]any{"log.severity": "WARN", "log.message": "timeless", "with": "root", "g.n": int64(1)}},
	}
	for i := range want {
		want[i].Length = len(want[i].Attrs)
	}
	if diff := cmp.Diff(want, s.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if s.code != codes.Unset {
		t.Errorf("status %v", s.code)
	}
}

func TestErrorOfALoggerIsTheException(t *testing.T) {
	ctx, s := withSpan(t)
	slog.New(NewHandler(slog.NewTextHandler(&bytes.Buffer{}, nil), &Options{Events: slog.LevelError})).With("err", errFull).ErrorContext(ctx, "m")
	if len(s.events) != 1 || s.events[0].Attrs["exception.type"] != "*errors.errorString" {
		t.Errorf("events %v", s.events)
	}
}

func TestRecordsSetTheStatus(t *testing.T) {
	ctx, s := withSpan(t)
	log := slog.New(NewHandler(slog.NewTextHandler(&bytes.Buffer{}, nil), &Options{Status: slog.LevelError}))
	log.WarnContext(ctx, "slow")
	if s.code != codes.Unset {
		t.Errorf("status %v after WARN", s.code)
	}
	log.ErrorContext(ctx, "no room")
	if s.code != codes.Error || s.description != "no room" || len(s.events) != 0 {
		t.Errorf("status %v: %q, events %v", s.code, s.description, s.events)
	}
}

func TestValuesOfEvents(t *testing.T) {
	cycle := map[string]any{}
	cycle["self"] = cycle
	asked := 0
	var nobody *pointer
	for name, tt := range map[string]struct {
		value any
		key   string
		want  any
	}{
		"string":             {"s", "k", "s"},
		"int":                {7, "k", int64(7)},
		"uint":               {uint8(7), "k", int64(7)},
		"great uint":         {uint64(math.MaxUint64), "k", "18446744073709551615"},
		"float":              {1.5, "k", 1.5},
		"bool":               {true, "k", true},
		"duration":           {time.Second, "k", int64(1e9)},
		"time":               {time.Unix(1, 5), "k", int64(1e9 + 5)},
		"strings":            {[]string{"a", "b"}, "k", []string{"a", "b"}},
		"ints":               {[]int{1}, "k", []int64{1}},
		"int64s":             {[]int64{1}, "k", []int64{1}},
		"floats":             {[]float64{1}, "k", []float64{1}},
		"bools":              {[]bool{true}, "k", []bool{true}},
		"bytes":              {[]byte("raw"), "k", "raw"},
		"error":              {errFull, "k", "disk full"},
		"stringer":           {time.March, "k", "March"},
		"text":               {netip.MustParseAddr("192.0.2.1"), "k", "192.0.2.1"},
		"struct":             {struct{ A, b int }{1, 2}, "k", `{"A":1}`},
		"nil":                {nil, "k", "null"},
		"map with itself":    {cycle, "k", ""},
		"LogValuer":          {asks{&asked}, "k.n", int64(1)},
		"endless LogValuer":  {loop{}, "k", ""},
		"panicking value":    {late{}, "k", "!PANIC: no value"},
		"panicking error":    {panicking{}, "k", "!PANIC: boom"},
		"nil pointer":        {nobody, "k", "<nil>"},
		"group without name": {slog.GroupValue(slog.GroupAttrs("", slog.Int("inner", 1))), "k.inner", int64(1)},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, s := withSpan(t)
			r := slog.NewRecord(time.Time{}, slog.LevelError, "m", 0)
			r.AddAttrs(slog.Any("k", tt.value))
			if err := NewHandler(slog.DiscardHandler, &Options{Events: slog.LevelError}).Handle(ctx, r); err != nil {
				t.Fatal(err)
			}
			if len(s.events) != 1 {
				t.Fatalf("%d events", len(s.events))
			}
			got, ok := s.events[0].Attrs[tt.key]
			if text, isText := got.(string); isText && tt.want == "" {
				if !strings.HasPrefix(text, "!ERROR: ") {
					t.Errorf("%q is not marked", text)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); !ok || diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// panicking is an error that has no text.
type panicking struct{}

func (panicking) Error() string { panic("boom") }

func TestEventIsBounded(t *testing.T) {
	ctx, s := withSpan(t)
	var many []slog.Attr
	for i := range 1000 {
		many = append(many, slog.Int(fmt.Sprint(i), i))
	}
	deep := slog.Int("end", 1)
	for range 1000 {
		deep = slog.GroupAttrs("g", deep)
	}
	h := NewHandler(slog.DiscardHandler, &Options{Events: slog.LevelError})
	for _, h := range []slog.Handler{h, h.WithAttrs(many), h.WithAttrs([]slog.Attr{deep})} {
		r := slog.NewRecord(time.Time{}, slog.LevelError, "m", 0)
		r.AddAttrs(slog.Any("err", errFull), deep)
		r.AddAttrs(many...)
		if err := h.Handle(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range s.events {
		if e.Length > 128 || len(e.Attrs) < 100 {
			t.Errorf("event %d has %d attributes", i, e.Length)
		}
	}
}

func TestSpanThatDoesNotRecordGetsNothing(t *testing.T) {
	asked := 0
	ctx := trace.ContextWithSpanContext(t.Context(), spanContext(t, 0, ""))
	r := slog.NewRecord(time.Time{}, slog.LevelError, "m", 0)
	r.AddAttrs(slog.Any("k", asks{&asked}))
	if err := NewHandler(slog.DiscardHandler, &Options{Events: slog.LevelError}).Handle(ctx, r); err != nil || asked != 0 {
		t.Errorf("the value was asked %d times (%v)", asked, err)
	}
}

type wildSpan struct{ span }

func (*wildSpan) AddEvent(string, ...trace.EventOption) { panic("no room") }

func TestSpanThatPanicsCostsItsEvent(t *testing.T) {
	ctx := trace.ContextWithSpan(t.Context(), &wildSpan{span{sc: spanContext(t, 1, "")}})
	var told error
	var w bytes.Buffer
	log := slog.New(NewHandler(jsonlog.NewHandler(&w, nil), &Options{Events: slog.LevelError, OnError: func(err error) { told = err }}))
	if got := logged(t, &w, func() { log.ErrorContext(ctx, "m", "k", 1) }); got["k"] != 1. {
		t.Errorf("logged %v", got)
	}
	if told == nil || !strings.Contains(told.Error(), "no room") {
		t.Errorf("OnError was told %v", told)
	}
}

func TestSiblingsDoNotShareAttributesOfEvents(t *testing.T) {
	ctx, s := withSpan(t)
	parent := slog.New(NewHandler(slog.NewTextHandler(&bytes.Buffer{}, nil), &Options{Events: slog.LevelError})).With("a", 1).With("b", 2).With("c", 3)
	one, two := parent.With("one", 1), parent.With("two", 2)
	one.ErrorContext(ctx, "m")
	two.ErrorContext(ctx, "m")
	for i, key := range []string{"one", "two"} {
		if _, ok := s.events[i].Attrs[key]; !ok || len(s.events[i].Attrs) != 6 {
			t.Errorf("event %d: %v", i, s.events[i].Attrs)
		}
	}
}
