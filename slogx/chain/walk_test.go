package chain_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

// stage is a wrapper with a life cycle.
type stage struct {
	slog.Handler

	name  string
	calls *[]string
	err   error
	boom  bool
}

func (s *stage) Unwrap() slog.Handler { return s.Handler }

func (s *stage) Flush(context.Context) error { return s.call("flush ") }

func (s *stage) Shutdown(context.Context) error { return s.call("shut down ") }

func (s *stage) call(what string) error {
	*s.calls = append(*s.calls, what+s.name)
	if s.boom {
		panic("boom")
	}
	return s.err
}

// spread is a fan-out, and not comparable.
type spread struct {
	slog.Handler

	sinks []slog.Handler
}

func (s spread) Unwrap() []slog.Handler { return s.sinks }

func names(h slog.Handler, into func(string) bool) []string {
	var got []string
	chain.Walk(h, func(h slog.Handler) bool {
		name := "?"
		switch h := h.(type) {
		case *stage:
			name = h.name
		case spread:
			name = "spread"
		}
		got = append(got, name)
		return into(name)
	})
	return got
}

func TestWalk(t *testing.T) {
	shared := &stage{Handler: slog.DiscardHandler, name: "shared"}
	a := &stage{Handler: shared, name: "a"}
	b := &stage{Handler: shared, name: "b"}
	loop := &stage{name: "loop"}
	loop.Handler = loop
	everywhere := func(string) bool { return true }
	for _, tt := range []struct {
		name string
		h    slog.Handler
		into func(string) bool
		want []string
	}{
		{"nothing", nil, everywhere, nil},
		{"a leaf", slog.DiscardHandler, everywhere, []string{"?"}},
		{"outermost first", a, everywhere, []string{"a", "shared", "?"}},
		{"shared handlers once", &stage{Handler: spread{sinks: []slog.Handler{a, b, nil, a}}, name: "top"}, everywhere, []string{"top", "spread", "a", "shared", "?", "b"}},
		{"not comparable", spread{sinks: []slog.Handler{spread{sinks: []slog.Handler{a}}}}, everywhere, []string{"spread", "spread", "a", "shared", "?"}},
		{"no deeper", spread{sinks: []slog.Handler{a, b}}, func(name string) bool { return name != "a" }, []string{"spread", "a", "b", "shared", "?"}},
		{"a circle", loop, everywhere, []string{"loop"}},
		{"ends in nil", &stage{name: "a"}, everywhere, []string{"a"}},
		{"through Adapt", chain.Adapt(&stage{Handler: slog.DiscardHandler, name: "a"}), everywhere, []string{"?", "a", "?"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, names(tt.h, tt.into)); diff != "" {
				t.Errorf("visited (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFlushAndShutdownCallAll(t *testing.T) {
	for _, tt := range []struct {
		name string
		call func(context.Context, slog.Handler) error
	}{
		{"flush ", chain.Flush},
		{"shut down ", chain.Shutdown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var calls []string
			err1, err2 := errors.New("first"), errors.New("second")
			sink := &stage{Handler: slog.DiscardHandler, name: "sink", calls: &calls, err: err2}
			h := &stage{name: "outer", calls: &calls, err: err1, Handler: chain.Adapt(spread{sinks: []slog.Handler{
				&stage{Handler: sink, name: "panics", calls: &calls, boom: true},
				&stage{Handler: sink, name: "queue", calls: &calls},
			}})}
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // handlers decide what a context that is done means to them
			err := tt.call(ctx, h)
			want := []string{tt.name + "outer", tt.name + "panics", tt.name + "sink", tt.name + "queue"}
			if diff := cmp.Diff(want, calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if !errors.Is(err, err1) || !errors.Is(err, err2) {
				t.Errorf("error %v, want both errors joined", err)
			}
			if want := "first\n" + tt.name + "*chain_test.stage: panic: boom\nsecond"; err == nil || err.Error() != want {
				t.Errorf("error %q, want %q", err, want)
			}
		})
	}
}

func TestFlushAndShutdownOfNothing(t *testing.T) {
	for _, h := range []slog.Handler{nil, slog.DiscardHandler, chain.Adapt(slog.DiscardHandler)} {
		if err := errors.Join(chain.Flush(t.Context(), h), chain.Shutdown(t.Context(), h)); err != nil {
			t.Errorf("%T: %v", h, err)
		}
	}
}
