package jsonlog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// withoutTime makes examples repeatable.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func Example() {
	logger := slog.New(jsonlog.NewHandler(os.Stdout, &jsonlog.Options{ReplaceAttr: withoutTime}))
	logger.With("service.name", "orders").Error("order failed",
		"id", 4711, "took", 1500*time.Millisecond, "error", errors.New("out of stock"))
	// Output:
	// {"level":"ERROR","msg":"order failed","service.name":"orders","id":4711,"took":1500000000,"error":"out of stock"}
}

func ExampleSchema() {
	for _, s := range []jsonlog.Schema{jsonlog.SchemaSlog, jsonlog.SchemaOTel, jsonlog.SchemaECS, jsonlog.SchemaGCP} {
		h := jsonlog.NewHandler(os.Stdout, &jsonlog.Options{Schema: s, GCPProject: "shop", ReplaceAttr: withoutTime})
		slog.New(h).Warn("slow", "trace_id", "4bf92f3577b34da6a3ce929d0e0e4736", "service.name", "orders", "n", 1)
	}
	// Output:
	// {"level":"WARN","msg":"slow","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","service.name":"orders","n":1}
	// {"severity_text":"WARN","severity_number":13,"body":"slow","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","attributes":{"service.name":"orders","n":1}}
	// {"log.level":"WARN","message":"slow","ecs.version":"8.11.0","trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","service.name":"orders","n":1}
	// {"severity":"WARNING","message":"slow","logging.googleapis.com/trace":"projects/shop/traces/4bf92f3577b34da6a3ce929d0e0e4736","n":1,"serviceContext":{"service":"orders"}}
}

// Attributes of the request stand at the top level although the logger has opened a group.
func ExampleHandler_HandleTop() {
	var h slog.Handler = jsonlog.NewHandler(os.Stdout, nil)
	h = h.WithGroup("cart").WithAttrs([]slog.Attr{slog.Int("items", 3)})
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "order placed", 0)
	r.AddAttrs(slog.String("coupon", "SPRING"))
	_ = h.(*jsonlog.Handler).HandleTop(context.Background(), []slog.Attr{slog.String("request_id", "7f3a")}, r)
	// Output:
	// {"level":"INFO","msg":"order placed","request_id":"7f3a","cart":{"items":3,"coupon":"SPRING"}}
}

func ExampleDuplicates() {
	h := jsonlog.NewHandler(os.Stdout, &jsonlog.Options{Duplicates: jsonlog.KeepLast, ReplaceAttr: withoutTime})
	slog.New(h).With("attempt", 1, "id", 4711).Info("sent", "attempt", 2)
	// Output:
	// {"level":"INFO","msg":"sent","id":4711,"attempt":2}
}

func ExampleOptions_maxRecordBytes() {
	var out strings.Builder
	h := jsonlog.NewHandler(&out, &jsonlog.Options{MaxRecordBytes: 512, ReplaceAttr: withoutTime})
	slog.New(h).Info("answer", "request_id", "7f3a", "body", strings.Repeat("All work and no play. ", 1000))
	line := out.String()
	fmt.Println(len(line) <= 512)
	fmt.Print(line[:85], " [and so on] ", line[len(line)-40:])
	// Output:
	// true
	// {"level":"INFO","msg":"answer","request_id":"7f3a","body":"All work and no play. All  [and so on] ll work an…","truncated_bytes":21590}
}
