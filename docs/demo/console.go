package main

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/console"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// The sink "console" is standard output for a person to read, also where that is a pipe and the sink
// "stdout" would write JSON. SLOGX_SINKS may name it because it is registered here.
func init() { slogx.RegisterSink("console", openConsole) }

func openConsole(_ context.Context, c slogx.SinkConfig) (slog.Handler, error) {
	switch c.Format {
	case slogx.FormatJSON:
		project, _ := c.Lookuper.Lookup("SLOGX_GCP_PROJECT")
		return jsonlog.NewHandler(os.Stdout, &jsonlog.Options{
			Level: c.Level, AddSource: c.Source, Schema: c.Schema, GCPProject: project,
		}), nil
	case slogx.FormatText:
		return slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: c.Level, AddSource: c.Source}), nil
	default:
		return console.NewHandler(os.Stdout, &console.Options{
			Level: c.Level, AddSource: c.Source, ReplaceAttr: brief, Lookup: c.Lookuper.Lookup,
		}), nil
	}
}

// brief leaves out what a person who watches has no use for. The file has all of it.
func brief(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (slices.Contains(tooMuch, a.Key) || strings.HasPrefix(a.Key, "network.") || strings.HasPrefix(a.Key, "code.")) {
		return slog.Attr{}
	}
	return a
}

var tooMuch = []string{
	"service.name", "span_id", "trace_flags",
	"http.request.method", "url.path", "url.scheme", "server.address", "server.port", "user_agent.original", "http.request.body.size",
	"db.system.name", "db.operation.name", "db.collection.name", "db.client.rows.duration",
}
