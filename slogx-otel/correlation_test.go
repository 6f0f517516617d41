package slogxotel

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
)

// pipeline returns a logger that writes JSON to w.
func pipeline(t *testing.T, w *bytes.Buffer, env map[string]string, opts ...slogx.Option) *slog.Logger {
	t.Helper()
	p, err := slogx.Build(append(opts, slogx.WithLookuper(slogx.MapLookuper(env)), slogx.WithOutput(w), slogx.WithFormat(slogx.FormatJSON))...)
	if err != nil {
		t.Fatal(err)
	}
	return p.Logger()
}

func TestPipelineHasTheIdsByTheImportAlone(t *testing.T) {
	ctx, s := withSpan(t)
	var w bytes.Buffer
	want := map[string]any{"trace_id": traceID, "span_id": spanID, "trace_flags": "01"}
	for name, log := range map[string]*slog.Logger{
		"import":      pipeline(t, &w, nil),
		"Correlation": pipeline(t, &w, nil, Correlation(nil)),
		"SLOGX_USE":   pipeline(t, &w, map[string]string{"SLOGX_USE": "otel"}),
	} {
		if diff := cmp.Diff(want, logged(t, &w, func() { log.ErrorContext(ctx, "m") })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if n := strings.Count(w.String(), traceID); n != 1 {
			t.Errorf("%s: the trace stands there %d times: %s", name, n, &w)
		}
	}
	if len(s.events) != 0 || s.code != codes.Unset {
		t.Errorf("events %v, status %v", s.events, s.code)
	}
}

func TestCorrelationByOptionsAndByEnvironment(t *testing.T) {
	var w bytes.Buffer
	// What redaction takes away is not on the span either.
	redact := slogx.WithHandler(slogx.StageRedact, func(next slog.Handler) slog.Handler { return noPassword{chain.Adapt(next)} })
	for name, log := range map[string]*slog.Logger{
		"options": pipeline(t, &w, nil, redact, Correlation(&Options{
			Baggage: []string{"tenant", "session"}, Events: slog.LevelWarn, Status: slog.LevelError,
		})),
		"environment": pipeline(t, &w, map[string]string{
			"SLOGX_USE": "otel", "SLOGX_OTEL_BAGGAGE": "tenant, session,", "SLOGX_OTEL_EVENTS": "warn", "SLOGX_OTEL_STATUS": " ERROR ",
		}, redact),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, s := withSpan(t)
			ctx = withBaggage(ctx, t, "tenant", "acme", "other", "x")
			log.InfoContext(ctx, "below")
			log.WarnContext(ctx, "slow")
			got := logged(t, &w, func() { log.ErrorContext(ctx, "failed", "k", 1, "password", "hunter2") })
			want := map[string]any{"trace_id": traceID, "span_id": spanID, "trace_flags": "01", "tenant": "acme", "k": 1.}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
			var seen []map[string]any
			for _, e := range s.events {
				seen = append(seen, e.Attrs)
			}
			events := []map[string]any{
				{"log.severity": "WARN", "log.message": "slow", "tenant": "acme"},
				{"log.severity": "ERROR", "log.message": "failed", "tenant": "acme", "k": int64(1)},
			}
			if diff := cmp.Diff(events, seen); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if s.code != codes.Error || s.description != "failed" {
				t.Errorf("status %v %q", s.code, s.description)
			}
		})
	}
}

func TestWrongSettingsFailBuild(t *testing.T) {
	for name, tt := range map[string]struct {
		env  map[string]string
		opt  slogx.Option
		want string
	}{
		"options":         {nil, Correlation(&Options{Baggage: []string{"trace_id"}}), `baggage member "trace_id"`},
		"baggage":         {map[string]string{"SLOGX_USE": "otel", "SLOGX_OTEL_BAGGAGE": "a,a"}, slogx.Option{}, `"a" stands there twice`},
		"level of events": {map[string]string{"SLOGX_USE": "otel", "SLOGX_OTEL_EVENTS": "loud"}, slogx.Option{}, `SLOGX_OTEL_EVENTS: level "loud"`},
		"level of status": {map[string]string{"SLOGX_USE": "otel", "SLOGX_OTEL_STATUS": "loud"}, slogx.Option{}, `SLOGX_OTEL_STATUS: level "loud"`},
		"unknown name":    {map[string]string{"SLOGX_OTEL_EVENT": "warn"}, slogx.Option{}, `SLOGX_OTEL_EVENTS`},
	} {
		_, err := slogx.Build(slogx.WithLookuper(slogx.MapLookuper(tt.env)), slogx.WithOutput(&bytes.Buffer{}), tt.opt)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", name, err, tt.want)
		}
	}
}

// noPassword redacts.
type noPassword struct{ chain.Handler }

func (h noPassword) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "password" {
			clean.AddAttrs(a)
		}
		return true
	})
	return h.Handler.HandleTop(ctx, top, clean)
}
