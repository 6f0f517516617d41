package tail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/internal/held"
	"github.com/slogx-go/slogx/slogx/level"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/tail"
)

func TestHowARequestEnds(t *testing.T) {
	release := func(ctx context.Context, b *tail.Buffer) { _ = b.Release(ctx) }
	discard := func(_ context.Context, b *tail.Buffer) { b.Discard() }
	for _, tt := range []struct {
		name      string
		opts      *tail.Options
		end       []func(context.Context, *tail.Buffer)
		log       string // the levels of what is logged before the end, as letters, and after it
		after     string
		want      []string
		discarded uint64
	}{
		{name: "not settled", log: "dIdW", want: []string{"I1", "W3"}},
		{name: "released", end: []func(context.Context, *tail.Buffer){release}, log: "dId", want: []string{"I1", "d0", "d2"}},
		{name: "discarded", end: []func(context.Context, *tail.Buffer){discard}, log: "dId", want: []string{"I1"}, discarded: 2},
		{name: "released twice", end: []func(context.Context, *tail.Buffer){release, release}, log: "d", want: []string{"d0"}},
		{name: "released and then discarded", end: []func(context.Context, *tail.Buffer){release, discard}, log: "d", after: "d", want: []string{"d0", "d1"}},
		{name: "discarded and then released", end: []func(context.Context, *tail.Buffer){discard, release}, log: "d", after: "dI", want: []string{"I2"}, discarded: 1},
		{name: "discarded twice", end: []func(context.Context, *tail.Buffer){discard, discard}, log: "d", discarded: 1},
		{name: "released empty", end: []func(context.Context, *tail.Buffer){release}, after: "dI", want: []string{"d0", "I1"}},
		{name: "discarded empty", end: []func(context.Context, *tail.Buffer){discard, release}, after: "dI", want: []string{"I1"}},
		{name: "what follows a release passes", end: []func(context.Context, *tail.Buffer){release}, log: "d", after: "Id", want: []string{"d0", "I1", "d2"}},
		{name: "an error releases", log: "dIdEd", want: []string{"I1", "d0", "d2", "E3", "d4"}},
		{name: "a warning releases", opts: &tail.Options{Release: slog.LevelWarn}, log: "dWd", want: []string{"d0", "W1", "d2"}},
		{name: "no record releases", opts: &tail.Options{Release: tail.Never}, log: "dEd", want: []string{"E1"}},
		{name: "trace records are not held", end: []func(context.Context, *tail.Buffer){release}, log: "td", after: "td", want: []string{"d1", "d3"}},
		{name: "trace records are held", opts: &tail.Options{Level: slog.Level(-8)}, end: []func(context.Context, *tail.Buffer){release}, log: "td", want: []string{"t0", "d1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSink(slog.LevelInfo)
			h := tail.NewHandler(s, tt.opts)
			ctx, buf := tail.NewContext(t.Context())
			levels := map[rune]slog.Level{'t': -8, 'd': slog.LevelDebug, 'I': slog.LevelInfo, 'W': slog.LevelWarn, 'E': slog.LevelError}
			log := func(letters string, from int) {
				for i, c := range letters {
					slog.New(h).Log(ctx, levels[c], fmt.Sprintf("%c%d", c, from+i))
				}
			}
			log(tt.log, 0)
			for _, end := range tt.end {
				end(ctx, buf)
			}
			log(tt.after, len(tt.log))
			if diff := cmp.Diff(tt.want, s.messages()); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
			if got := h.Discarded(); got != tt.discarded {
				t.Errorf("%d discarded, want %d", got, tt.discarded)
			}
			if len(tt.end) > 0 && h.Held() != 0 {
				t.Errorf("%d still held", h.Held())
			}
			buf.Discard()
			if records, bytes := h.Usage(); records != 0 || bytes != 0 {
				t.Errorf("%d records, %d bytes are counted though nothing is held", records, bytes)
			}
		})
	}
}

