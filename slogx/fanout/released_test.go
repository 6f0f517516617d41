package fanout_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/fanout"
	"github.com/slogx-go/slogx/slogx/internal/held"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestReleasedRecordsGoPastLowerBounds(t *testing.T) {
	recs := map[string]*slogxtest.Recorder{}
	var sinks []fanout.Sink
	add := func(name string, s fanout.Sink) {
		recs[name] = slogxtest.NewRecorder(t)
		s.Name, s.Handler = name, recs[name]
		sinks = append(sinks, s)
	}
	add("all", fanout.Sink{})
	add("warn", fanout.Sink{Level: slog.LevelWarn})
	add("not enabled", fanout.Sink{})
	recs["not enabled"].SetLevel(slog.LevelWarn)
	add("up to info", fanout.Sink{Level: slog.LevelInfo, MaxLevel: slog.LevelInfo})
	add("up to trace", fanout.Sink{MaxLevel: slog.Level(-8)})
	add("filtered", fanout.Sink{Filter: func(context.Context, slog.Record) bool { return false }})
	add("no tail", fanout.Sink{NoTail: true})
	h := fanout.NewHandler(sinks...)
	derived := h.WithAttrs([]slog.Attr{slog.Int("a", 1)})

	plain := t.Context()
	released := held.WithRelease(plain, plain)
	taken := func(ctx context.Context) map[string]bool {
		t.Helper()
		if err := derived.Handle(ctx, slog.NewRecord(time.Now(), slog.LevelDebug, "m", 0)); err != nil {
			t.Error(err)
		}
		got := map[string]bool{}
		for name, rec := range recs {
			if len(rec.Records()) > 0 {
				got[name] = true
			}
			rec.Reset()
		}
		return got
	}
	usual := map[string]bool{"all": true, "no tail": true}
	if diff := cmp.Diff(usual, taken(released)); diff != "" {
		t.Errorf("without a tail buffer before it (-want +got):\n%s", diff)
	}
	h.BehindTail()
	if diff := cmp.Diff(usual, taken(plain)); diff != "" {
		t.Errorf("a record that was not held (-want +got):\n%s", diff)
	}
	want := map[string]bool{"all": true, "warn": true, "not enabled": true, "up to info": true}
	if diff := cmp.Diff(want, taken(released)); diff != "" {
		t.Errorf("a record that was held (-want +got):\n%s", diff)
	}
}
