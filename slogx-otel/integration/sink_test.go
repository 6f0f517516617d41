package integration

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx"
	slogxotel "github.com/slogx-go/slogx/slogx-otel"
	"github.com/slogx-go/slogx/slogx/tracectx"
)

// exporter is where OTLP would begin.
type exporter struct {
	mu      sync.Mutex
	records []sdklog.Record
}

func (e *exporter) Export(_ context.Context, records []sdklog.Record) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range records {
		e.records = append(e.records, records[i].Clone())
	}
	return nil
}

func (*exporter) Shutdown(context.Context) error   { return nil }
func (*exporter) ForceFlush(context.Context) error { return nil }

// newBridge returns otelslog's handler, and where its records go.
func newBridge(t *testing.T) (slog.Handler, *exporter) {
	t.Helper()
	e := &exporter{}
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(e)))
	t.Cleanup(func() {
		if err := provider.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return otelslog.NewHandler("orders", otelslog.WithLoggerProvider(provider)), e
}

// exported is what is checked of a record.
type exported struct {
	Body     string
	Severity log.Severity
	Text     string
	TraceID  string
	SpanID   string
	Flags    string
	Attrs    map[string]any
}

func (e *exporter) all() []exported {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []exported
	for i := range e.records {
		r := &e.records[i]
		x := exported{
			Body: r.Body().AsString(), Severity: r.Severity(), Text: r.SeverityText(), TraceID: r.TraceID().String(),
			SpanID: r.SpanID().String(), Flags: r.TraceFlags().String(), Attrs: map[string]any{},
		}
		r.WalkAttributes(func(kv attribute.KeyValue) bool {
			x.Attrs[string(kv.Key)] = kv.Value.String()
			return true
		})
		all = append(all, x)
	}
	return all
}

func TestOtelslogIsASink(t *testing.T) {
	for name, queue := range map[string][]slogx.SinkOption{"at once": nil, "behind a queue": {slogx.Queue(nil)}} {
		t.Run(name, func(t *testing.T) {
			bridge, e := newBridge(t)
			p, err := slogx.Build(
				slogx.WithLookuper(slogx.MapLookuper(map[string]string{"SLOGX_SERVICE": "orders", "SLOGX_LEVEL": "-100"})),
				slogxotel.Correlation(nil),
				slogx.WithSink("otlp", slogxotel.Sink(bridge), queue...),
			)
			if err != nil {
				t.Fatal(err)
			}
			tracer, _ := newTracer(t, sdktrace.AlwaysSample())
			ctx, span := tracer.Start(t.Context(), "op")
			request := tracectx.New()
			logger := p.Logger()
			logger.With("a", 1).WithGroup("g").InfoContext(ctx, "paid", "id", 4)
			logger.Log(ctx, slog.Level(100), "beyond")
			logger.Log(tracectx.NewContext(t.Context(), request), slog.Level(-50), "below")
			logger.Warn("no trace")
			span.End()
			if err := p.Shutdown(context.Background()); err != nil {
				t.Fatal(err)
			}

			sc, none := span.SpanContext(), trace.SpanContext{}
			service := map[string]any{"service.name": "orders"}
			record := func(body string, severity log.Severity, text string, sc trace.SpanContext, attrs map[string]any) exported {
				return exported{body, severity, text, sc.TraceID().String(), sc.SpanID().String(), sc.TraceFlags().String(), attrs}
			}
			want := []exported{
				record("paid", log.SeverityInfo, "INFO", sc, map[string]any{"service.name": "orders", "a": "1", "g": `{"id":4}`}),
				record("beyond", log.SeverityFatal4, "ERROR+7", sc, service),
				record("below", log.SeverityTrace, "DEBUG-4", trace.NewSpanContext(trace.SpanContextConfig{
					TraceID: request.TraceID, SpanID: request.SpanID, TraceFlags: trace.TraceFlags(request.Flags),
				}), service),
				record("no trace", log.SeverityWarn, "WARN", none, service),
			}
			if diff := cmp.Diff(want, e.all()); diff != "" {
				t.Errorf("exported (-want +got):\n%s", diff)
			}
		})
	}
}

// The bridge by itself panics with the value.
func TestValueThatPanicsCostsItself(t *testing.T) {
	bridge, e := newBridge(t)
	logger := slog.New(slogxotel.Sink(bridge))
	logger.With("with", wild{}).Info("m", "before", 1, slog.Group("g", "err", wild{}), "after", errors.New("kept"))
	want := map[string]any{"with": "!PANIC: boom", "before": "1", "g": `{"err":"!PANIC: boom"}`, "after": "kept"}
	if all := e.all(); len(all) != 1 {
		t.Errorf("exported %v", all)
	} else if diff := cmp.Diff(want, all[0].Attrs); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

// wild is an error that has no text.
type wild struct{}

func (wild) Error() string { panic("boom") }
