package jsonlog

import (
	"log/slog"
	"strconv"

	"github.com/slogx-go/slogx/slogx/internal/output"
)

// schema is the names and the layout of one [Schema].
type schema struct {
	time, msg           string // keys
	levelKey, sourceKey string
	level               func(buf []byte, l slog.Level) []byte     // appends a comma and the fields of the level
	source              func(buf []byte, src *slog.Source) []byte // appends a comma and the fields of the source
	sourceInBody        bool                                      // source stands among the attributes
	tail                string                                    // fields behind the message
	open                string                                    // opens the object that holds the attributes, if it is not the line
	fields              map[string]field                          // top-level attributes by key
}

// field is what a schema makes of a top-level attribute.
type field struct {
	key    string
	part   part
	append func(buf []byte, v slog.Value, opts *Options) []byte // nil: as it is
}

// part is where in the line an attribute stands. Parts are bits, for sets of them.
type part uint8

const (
	inBody    part = 0
	inLifted  part = 1 // above the object that holds the attributes
	inHTTP    part = 2 // in httpRequest
	inService part = 4 // in serviceContext
)

const nObjects = 2

// objects are the parts that are objects of their own, with their keys.
var objects = [nObjects]struct {
	part part
	key  string
}{{inHTTP, "httpRequest"}, {inService, "serviceContext"}}

var schemas = map[Schema]*schema{
	SchemaSlog: {
		time: slog.TimeKey, msg: slog.MessageKey, levelKey: slog.LevelKey, sourceKey: slog.SourceKey,
		level:  stringLevel(slog.LevelKey),
		source: groupSource(slog.SourceKey),
	},
	SchemaOTel: {
		time: "timestamp", msg: "body", levelKey: "severity_text",
		level: func(buf []byte, l slog.Level) []byte {
			buf = stringLevel("severity_text")(buf, l)
			n := min(max(int64(l)+9, 1), 24)
			return strconv.AppendInt(appendKey(buf, "severity_number"), n, 10)
		},
		source:       flatSource("code.function.name", "code.file.path", "code.line.number"),
		sourceInBody: true,
		open:         "attributes",
		fields: map[string]field{
			"trace_id":    {key: "trace_id", part: inLifted},
			"span_id":     {key: "span_id", part: inLifted},
			"trace_flags": {key: "trace_flags", part: inLifted},
		},
	},
	SchemaECS: {
		time: "@timestamp", msg: "message", levelKey: "log.level", sourceKey: "log.origin.file.name",
		level:  stringLevel("log.level"),
		source: flatSource("log.origin.function", "log.origin.file.name", "log.origin.file.line"),
		tail:   `,"ecs.version":"8.11.0"`,
		fields: map[string]field{
			"trace_id":                     {key: "trace.id"},
			"span_id":                      {key: "span.id"},
			"logger":                       {key: "log.logger"},
			"error.type":                   {key: "error.code"}, // "500", "timeout": error.type is that of the exception
			"exception.type":               {key: "error.type"},
			"exception.message":            {key: "error.message"},
			"exception.stacktrace":         {key: "error.stack_trace"},
			"client.address":               {key: "client.ip"},
			"network.peer.address":         {key: "source.ip"},
			"network.peer.port":            {key: "source.port"},
			"http.request.body.size":       {key: "http.request.body.bytes"},
			"http.response.body.size":      {key: "http.response.body.bytes"},
			"http.server.request.duration": {key: "event.duration", append: appendNanoseconds},
			"http.client.request.duration": {key: "event.duration", append: appendNanoseconds},
			"deployment.environment.name":  {key: "service.environment"},
			"service.instance.id":          {key: "service.node.name"},
		},
	},
	SchemaGCP: {
		time: "time", msg: "message", levelKey: "severity", sourceKey: "logging.googleapis.com/sourceLocation",
		level:  gcpLevel,
		source: gcpSource,
		fields: map[string]field{
			"trace_id":                     {key: "logging.googleapis.com/trace", append: appendGCPTrace},
			"span_id":                      {key: "logging.googleapis.com/spanId"},
			"trace_flags":                  {key: "logging.googleapis.com/trace_sampled", append: appendSampled},
			"exception.stacktrace":         {key: "stack_trace"},
			"service.name":                 {key: "service", part: inService},
			"service.version":              {key: "version", part: inService},
			"http.request.method":          {key: "requestMethod", part: inHTTP},
			"url.full":                     {key: "requestUrl", part: inHTTP},
			"url.path":                     {key: "requestUrl", part: inHTTP},
			"http.request.body.size":       {key: "requestSize", part: inHTTP, append: appendAsString},
			"http.response.status_code":    {key: "status", part: inHTTP},
			"http.response.body.size":      {key: "responseSize", part: inHTTP, append: appendAsString},
			"user_agent.original":          {key: "userAgent", part: inHTTP},
			"client.address":               {key: "remoteIp", part: inHTTP},
			"http.server.request.duration": {key: "latency", part: inHTTP, append: appendSeconds},
			"http.client.request.duration": {key: "latency", part: inHTTP, append: appendSeconds},
		},
	},
}

