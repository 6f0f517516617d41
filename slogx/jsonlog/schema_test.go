package jsonlog_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

var noon = time.Date(2026, time.March, 14, 12, 0, 0, 500_000_000, time.UTC)

var schemas = []jsonlog.Schema{jsonlog.SchemaSlog, jsonlog.SchemaOTel, jsonlog.SchemaECS, jsonlog.SchemaGCP}

// unchanged is a ReplaceAttr that changes nothing, so that only the slower code runs.
func unchanged(_ []string, a slog.Attr) slog.Attr { return a }

// line returns what one record looks like. with derives the handler, top are top-level attributes.
func line(t *testing.T, opts jsonlog.Options, with func(slog.Handler) slog.Handler, top []slog.Attr, r slog.Record) string {
	t.Helper()
	var out bytes.Buffer
	var h slog.Handler = jsonlog.NewHandler(&out, &opts)
	if with != nil {
		h = with(h)
	}
	if err := h.(chain.Handler).HandleTop(context.Background(), top, r); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func record(l slog.Level, msg string, attrs ...slog.Attr) slog.Record {
	r := slog.NewRecord(noon, l, msg, 0)
	r.AddAttrs(attrs...)
	return r
}

func TestSchemaLevels(t *testing.T) {
	for _, c := range []struct {
		schema jsonlog.Schema
		level  slog.Level
		want   string
	}{
		{jsonlog.SchemaSlog, slog.LevelDebug - 4, `{"time":"2026-03-14T12:00:00.5Z","level":"DEBUG-4","msg":"m"}`},
		{jsonlog.SchemaSlog, slog.LevelInfo, `{"time":"2026-03-14T12:00:00.5Z","level":"INFO","msg":"m"}`},
		{jsonlog.SchemaOTel, -100, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"DEBUG-96","severity_number":1,"body":"m"}`},
		{jsonlog.SchemaOTel, slog.LevelDebug - 4, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"DEBUG-4","severity_number":1,"body":"m"}`},
		{jsonlog.SchemaOTel, slog.LevelDebug, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"DEBUG","severity_number":5,"body":"m"}`},
		{jsonlog.SchemaOTel, slog.LevelInfo, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"INFO","severity_number":9,"body":"m"}`},
		{jsonlog.SchemaOTel, slog.LevelInfo + 1, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"INFO+1","severity_number":10,"body":"m"}`},
		{jsonlog.SchemaOTel, slog.LevelWarn, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"WARN","severity_number":13,"body":"m"}`},
		{jsonlog.SchemaOTel, slog.LevelError, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"ERROR","severity_number":17,"body":"m"}`},
		{jsonlog.SchemaOTel, 100, `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"ERROR+92","severity_number":24,"body":"m"}`},
		{jsonlog.SchemaECS, slog.LevelInfo, `{"@timestamp":"2026-03-14T12:00:00.5Z","log.level":"INFO","message":"m","ecs.version":"8.11.0"}`},
		{jsonlog.SchemaECS, slog.LevelError + 2, `{"@timestamp":"2026-03-14T12:00:00.5Z","log.level":"ERROR+2","message":"m","ecs.version":"8.11.0"}`},
		{jsonlog.SchemaGCP, slog.LevelDebug - 4, `{"time":"2026-03-14T12:00:00.5Z","severity":"DEBUG","message":"m"}`},
		{jsonlog.SchemaGCP, slog.LevelInfo, `{"time":"2026-03-14T12:00:00.5Z","severity":"INFO","message":"m"}`},
		{jsonlog.SchemaGCP, slog.LevelInfo + 2, `{"time":"2026-03-14T12:00:00.5Z","severity":"INFO","message":"m"}`},
		{jsonlog.SchemaGCP, slog.LevelWarn, `{"time":"2026-03-14T12:00:00.5Z","severity":"WARNING","message":"m"}`},
		{jsonlog.SchemaGCP, slog.LevelError, `{"time":"2026-03-14T12:00:00.5Z","severity":"ERROR","message":"m"}`},
		{jsonlog.SchemaGCP, slog.LevelError + 1, `{"time":"2026-03-14T12:00:00.5Z","severity":"CRITICAL","message":"m"}`},
	} {
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
			opts := jsonlog.Options{Schema: c.schema, ReplaceAttr: replace}
			if got := line(t, opts, nil, nil, record(c.level, "m")); got != c.want {
				t.Errorf("%s %v, ReplaceAttr %t:\n got %s\nwant %s", c.schema, c.level, replace != nil, got, c.want)
			}
		}
	}
}

// The zero Time is left out under every schema.
func TestSchemaZeroTime(t *testing.T) {
	for s, want := range map[jsonlog.Schema]string{
		jsonlog.SchemaSlog: `{"level":"INFO","msg":"m"}`,
		jsonlog.SchemaOTel: `{"severity_text":"INFO","severity_number":9,"body":"m"}`,
		jsonlog.SchemaECS:  `{"log.level":"INFO","message":"m","ecs.version":"8.11.0"}`,
		jsonlog.SchemaGCP:  `{"severity":"INFO","message":"m"}`,
	} {
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
			got := line(t, jsonlog.Options{Schema: s, ReplaceAttr: replace}, nil, nil, slog.Record{Message: "m"})
			if got != want {
				t.Errorf("%s: got %s, want %s", s, got, want)
			}
		}
	}
}

func TestSchemaAttributes(t *testing.T) {
	ids := []slog.Attr{
		slog.String("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
		slog.String("span_id", "00f067aa0ba902b7"),
		slog.String("trace_flags", "01"),
	}
	service := []slog.Attr{slog.String("service.name", "orders"), slog.String("service.version", "1.2.3")}
	request := []slog.Attr{
		slog.String("http.request.method", "GET"),
		slog.String("url.path", "/orders"),
		slog.Int("http.response.status_code", 200),
		slog.Int64("http.response.body.size", 512),
		slog.String("user_agent.original", "curl"),
		slog.String("client.address", "192.0.2.1"),
		slog.Float64("http.server.request.duration", 0.25),
	}
	group := func(h slog.Handler) slog.Handler {
		return h.WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("b", 2)}).WithGroup("h")
	}
	heads := map[jsonlog.Schema]string{
		jsonlog.SchemaOTel: `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"INFO","severity_number":9,"body":"m"`,
		jsonlog.SchemaECS:  `{"@timestamp":"2026-03-14T12:00:00.5Z","log.level":"INFO","message":"m","ecs.version":"8.11.0"`,
		jsonlog.SchemaGCP:  `{"time":"2026-03-14T12:00:00.5Z","severity":"INFO","message":"m"`,
	}
	for _, c := range []struct {
		name   string
		schema jsonlog.Schema
		with   func(slog.Handler) slog.Handler
		top    []slog.Attr
		attrs  []slog.Attr
		want   string
	}{
		{
			name: "ids in the record", schema: jsonlog.SchemaOTel, attrs: append(ids, slog.Int("n", 1)),
			want: `,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","trace_flags":"01","attributes":{"n":1}}`,
		},
		{
			name: "ids alone", schema: jsonlog.SchemaOTel, top: ids,
			want: `,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","trace_flags":"01"}`,
		},
		{
			name: "ids in With", schema: jsonlog.SchemaOTel, attrs: []slog.Attr{slog.Int("n", 1)},
			with: func(h slog.Handler) slog.Handler { return h.WithAttrs(append(ids, slog.Int("w", 1))) },
			want: `,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","trace_flags":"01","attributes":{"w":1,"n":1}}`,
		},
		{
			name: "top under groups", schema: jsonlog.SchemaOTel, with: group, top: append(ids[:1:1], service...), attrs: []slog.Attr{slog.Int("c", 3)},
			want: `,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","attributes":{"a":1,"service.name":"orders","service.version":"1.2.3","g":{"b":2,"h":{"c":3}}}}`,
		},
		{
			name: "ids of the user's groups stay there", schema: jsonlog.SchemaOTel, with: group, attrs: ids[:1],
			want: `,"attributes":{"a":1,"g":{"b":2,"h":{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}}}}`,
		},
		{
			name: "a group opened by what is not shown", schema: jsonlog.SchemaOTel, attrs: []slog.Attr{slog.Int("n", 1)},
			with: func(h slog.Handler) slog.Handler {
				return h.WithGroup("g").WithAttrs([]slog.Attr{slog.Any("", asked{slog.GroupValue()})}).WithGroup("h")
			},
			want: `,"attributes":{"g":{"h":{"n":1}}}}`,
		},
		{name: "none under groups", schema: jsonlog.SchemaOTel, with: group, want: `,"attributes":{"a":1,"g":{"b":2}}}`},
		{name: "none", schema: jsonlog.SchemaOTel, with: func(h slog.Handler) slog.Handler { return h.WithGroup("g") }, want: `}`},
		{
			name: "ids and logger", schema: jsonlog.SchemaECS, with: group, top: append(ids[:2:2], slog.String("logger", "db")), attrs: []slog.Attr{slog.Int("c", 3)},
			want: `,"a":1,"trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","span.id":"00f067aa0ba902b7","log.logger":"db","g":{"b":2,"h":{"c":3}}}`,
		},
		{
			name: "request", schema: jsonlog.SchemaECS, attrs: append(request, service...),
			want: `,"http.request.method":"GET","url.path":"/orders","http.response.status_code":200,"http.response.body.bytes":512,` +
				`"user_agent.original":"curl","client.ip":"192.0.2.1","event.duration":250000000,"service.name":"orders","service.version":"1.2.3"}`,
		},
		{
			name: "durations", schema: jsonlog.SchemaECS,
			attrs: []slog.Attr{
				slog.Duration("http.server.request.duration", 1500*time.Millisecond),
				slog.Int("http.server.request.duration", 2), slog.String("http.client.request.duration", "long"),
			},
			want: `,"event.duration":1500000000,"event.duration":2000000000,"event.duration":"long"}`,
		},
		{
			name: "exception", schema: jsonlog.SchemaECS,
			attrs: []slog.Attr{slog.String("exception.type", "*os.PathError"), slog.String("exception.message", "no"), slog.String("exception.stacktrace", "main.go:1")},
			want:  `,"error.type":"*os.PathError","error.message":"no","error.stack_trace":"main.go:1"}`,
		},
		{
			name: "ids", schema: jsonlog.SchemaGCP, with: group, top: ids, attrs: []slog.Attr{slog.Int("c", 3)},
			want: `,"a":1,"logging.googleapis.com/trace":"projects/shop/traces/4bf92f3577b34da6a3ce929d0e0e4736",` +
				`"logging.googleapis.com/spanId":"00f067aa0ba902b7","logging.googleapis.com/trace_sampled":true,"g":{"b":2,"h":{"c":3}}}`,
		},
		{
			name: "request", schema: jsonlog.SchemaGCP, attrs: append(append(request, slog.Int("n", 1)), service...),
			want: `,"n":1,"httpRequest":{"requestMethod":"GET","requestUrl":"/orders","status":200,"responseSize":"512",` +
				`"userAgent":"curl","remoteIp":"192.0.2.1","latency":"0.25s"},"serviceContext":{"service":"orders","version":"1.2.3"}}`,
		},
		{
			name: "service in parts", schema: jsonlog.SchemaGCP, attrs: service[1:],
			with: func(h slog.Handler) slog.Handler { return h.WithAttrs(service[:1]).WithAttrs(request[:1]) },
			top:  request[2:3],
			want: `,"httpRequest":{"requestMethod":"GET","status":200},"serviceContext":{"service":"orders","version":"1.2.3"}}`,
		},
		{
			name: "not sampled", schema: jsonlog.SchemaGCP, attrs: []slog.Attr{slog.String("trace_flags", "02"), slog.String("trace_flags", "x")},
			want: `,"logging.googleapis.com/trace_sampled":false,"logging.googleapis.com/trace_sampled":false}`,
		},
		{
			name: "LogValuers and groups", schema: jsonlog.SchemaGCP,
			attrs: []slog.Attr{slog.Any("span_id", asked{slog.StringValue("1")}), slog.Group("service.name", slog.Int("n", 1)), slog.Group("service.version")},
			want:  `,"logging.googleapis.com/spanId":"1","serviceContext":{"service":{"n":1}}}`,
		},
	} {
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
			opts := jsonlog.Options{Schema: c.schema, GCPProject: "shop", ReplaceAttr: replace}
			got := line(t, opts, c.with, c.top, record(slog.LevelInfo, "m", c.attrs...))
			if want := heads[c.schema] + c.want; got != want {
				t.Errorf("%s: %s, ReplaceAttr %t:\n got %s\nwant %s", c.schema, c.name, replace != nil, got, want)
			}
		}
	}
}

