package slogx_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/sample"
	"github.com/slogx-go/slogx/slogx/slogxtest"
	"github.com/slogx-go/slogx/slogx/tail"
)

// TestDebugRecordsOfFailedRequests serves requests of which one in a hundred fails, one way or another.
func TestDebugRecordsOfFailedRequests(t *testing.T) {
	const requests, each, workers, bound = 2000, 20, 8, 256 << 10
	rec := slogxtest.NewRecorder(t)
	p := build(t, nil, slogx.WithTail(&tail.Options{Bytes: bound}), slogx.WithSink("rec", rec))
	log := p.Logger()
	var highest atomic.Uint64
	serve := func(id int) {
		ctx, buf := tail.NewContext(t.Context())
		defer buf.Discard()
		l := slogx.Named(log, "orders").With("request", id)
		for i := range each {
			l.DebugContext(ctx, "step", "i", i)
		}
		if held := p.Stats().Held; held > highest.Load() {
			highest.Store(held)
		}
		switch id % 200 {
		case 50:
			l.ErrorContext(ctx, "failed")
		case 150:
			if err := buf.Release(ctx); err != nil {
				t.Error(err)
			}
		default:
			l.InfoContext(ctx, "served")
		}
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for id := w; id < requests; id += workers {
				serve(id)
			}
		})
	}
	wg.Wait()

	steps := map[int64][]int64{}
	others := 0
	for _, r := range rec.Records() {
		id := attr(r, "request").Int64()
		if r.Message != "step" {
			others++
			continue
		}
		steps[id] = append(steps[id], attr(r, "i").Int64())
		if logger := attr(r, "logger").String(); logger != "orders" {
			t.Errorf("a step has logger %q", logger)
		}
	}
	want := map[int64][]int64{}
	for id := int64(50); id < requests; id += 100 {
		for i := range int64(each) {
			want[id] = append(want[id], i)
		}
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("debug records by request (-want +got):\n%s", diff)
	}
	if wantOthers := requests - requests/200; others != wantOthers { // each released by Release logs nothing more
		t.Errorf("%d other records, want %d", others, wantOthers)
	}
	st := p.Stats()
	if most := uint64(workers * each); highest.Load() == 0 || highest.Load() > most {
		t.Errorf("%d records were held at once, want at most %d", highest.Load(), most)
	}
	if failed := uint64(requests / 100); st.Held != 0 || st.Discarded != (requests-failed)*each {
		t.Errorf("%d held, %d discarded, want 0 and %d", st.Held, st.Discarded, (requests-failed)*each)
	}
}