func TestWithoutABuffer(t *testing.T) {
	s := newSink(slog.LevelInfo)
	h := tail.NewHandler(s, nil)
	if h.Enabled(t.Context(), slog.LevelDebug) {
		t.Error("enabled for debug records")
	}
	log := slog.New(h)
	log.Debug("d")
	log.Info("i")
	log.Error("e")
	if err := h.Handle(nil, slog.NewRecord(time.Now(), slog.LevelError, "nil context", 0)); err != nil { //nolint:staticcheck // a mistake that must not end the program
		t.Error(err)
	}
	var none *tail.Buffer
	none.Discard()
	if err := none.Release(t.Context()); err != nil || none.Takes() || tail.FromContext(t.Context()) != nil {
		t.Error("no buffer behaves like one")
	}
	if diff := cmp.Diff([]string{"i", "e", "nil context"}, s.messages()); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

func TestGateAndSamplingGoOnForABuffer(t *testing.T) {
	s := newSink(slog.Level(-100))
	levels := level.NewController(nil)
	if err := levels.Set("quiet", slog.LevelWarn, 0); err != nil {
		t.Fatal(err)
	}
	th := tail.NewHandler(s, nil)
	sampler := sample.NewHandler(th, &sample.Options{Rules: []sample.Rule{{Message: "sampled", First: 1, Interval: time.Hour}, {Logger: "quiet", First: 1, Interval: time.Hour}}})
	if err := levels.Set("mute", slog.LevelError+1, 0); err != nil {
		t.Fatal(err)
	}
	log := slog.New(level.NewHandler(sampler, levels))
	mute := slog.New(level.Named(log.Handler(), "mute"))
	quiet := slog.New(level.Named(log.Handler(), "quiet"))

	run := func(ctx context.Context) {
		for range 3 {
			log.InfoContext(ctx, "sampled")
		}
		log.DebugContext(ctx, "debug")
		quiet.InfoContext(ctx, "quiet")
		quiet.WarnContext(ctx, "quiet warns")
		log.Log(ctx, slog.Level(-8), "trace")
		mute.ErrorContext(ctx, "mute") // would be dropped, so that it releases nothing
	}
	run(t.Context())
	if diff := cmp.Diff([]string{"sampled", "quiet warns"}, s.messages()); diff != "" {
		t.Errorf("without a buffer (-want +got):\n%s", diff)
	}
	ctx, buf := tail.NewContext(t.Context())
	run(ctx)
	if diff := cmp.Diff([]string(nil), s.messages()); diff != "" {
		t.Errorf("with a buffer (-want +got):\n%s", diff)
	}
	if got := sampler.Sampled(); got != 2 {
		t.Errorf("%d sampled, want 2: those that are held are not dropped", got)
	}
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	want := []string{"sampled", "sampled", "sampled", "debug", "quiet", "quiet warns", "mute"}
	if diff := cmp.Diff(want, s.messages()); diff != "" {
		t.Errorf("released (-want +got):\n%s", diff)
	}
	run(ctx)
	if diff := cmp.Diff(want, s.messages()); diff != "" {
		t.Errorf("after the release (-want +got):\n%s", diff)
	}
	ctx, buf = tail.NewContext(t.Context())
	buf.Discard()
	run(ctx)
	if got := s.messages(); got != nil || sampler.Sampled() != 2+4 {
		t.Errorf("after a discard: %v, and %d sampled", got, sampler.Sampled())
	}
}

func TestHeldRecordsAreAsTheyWere(t *testing.T) {
	var out bytes.Buffer
	h := tail.NewHandler(slog.NewJSONHandler(&out, nil), nil)
	ctx, buf := tail.NewContext(t.Context())
	values, more := map[string]int{"n": 1}, []string{"a"}
	log := slog.New(h).With("more", more).WithGroup("g")
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	r := slog.NewRecord(at, slog.LevelDebug, "m", 0)
	r.AddAttrs(slog.Any("values", values), slog.Any("err", errors.New("down")))
	top := []slog.Attr{slog.String("request_id", "r1")}
	if err := log.Handler().(*tail.Handler).HandleTop(ctx, top, r); err != nil {
		t.Fatal(err)
	}
	values["n"], more[0], top[0] = 2, "b", slog.String("request_id", "r2")
	if err := buf.Release(ctx); err != nil {
		t.Fatal(err)
	}
	want := `{"time":"2026-01-02T03:04:05.000000006Z","level":"DEBUG","msg":"m","more":["a"],"request_id":"r1","g":{"values":{"n":1},"err":"down"}}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

type key struct{}

func TestContextOfAReleasedRecord(t *testing.T) {
	s := newSink(slog.LevelInfo)
	calls := 0
	var log *slog.Logger
	s.see = func(ctx context.Context, _ []slog.Attr, r slog.Record) error {
		calls++
		if ctx.Value(key{}) != r.Message || ctx.Err() != nil || !held.Released(ctx) {
			t.Errorf("%q: value %v, error %v, released %v", r.Message, ctx.Value(key{}), ctx.Err(), held.Released(ctx))
		}
		log.DebugContext(ctx, "from inside a sink") // is not of the request: it would never end
		return nil
	}
	log = slog.New(tail.NewHandler(s, nil))
	ctx, buf := tail.NewContext(t.Context())
	own, cancel := context.WithCancel(context.WithValue(ctx, key{}, "a"))
	log.DebugContext(own, "a")
	cancel()
	log.DebugContext(context.WithValue(ctx, key{}, "b"), "b")
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	log.DebugContext(context.WithValue(ctx, key{}, "c"), "c")
	if diff := cmp.Diff([]string{"a", "b", "c"}, s.messages()); diff != "" || calls != 3 {
		t.Errorf("%d calls (-want +got):\n%s", calls, diff)
	}
	calls = 0
	if err := buf.Release(nil); err != nil || calls != 0 { //nolint:staticcheck // a mistake that must not end the program
		t.Errorf("second release: %d calls, %v", calls, err)
	}
}

func TestInnerBufferHidesTheOuterOne(t *testing.T) {
	s := newSink(slog.LevelInfo)
	log := slog.New(tail.NewHandler(s, nil))
	outer, outerBuf := tail.NewContext(t.Context())
	inner, innerBuf := tail.NewContext(outer)
	log.DebugContext(outer, "outer")
	log.DebugContext(inner, "inner")
	if tail.FromContext(inner) != innerBuf || tail.FromContext(outer) != outerBuf {
		t.Error("FromContext returns another buffer")
	}
	if err := innerBuf.Release(inner); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"inner"}, s.messages()); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	outerBuf.Discard()
}

func TestSinksThatFailWhileRecordsAreReleased(t *testing.T) {
	down := errors.New("down")
	s := newSink(slog.LevelInfo)
	s.see = func(_ context.Context, _ []slog.Attr, r slog.Record) error {
		switch r.Message {
		case "fails":
			return down
		case "panics":
			panic("boom")
		}
		return nil
	}
	log := slog.New(tail.NewHandler(s, nil))
	ctx, buf := tail.NewContext(t.Context())
	for _, msg := range []string{"a", "fails", "panics", "b"} {
		log.DebugContext(ctx, msg)
	}
	err := buf.Release(ctx)
	if !errors.Is(err, down) || !strings.Contains(err.Error(), "2 refused") {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]string{"a", "fails", "panics", "b"}, s.messages()); diff != "" {
		t.Errorf("handed on (-want +got):\n%s", diff)
	}

	ctx, _ = tail.NewContext(t.Context())
	log.DebugContext(ctx, "fails")
	r := slog.NewRecord(time.Now(), slog.LevelError, "fails", 0)
	if err := log.Handler().Handle(ctx, r); !errors.Is(err, down) || strings.Count(err.Error(), "down") != 2 {
		t.Errorf("error of a record that releases: %v", err)
	}
}

// TestRecordsLoggedWhileAnotherIsHandled logs from a handler, with the context of a record that is held.
func TestRecordsLoggedWhileAnotherIsHandled(t *testing.T) {
	s := newSink(slog.LevelInfo)
	th := tail.NewHandler(s, nil)
	var log *slog.Logger
	inner := nosy{th, func(ctx context.Context) { log.InfoContext(ctx, "from a handler") }}
	log = slog.New(level.NewHandler(inner, level.NewController(nil)))
	ctx, buf := tail.NewContext(t.Context())
	log.DebugContext(ctx, "d")
	buf.Discard()
	if diff := cmp.Diff([]string{"from a handler"}, s.messages()); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

// nosy calls log for each debug record.
type nosy struct {
	slog.Handler

	log func(context.Context)
}

func (n nosy) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelDebug {
		n.log(ctx)
	}
	return n.Handler.Handle(ctx, r)
}

func (n nosy) Unwrap() slog.Handler { return n.Handler }

func TestReleaseEndsAlthoughOthersGoOnLogging(t *testing.T) {
	s := newSink(slog.LevelInfo)
	var log *slog.Logger
	ctx, buf := tail.NewContext(t.Context())
	handed, within := 0, false
	s.see = func(context.Context, []slog.Attr, slog.Record) error {
		if handed++; within || handed > 1000 {
			return nil
		}
		within = true
		log.DebugContext(ctx, "more") // as a goroutine of the request that never rests does
		within = false
		return nil
	}
	log = slog.New(tail.NewHandler(s, &tail.Options{RequestRecords: 10}))
	log.DebugContext(ctx, "d")
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	if handed <= 10 || handed > 1000 {
		t.Errorf("%d records handed on", handed)
	}
}

func TestOnRelease(t *testing.T) {
	s := newSink(slog.LevelInfo)
	th := tail.NewHandler(s, nil)
	counted := 0
	counting := counter{th, func() { counted++ }}
	levels := level.NewController(nil)
	log := slog.New(level.NewHandler(counting, levels))
	ctx, buf := tail.NewContext(t.Context())
	log.InfoContext(ctx, "i")
	log.DebugContext(ctx, "d")
	log.DebugContext(ctx, "d")
	if counted != 1 {
		t.Errorf("%d counted before the release, want 1", counted)
	}
	if err := buf.Release(ctx); err != nil || counted != 3 {
		t.Errorf("%d counted at the release, want 3: %v", counted, err)
	}
	log.DebugContext(ctx, "d")
	if counted != 4 {
		t.Errorf("%d counted after the release, want 4", counted)
	}
	ctx, buf = tail.NewContext(t.Context())
	log.DebugContext(ctx, "d")
	buf.Discard()
	if counted != 4 {
		t.Errorf("%d counted at the discard, want 4", counted)
	}
}

// counter counts records that are not held, as a handler for metrics does.
type counter struct {
	slog.Handler

	count func()
}

func (c counter) Handle(ctx context.Context, r slog.Record) error {
	if !tail.OnRelease(ctx, c.count) {
		c.count()
	}
	return c.Handler.Handle(ctx, r)
}

func (c counter) Unwrap() slog.Handler { return c.Handler }

func TestOptions(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts tail.Options
		want string
	}{
		{"defaults", tail.Options{}, ""},
		{"negative", tail.Options{RequestRecords: -1, RequestBytes: -2, Records: -3, Bytes: -4}, "RequestRecords is -1"},
		{"nothing is between", tail.Options{Level: slog.LevelWarn, Release: slog.LevelWarn}, "Level is WARN, want less than Release, WARN"},
		{"nothing is below", tail.Options{Level: slog.LevelError}, "Level is ERROR, want less than Release, ERROR"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.opts.Validate()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			var reported error
			tt.opts.OnError = func(err error) { reported = err }
			s := newSink(slog.LevelInfo)
			log := slog.New(tail.NewHandler(s, &tt.opts))
			if (reported == nil) != (err == nil) {
				t.Errorf("reported %v", reported)
			}
			ctx, _ := tail.NewContext(t.Context())
			log.DebugContext(ctx, "d")
			log.ErrorContext(ctx, "e")
			if diff := cmp.Diff([]string{"d", "e"}, s.messages()); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
		})
	}
	if err := (*tail.Options)(nil).Validate(); err != nil {
		t.Error(err)
	}
}