// Without a project, Google Cloud's trace is the id alone.
func TestGCPTraceWithoutProject(t *testing.T) {
	got := line(t, jsonlog.Options{Schema: jsonlog.SchemaGCP}, nil, nil, record(slog.LevelInfo, "m", slog.String("trace_id", "4bf9")))
	if want := `{"time":"2026-03-14T12:00:00.5Z","severity":"INFO","message":"m","logging.googleapis.com/trace":"4bf9"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSchemaSource(t *testing.T) {
	var pcs [1]uintptr
	runtime.Callers(1, pcs[:])
	f, _ := runtime.CallersFrames(pcs[:]).Next()
	r := slog.NewRecord(noon, slog.LevelInfo, "m", pcs[0])
	r.AddAttrs(slog.Int("n", 1))
	for s, want := range map[jsonlog.Schema]string{
		jsonlog.SchemaSlog: `{"time":"2026-03-14T12:00:00.5Z","level":"INFO","source":{"function":%q,"file":%q,"line":%d},"msg":"m","n":1}`,
		jsonlog.SchemaOTel: `{"timestamp":"2026-03-14T12:00:00.5Z","severity_text":"INFO","severity_number":9,"body":"m",` +
			`"attributes":{"code.function.name":%q,"code.file.path":%q,"code.line.number":%d,"n":1}}`,
		jsonlog.SchemaECS: `{"@timestamp":"2026-03-14T12:00:00.5Z","log.level":"INFO","log.origin.function":%q,` +
			`"log.origin.file.name":%q,"log.origin.file.line":%d,"message":"m","ecs.version":"8.11.0","n":1}`,
		jsonlog.SchemaGCP: `{"time":"2026-03-14T12:00:00.5Z","severity":"INFO","logging.googleapis.com/sourceLocation":` +
			`{"function":%q,"file":%q,"line":"%d"},"message":"m","n":1}`,
	} {
		want := fmt.Sprintf(want, f.Function, f.File, f.Line)
		for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
			for range 2 { // the second time it comes out of the cache
				got := line(t, jsonlog.Options{Schema: s, AddSource: true, ReplaceAttr: replace}, nil, nil, r)
				if got != want {
					t.Errorf("%s, ReplaceAttr %t:\n got %s\nwant %s", s, replace != nil, got, want)
				}
			}
		}
	}
}

// ReplaceAttr sees the keys that log/slog uses. One that it changes is the user's word; the others take
// the schema's form.
func TestReplaceAttrUnderSchema(t *testing.T) {
	opts := jsonlog.Options{Schema: jsonlog.SchemaGCP, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.TimeKey:
			return slog.Attr{}
		case slog.LevelKey:
			a.Key = "lvl"
		case "service.name":
			a.Key = "svc"
		case "n":
			a.Key = "span_id" // ReplaceAttr has the last word, the schema does not look again
		}
		return a
	}}
	got := line(t, opts, nil, nil, record(slog.LevelWarn, "m",
		slog.String("service.name", "orders"), slog.String("span_id", "7"), slog.Int("n", 1)))
	const want = `{"lvl":"WARN","message":"m","logging.googleapis.com/spanId":"7","span_id":1,"serviceContext":{"svc":"orders"}}`
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// The suite reads the lines of each schema by log/slog's names.
func TestSchemasConform(t *testing.T) {
	for _, s := range schemas {
		t.Run(string(s), func(t *testing.T) {
			for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, unchanged} {
				opts := &jsonlog.Options{Schema: s, Level: slog.LevelDebug, ReplaceAttr: replace}
				slogxtest.RunSink(t, func(w io.Writer) slog.Handler { return jsonlog.NewHandler(w, opts) },
					func(b []byte) ([]map[string]any, error) { return parseSchema(s, b) })
			}
		})
	}
}

func parseSchema(s jsonlog.Schema, b []byte) ([]map[string]any, error) {
	lines, err := parseLines(b)
	for _, m := range lines {
		if attrs, ok := m["attributes"].(map[string]any); ok && s == jsonlog.SchemaOTel {
			delete(m, "attributes")
			maps.Copy(m, attrs)
		}
		for _, k := range []string{"severity_number", "ecs.version"} {
			delete(m, k)
		}
		for from, to := range map[jsonlog.Schema]map[string]string{
			jsonlog.SchemaOTel: {"timestamp": "time", "severity_text": "level", "body": "msg"},
			jsonlog.SchemaECS: {
				"@timestamp": "time", "log.level": "level", "message": "msg",
				"trace.id": "trace_id", "span.id": "span_id", "log.logger": "logger",
			},
			jsonlog.SchemaGCP: {
				"severity": "level", "message": "msg", "logging.googleapis.com/trace": "trace_id", "logging.googleapis.com/spanId": "span_id",
			},
		}[s] {
			if v, ok := m[from]; ok {
				delete(m, from)
				m[to] = v
			}
		}
		if m["level"] == "WARNING" {
			m["level"] = "WARN"
		}
	}
	return lines, err
}

func TestSiblingsUnderSchemas(t *testing.T) {
	for _, s := range schemas {
		var want, got bytes.Buffer
		for _, out := range []*bytes.Buffer{&want, &got} {
			h := jsonlog.NewHandler(out, &jsonlog.Options{Schema: s}).
				WithAttrs([]slog.Attr{slog.String("trace_id", "0"), slog.String("service.name", "0")})
			first := h.WithAttrs([]slog.Attr{slog.String("span_id", "first"), slog.String("service.version", "first")})
			if out == &got {
				_ = h.WithAttrs([]slog.Attr{slog.String("span_id", "other"), slog.String("service.version", "other")})
			}
			if err := first.Handle(context.Background(), record(slog.LevelInfo, "m")); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Errorf("%s: a sibling shows (-without +with):\n%s", s, diff)
		}
	}
}
