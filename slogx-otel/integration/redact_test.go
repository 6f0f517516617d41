package integration

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	slogxotel "github.com/slogx-go/slogx/slogx-otel"
	slogxredact "github.com/slogx-go/slogx/slogx-redact"
)

func TestNoSecretReachesTheSpan(t *testing.T) {
	const secret = "hunter2-hunter2"
	tracer, spans := newTracer(t, sdktrace.AlwaysSample())
	log, rec := newLogger(t, slogxredact.Redaction(nil), slogxotel.Correlation(&slogxotel.Options{
		Baggage: []string{"password", "tenant"}, Events: slog.LevelError, Status: slog.LevelError,
	}))
	var b baggage.Baggage
	for key, value := range map[string]string{"password": secret, "tenant": "acme"} {
		m, err := baggage.NewMember(key, value)
		if err != nil {
			t.Fatal(err)
		}
		if b, err = b.SetMember(m); err != nil {
			t.Fatal(err)
		}
	}
	ctx, span := tracer.Start(baggage.ContextWithBaggage(t.Context(), b), "op")
	log.With("token", secret).WithGroup("db").ErrorContext(ctx, "failed: password="+secret, "dsn", "postgres://u:"+secret+"@h/d",
		"err", fmt.Errorf("connect with password=%s", secret))
	span.End()

	ended := spans.Ended()[0]
	events := fmt.Sprintf("%+v %+v", ended.Events(), ended.Status())
	records := fmt.Sprint(rec.Records())
	for where, text := range map[string]string{"the span": events, "the log": records} {
		if strings.Contains(text, secret) {
			t.Errorf("the secret is in %s: %s", where, text)
		}
		if !strings.Contains(text, "acme") || !strings.Contains(text, "failed") {
			t.Errorf("%s lacks what is no secret: %s", where, text)
		}
	}
}
