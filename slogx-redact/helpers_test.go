package slogxredact

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/console"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

var errBoom = errors.New("boom")

// sink is a way to write records.
type sink struct {
	name string
	open func(w io.Writer) slog.Handler
}

// foreign hides that a handler is one of ours.
type foreign struct{ h slog.Handler }

func (f foreign) Enabled(ctx context.Context, l slog.Level) bool  { return f.h.Enabled(ctx, l) }
func (f foreign) Handle(ctx context.Context, r slog.Record) error { return f.h.Handle(ctx, r) }
func (f foreign) WithAttrs(attrs []slog.Attr) slog.Handler        { return foreign{f.h.WithAttrs(attrs)} }
func (f foreign) WithGroup(name string) slog.Handler              { return foreign{f.h.WithGroup(name)} }
func noTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

var sinks = []sink{
	{"jsonlog", func(w io.Writer) slog.Handler { return jsonlog.NewHandler(w, nil) }},
	{"console", func(w io.Writer) slog.Handler { return console.NewHandler(w, nil) }},
	{"async", func(w io.Writer) slog.Handler { return async.NewHandler(jsonlog.NewHandler(w, nil), nil) }},
	{"slog.JSONHandler", func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }},
	{"slog.TextHandler", func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }},
	{"foreign", func(w io.Writer) slog.Handler { return foreign{slog.NewTextHandler(w, nil)} }},
}

// form is a way to log an attribute.
type form struct {
	name string
	log  func(h slog.Handler, a slog.Attr)
}

var ctx = context.Background()

func record(attrs ...slog.Attr) slog.Record {
	r := slog.NewRecord(time.Unix(1700000000, 0), slog.LevelInfo, "msg", 0)
	r.AddAttrs(attrs...)
	return r
}

var forms = []form{
	{"record", func(h slog.Handler, a slog.Attr) {
		_ = h.Handle(ctx, record(slog.Int("before", 1), a, slog.Int("after", 2)))
	}},
	{"With", func(h slog.Handler, a slog.Attr) {
		_ = h.WithAttrs([]slog.Attr{slog.Int("before", 1), a}).Handle(ctx, record(slog.Int("after", 2)))
	}},
	{"WithGroup", func(h slog.Handler, a slog.Attr) { _ = h.WithGroup("outer").Handle(ctx, record(a)) }},
	{"With in a group", func(h slog.Handler, a slog.Attr) {
		_ = h.WithGroup("outer").WithAttrs([]slog.Attr{a}).WithGroup("inner").Handle(ctx, record(slog.Int("after", 2)))
	}},
	{"group", func(h slog.Handler, a slog.Attr) {
		_ = h.Handle(ctx, record(slog.GroupAttrs("g", slog.Int("before", 1), slog.GroupAttrs("within", a))))
	}},
	{"group without a key", func(h slog.Handler, a slog.Attr) { _ = h.Handle(ctx, record(slog.GroupAttrs("", a))) }},
	{"top", func(h slog.Handler, a slog.Attr) {
		_ = chain.Adapt(h.WithGroup("outer")).HandleTop(ctx, []slog.Attr{a}, record(slog.Int("after", 2)))
	}},
	{"LogValuer", func(h slog.Handler, a slog.Attr) { _ = h.Handle(ctx, record(slog.Any(a.Key, valuer{a.Value}))) }},
	{"LogValuer of a group", func(h slog.Handler, a slog.Attr) {
		_ = h.Handle(ctx, record(slog.Any("valuer", valuer{slog.GroupValue(a)})))
	}},
	{"seventh attribute", func(h slog.Handler, a slog.Attr) {
		_ = h.Handle(ctx, record(slog.Int("a", 1), slog.Int("b", 1), slog.Int("c", 1), slog.Int("d", 1), slog.Int("e", 1), slog.Int("f", 1), a))
	}},
}

type valuer struct{ v slog.Value }

func (v valuer) LogValue() slog.Value { return v.v }

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// output logs by a form through a wrapper and a sink, and returns what was written.
func output(tb testing.TB, wrap func(slog.Handler) slog.Handler, s sink, log func(slog.Handler)) string {
	tb.Helper()
	var b buffer
	h := wrap(s.open(&b))
	log(h)
	if err := chain.Shutdown(ctx, h); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func bare(h slog.Handler) slog.Handler { return chain.Adapt(h) }