func TestReleasedRecordsGoPastMinimumLevels(t *testing.T) {
	recs := map[string]*slogxtest.Recorder{}
	sink := func(name string, opts ...slogx.SinkOption) slogx.Option {
		recs[name] = slogxtest.NewRecorder(t)
		return slogx.WithSink(name, recs[name], opts...)
	}
	opts := []slogx.Option{
		sink("all"), sink("warn", slogx.MinLevel(slog.LevelWarn)), sink("own level"),
		sink("up to info", slogx.MaxLevel(slog.LevelInfo)), sink("up to trace", slogx.MaxLevel(slog.Level(-8))),
		sink("filtered", slogx.Filter(func(_ context.Context, r slog.Record) bool { return r.Message != "d1" })),
		sink("no tail", slogx.NoTail()), sink("queued", slogx.MinLevel(slog.LevelWarn), slogx.Queue(nil)),
	}
	recs["own level"].SetLevel(slog.LevelWarn)
	p := build(t, env{"SLOGX_TAIL_LEVEL": "debug", "SLOGX_TAIL_RELEASE": "fatal"}, opts...)
	ctx, buf := tail.NewContext(t.Context())
	log := p.Logger()
	log.DebugContext(ctx, "d1")
	log.InfoContext(ctx, "i")
	log.WarnContext(ctx, "w")
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	log.DebugContext(ctx, "d2")
	shutdown(t, p)
	got := map[string][]string{}
	for name, rec := range recs {
		for _, r := range rec.Records() {
			got[name] = append(got[name], r.Message)
		}
	}
	want := map[string][]string{
		"all": {"i", "w", "d1", "d2"}, "warn": {"w", "d1", "d2"}, "own level": {"w", "d1", "d2"},
		"up to info": {"i", "d1", "d2"}, "filtered": {"i", "w", "d2"},
		"no tail": {"i", "w"}, "queued": {"w", "d1", "d2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestHeldRecordsAreRedactedBefore(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	seen := 0
	p := build(t, nil, slogx.WithTail(nil), slogx.WithSink("rec", rec),
		slogx.WithEnricher(func(_ context.Context, attrs []slog.Attr) []slog.Attr {
			return append(attrs, slog.Bool("enriched", true))
		}),
		slogx.WithHandler(slogx.StageRedact, spying(func(top []slog.Attr, _ slog.Record) {
			seen++
			if len(top) == 0 || top[len(top)-1].Key != "enriched" {
				t.Errorf("redaction sees top-level attributes %v", top)
			}
		})))
	ctx, buf := tail.NewContext(t.Context())
	p.Logger().DebugContext(ctx, "d")
	if seen != 1 || p.Stats().Held != 1 {
		t.Errorf("redaction saw %d records, %d are held, want 1 and 1", seen, p.Stats().Held)
	}
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	if got := rec.Records(); seen != 1 || len(got) != 1 || !attr(got[0], "enriched").Bool() {
		t.Errorf("redaction saw %d records, the sink %v", seen, got)
	}
}

func TestRedactionThatCannotBeHadMasksHeldRecords(t *testing.T) {
	var out output
	standardError(t, func() {
		log := slogx.New(environment(env{"SLOGX_USE": "redact", "SLOGX_TAIL_LEVEL": "debug"}), slogx.WithOutput(&out), slogx.WithFormat(slogx.FormatJSON))
		ctx, buf := tail.NewContext(t.Context())
		log.DebugContext(ctx, "hunter2", "password", "hunter2")
		_ = buf.Release(ctx)
	})
	records := out.records(t)
	want := map[string]any{"level": "DEBUG", "msg": "REDACTED", "password": "REDACTED"}
	if diff := cmp.Diff(want, records[len(records)-1]); diff != "" {
		t.Errorf("released (-want +got):\n%s", diff)
	}
}

func TestLevelsByNameDecideWhatIsHeld(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	p := build(t, env{"SLOGX_LEVELS": "db=debug,quiet=error", "SLOGX_TAIL_LEVEL": "debug"}, slogx.WithSink("rec", rec),
		slogx.WithHandler(slogx.StageSample, hide)) // whoever hides what is behind must not hide tail
	ctx, buf := tail.NewContext(t.Context())
	log := p.Logger()
	slogx.Named(log, "db").DebugContext(ctx, "passes")
	slogx.Named(log, "quiet").WarnContext(ctx, "held")
	log.DebugContext(ctx, "held")
	if got := rec.Records(); len(got) != 1 || p.Stats().Held != 2 {
		t.Errorf("%d passed and %d are held: %v", len(got), p.Stats().Held, got)
	}
	buf.Discard()
	if log.Enabled(ctx, slog.LevelDebug) || p.Stats().Discarded != 2 {
		t.Error("the buffer takes records after Discard")
	}
}

func TestPipelineWithoutTailIgnoresBuffers(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	p := build(t, env{"SLOGX_SAMPLE_FIRST": "1", "SLOGX_SAMPLE_INTERVAL": "1h"}, slogx.WithSink("rec", rec))
	ctx, buf := tail.NewContext(t.Context())
	log := p.Logger()
	for range 3 {
		log.DebugContext(ctx, "d")
		log.InfoContext(ctx, "i")
	}
	if err := buf.Release(ctx); err != nil {
		t.Error(err)
	}
	if got := rec.Records(); len(got) != 1 || p.Stats().Sampled != 2 {
		t.Errorf("%d sampled, and %v", p.Stats().Sampled, got)
	}
}

// TestBooksBalanceWithSamplingAndTail has eight goroutines log through everything that may keep a record back,
// to sinks that fail.
func TestBooksBalanceWithSamplingAndTail(t *testing.T) {
	const workers, requests, each = 8, 100, 30
	var observed, offered atomic.Uint64
	failing := newSink(func(msg string) error {
		if msg == "panics" {
			panic("boom")
		}
		if msg == "fails" {
			return errDown
		}
		return nil
	})
	p := build(t, nil,
		slogx.WithErrorHandler(quiet),
		slogx.WithSampling(&sample.Options{Rules: []sample.Rule{{Message: "often", Probability: 0.3}, {Message: "burst", First: 2, Thereafter: 5}}}),
		slogx.WithTail(&tail.Options{RequestRecords: 8, Records: 50}),
		slogx.WithHandler(slogx.StageObserve, func(next slog.Handler) slog.Handler { return observing{next, &observed, &offered} }),
		slogx.WithSink("all", newSink(nil)),
		slogx.WithSink("failing", failing),
		slogx.WithSink("dropping", newSink(nil), slogx.Queue(&async.Options{Records: 8, Overflow: async.DropNewest})),
		slogx.WithSink("failing over", newSink(func(string) error { return errDown }), slogx.Queue(nil)),
		slogx.WithFallback("failing over", "all"),
	)
	log := p.Logger()
	stop := make(chan struct{})
	var watching, wg sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				checkBooks(t, p.Stats())
			}
		}
	})
	for w := range workers {
		wg.Go(func() {
			for id := range requests {
				ctx, buf := t.Context(), (*tail.Buffer)(nil)
				if id%5 > 0 { // not all that is logged belongs to a request
					ctx, buf = tail.NewContext(ctx)
				}
				for i := range each {
					level := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn}[i%3]
					log.Log(ctx, level, []string{"often", "burst", "fails", "panics", "rare"}[(w+i)%5])
				}
				switch (w + id) % 4 {
				case 0:
					log.ErrorContext(ctx, "failed")
				case 1:
					_ = buf.Release(ctx)
				case 2:
					buf.Discard()
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	watching.Wait()
	ctx, _ := tail.NewContext(t.Context())
	log.DebugContext(ctx, "nobody settles this")
	shutdown(t, p)
	st := p.Stats()
	checkBooks(t, st)
	// Records of our own, of tail, come on top of what was offered.
	own := uint64(0)
	for _, msg := range failing.messages() {
		if msg == ownRecord {
			own++
		}
	}
	all := st.Sinks["failing"].Accepted
	if sum := all - own + st.Sampled + st.Held + st.Discarded; sum != offered.Load() {
		t.Errorf("%d of %d offered: %d accepted, %d of our own, %d sampled, %d held, %d discarded",
			sum, offered.Load(), all, own, st.Sampled, st.Held, st.Discarded)
	}
	if observed.Load() >= offered.Load() || observed.Load() < all-own {
		t.Errorf("%d observed, %d offered, %d accepted", observed.Load(), offered.Load(), all)
	}
	for _, n := range []uint64{st.Sampled, st.Held, st.Discarded, own} {
		if n == 0 {
			t.Errorf("something never happened: %d sampled, %d held, %d discarded, %d of our own", st.Sampled, st.Held, st.Discarded, own)
		}
	}
	if got := st.Sinks["failing over"].Dropped["failover"]; got == 0 {
		t.Error("nothing went to the fallback")
	}
}

func attr(r slogxtest.Record, path string) slog.Value {
	v, _ := r.Attr(path)
	return v
}

const ownRecord = "log records of the request lost: no room to hold them"

// observing counts records as a handler for metrics does, and all that is offered to it.
type observing struct {
	slog.Handler

	observed, offered *atomic.Uint64
}

func (o observing) Handle(ctx context.Context, r slog.Record) error {
	o.offered.Add(1)
	if !tail.OnRelease(ctx, func() { o.observed.Add(1) }) {
		o.observed.Add(1)
	}
	return o.Handler.Handle(ctx, r)
}

func (o observing) WithAttrs(attrs []slog.Attr) slog.Handler {
	return observing{o.Handler.WithAttrs(attrs), o.observed, o.offered}
}

func (o observing) WithGroup(name string) slog.Handler {
	return observing{o.Handler.WithGroup(name), o.observed, o.offered}
}

func (o observing) Unwrap() slog.Handler { return o.Handler }
