package fanout

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

// keeper is a sink that keeps its own books and knows its health.
type keeper struct {
	slog.Handler
	stats chain.Stats
	err   error
}

func (k *keeper) Stats() chain.Stats           { return k.stats }
func (k *keeper) Health(context.Context) error { return k.err }

// wrapper stands above another handler.
type wrapper struct{ slog.Handler }

func (w wrapper) Unwrap() slog.Handler { return w.Handler }

func TestBooksOfASinkComeFromWhoeverKeepsThem(t *testing.T) {
	own := chain.Stats{Accepted: 9, Delivered: 5, Queued: 1, Dropped: map[string]uint64{chain.ReasonQueueFull: 3}}
	counted := chain.Stats{Accepted: 1, Delivered: 1}
	newKeeper := func() *keeper { return &keeper{Handler: sinkFunc(take), stats: own} }
	tests := []struct {
		name string
		sink Sink
		want chain.Stats
	}{
		{"nobody", Sink{Handler: sinkFunc(take)}, counted},
		{"the handler", Sink{Handler: newKeeper()}, own},
		{"a handler below it", Sink{Handler: wrapper{newKeeper()}}, own},
		{"one of several below it", Sink{Handler: NewHandler(Sink{Handler: newKeeper()}, Sink{Handler: newKeeper()})}, counted},
		{"the option", Sink{Handler: sinkFunc(take), Stats: func() chain.Stats { return own }}, own},
		{
			"an option that panics",
			Sink{Handler: sinkFunc(take), Stats: func() chain.Stats { panic("lost") }, OnError: ignore},
			chain.Stats{},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := NewHandler(tt.sink)
			handle(t, h, slog.LevelInfo, "m")
			if diff := cmp.Diff(map[string]chain.Stats{"sink-1": tt.want}, h.Stats()); diff != "" {
				t.Errorf("Stats (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPanicAboveASinkThatKeepsBooksIsEnteredInThem(t *testing.T) {
	own := chain.Stats{Accepted: 5, Delivered: 4, Dropped: map[string]uint64{chain.ReasonPanic: 1}}
	h := NewHandler(Sink{Handler: &keeper{Handler: sinkFunc(blowUp), stats: own}, OnError: ignore})
	for range 2 {
		if err := h.Handle(t.Context(), newRecord(slog.LevelInfo, "m")); err == nil {
			t.Error("Handle = nil, want the panic")
		}
	}
	want := chain.Stats{Accepted: 7, Delivered: 4, Dropped: map[string]uint64{chain.ReasonPanic: 3}}
	for range 2 { // the snapshot of the sink is not added to
		if diff := cmp.Diff(want, h.Stats()["sink-1"]); diff != "" {
			t.Errorf("Stats (-want +got):\n%s", diff)
		}
	}
}

func TestRecordInsideHandleIsQueued(t *testing.T) {
	var h *Handler
	h = NewHandler(Sink{Handler: sinkFunc(func(context.Context, slog.Record) error {
		if diff := cmp.Diff(chain.Stats{Accepted: 1, Queued: 1}, h.Stats()["sink-1"]); diff != "" {
			t.Errorf("Stats inside Handle (-want +got):\n%s", diff)
		}
		return nil
	})})
	handle(t, h, slog.LevelInfo, "m")
}

func TestHealthIsTheSinksOwnOrThatOfItsLastRecord(t *testing.T) {
	errDown := errors.New("down")
	var next func(context.Context, slog.Record) error
	h := NewHandler(
		Sink{Name: "asked", Handler: wrapper{&keeper{Handler: sinkFunc(take), err: errDown}}},
		Sink{Name: "watched", Handler: sinkFunc(func(ctx context.Context, r slog.Record) error { return next(ctx, r) }), OnError: ignore},
	)
	steps := []struct {
		name   string
		handle func(context.Context, slog.Record) error
		want   string // in the error of the watched sink
	}{
		{"success", take, ""},
		{"error", refuse, `hand a record to sink "watched": refused`},
		{"panic", blowUp, `hand a record to sink "watched": panic: boom`},
		{"success again", take, ""},
	}
	for _, step := range steps {
		next = step.handle
		if err := h.Handle(t.Context(), newRecord(slog.LevelInfo, "m")); (err != nil) != (step.want != "") {
			t.Errorf("%s: Handle = %v", step.name, err)
		}
		health := h.Health(t.Context())
		if !errors.Is(health["asked"], errDown) {
			t.Errorf("%s: health of the sink that is asked = %v, want its own answer", step.name, health["asked"])
		}
		watched, ok := health["watched"]
		if !ok {
			t.Errorf("%s: no health of the other sink", step.name)
		}
		got := ""
		if watched != nil {
			got = watched.Error()
		}
		if got != step.want {
			t.Errorf("%s: health = %q, want %q", step.name, got, step.want)
		}
	}
}

type panicHealth struct{ sinkFunc }

func (panicHealth) Health(context.Context) error { panic("unwell") }

func TestHealthThatPanicsIsAnError(t *testing.T) {
	h := NewHandler(Sink{Handler: panicHealth{take}})
	if err := h.Health(t.Context())["sink-1"]; err == nil || err.Error() != `ask sink "sink-1" for its health: panic: unwell` {
		t.Errorf("Health = %v, want the panic", err)
	}
}

func TestNamesAreDistinct(t *testing.T) {
	var sinks []Sink
	for _, name := range []string{"", "file", "file", "sink-1", "", "file-2"} {
		sinks = append(sinks, Sink{Name: name, Handler: sinkFunc(take)})
	}
	want := []string{"sink-1-2", "file", "file-3", "sink-1", "sink-5", "file-2"}
	if diff := cmp.Diff(want, distinctNames(sinks)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if got := len(NewHandler(sinks...).Stats()); got != len(sinks) {
		t.Errorf("Stats has %d sinks, want %d", got, len(sinks))
	}
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	good := sinkFunc(take)
	tests := []struct {
		name  string
		sinks []Sink
		want  string
	}{
		{"nothing", nil, ""},
		{"good", []Sink{{Handler: good}, {Name: "a", Handler: good, Level: slog.LevelInfo, MaxLevel: slog.LevelInfo}}, ""},
		{"no handler", []Sink{{Name: "a"}}, `add sink "a": Handler is nil`},
		{"same name", []Sink{{Name: "a", Handler: good}, {Name: "a", Handler: good}}, `add sink 2: the name "a" is taken by an earlier sink`},
		{"made name taken", []Sink{{Handler: good}, {Name: "sink-1", Handler: good}}, `add sink 2: the name "sink-1" is taken by an earlier sink`},
		{"no level left", []Sink{{Handler: good, Level: slog.LevelWarn, MaxLevel: slog.LevelInfo}}, `add sink "sink-1": MaxLevel INFO is below Level WARN`},
	}
	for _, tt := range tests {
		got := ""
		if err := Validate(tt.sinks...); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: Validate = %q, want %q", tt.name, got, tt.want)
		}
	}
}