func stringLevel(key string) func([]byte, slog.Level) []byte {
	return func(buf []byte, l slog.Level) []byte {
		return append(output.AppendLevel(append(appendKey(buf, key), '"'), l), '"')
	}
}

// gcpLevel writes Google Cloud's LogSeverity.
func gcpLevel(buf []byte, l slog.Level) []byte {
	name := "DEBUG"
	switch {
	case l > slog.LevelError:
		name = "CRITICAL"
	case l == slog.LevelError:
		name = "ERROR"
	case l >= slog.LevelWarn:
		name = "WARNING"
	case l >= slog.LevelInfo:
		name = "INFO"
	}
	return appendString(appendKey(buf, "severity"), name)
}

func groupSource(key string) func([]byte, *slog.Source) []byte {
	return func(buf []byte, src *slog.Source) []byte {
		buf, _ = appendSourceAttr(buf, key, src)
		return buf
	}
}

// appendSourceAttr appends the fields of src that are not zero as a group, or nothing if all are.
func appendSourceAttr(buf []byte, key string, src *slog.Source) ([]byte, bool) {
	if src == nil || *src == (slog.Source{}) {
		return buf, false
	}
	if key != "" {
		buf = append(appendKey(buf, key), '{')
	}
	buf = flatSource("function", "file", "line")(buf, src)
	if key != "" {
		buf = append(buf, '}')
	}
	return buf, true
}

func flatSource(function, file, line string) func([]byte, *slog.Source) []byte {
	return func(buf []byte, src *slog.Source) []byte {
		if src.Function != "" {
			buf = appendString(appendKey(buf, function), src.Function)
		}
		if src.File != "" {
			buf = appendString(appendKey(buf, file), src.File)
		}
		if src.Line != 0 {
			buf = strconv.AppendInt(appendKey(buf, line), int64(src.Line), 10)
		}
		return buf
	}
}

// gcpSource writes Google Cloud's LogEntrySourceLocation, in whose JSON the line is a string.
func gcpSource(buf []byte, src *slog.Source) []byte {
	buf = append(appendKey(buf, "logging.googleapis.com/sourceLocation"), '{')
	buf = appendString(appendKey(buf, "function"), src.Function)
	buf = appendString(appendKey(buf, "file"), src.File)
	buf = append(appendInt(append(appendKey(buf, "line"), '"'), int64(src.Line)), '"')
	return append(buf, '}')
}

func appendGCPTrace(buf []byte, v slog.Value, opts *Options) []byte {
	if v.Kind() != slog.KindString || opts.GCPProject == "" {
		return appendValue(buf, v)
	}
	buf = append(append(buf, `"projects/`...), opts.GCPProject...)
	buf = append(buf, "/traces/"...)
	return append(appendEscaped(buf, v.String()), '"')
}

// appendSampled writes the sampled bit of W3C trace flags in hexadecimal.
func appendSampled(buf []byte, v slog.Value, _ *Options) []byte {
	n, err := strconv.ParseUint(v.String(), 16, 8)
	return strconv.AppendBool(buf, err == nil && n&1 == 1)
}

// appendAsString writes an int64 as Google's JSON does, which is a string.
func appendAsString(buf []byte, v slog.Value, _ *Options) []byte {
	if v.Kind() != slog.KindInt64 {
		return appendValue(buf, v)
	}
	return append(appendValue(append(buf, '"'), v), '"')
}

// seconds returns a duration in seconds, given as a number of them or as a [time.Duration].
func seconds(v slog.Value) (float64, bool) {
	switch v.Kind() {
	case slog.KindFloat64:
		return v.Float64(), true
	case slog.KindInt64:
		return float64(v.Int64()), true
	case slog.KindDuration:
		return v.Duration().Seconds(), true
	default:
		return 0, false
	}
}

// appendSeconds writes a protobuf Duration, such as "0.1s".
func appendSeconds(buf []byte, v slog.Value, _ *Options) []byte {
	s, ok := seconds(v)
	if !ok {
		return appendValue(buf, v)
	}
	return append(strconv.AppendFloat(append(buf, '"'), s, 'f', -1, 64), 's', '"')
}

func appendNanoseconds(buf []byte, v slog.Value, _ *Options) []byte {
	s, ok := seconds(v)
	if !ok {
		return appendValue(buf, v)
	}
	return strconv.AppendInt(buf, int64(s*1e9+0.5), 10)
}
