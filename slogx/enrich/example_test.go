package enrich_test

import (
	"context"
	"log/slog"
	"os"

	"github.com/slogx-go/slogx/slogx/enrich"
)

// newText writes lines without a time, so that the output of the examples is the same every time.
func newText() slog.Handler {
	return slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
}

func Example() {
	l := slog.New(enrich.NewHandler(newText(), enrich.ContextAttrs(), enrich.Trace()))
	ctx := enrich.ContextWithAttrs(context.Background(), slog.String("request_id", "r-17"))

	l.WithGroup("order").InfoContext(ctx, "paid", "id", 4)
	// Output: level=INFO msg=paid request_id=r-17 order.id=4
}

type tenantKey struct{}

func ExampleEnricher() {
	tenant := func(ctx context.Context, attrs []slog.Attr) []slog.Attr {
		if name, ok := ctx.Value(tenantKey{}).(string); ok {
			attrs = append(attrs, slog.String("tenant", name))
		}
		return attrs
	}
	l := slog.New(enrich.NewHandler(newText(), tenant))
	l.InfoContext(context.WithValue(context.Background(), tenantKey{}, "acme"), "hello")
	// Output: level=INFO msg=hello tenant=acme
}

func ExampleRegister() {
	region := func() enrich.Enricher {
		name := slog.String("cloud.region", "eu-central-1") // found out once
		return func(_ context.Context, attrs []slog.Attr) []slog.Attr { return append(attrs, name) }
	}
	enrich.Register("region", region) // SLOGX_ENRICH=region

	newEnricher, _ := enrich.Lookup("region")
	slog.New(enrich.NewHandler(newText(), newEnricher())).Info("hello")
	// Output: level=INFO msg=hello cloud.region=eu-central-1
}
