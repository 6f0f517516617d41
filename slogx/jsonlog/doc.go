// Package jsonlog writes log records as lines of JSON: what [slog.JSONHandler] writes, in about half of
// the time, with schemas for the systems that read them.
//
//	logger := slog.New(jsonlog.NewHandler(os.Stdout, nil))
//
// Encoding allocates nothing for values of slog's own kinds.
//
// # The same bytes
//
// Under [SchemaSlog], the default, each record is byte for byte what slog.JSONHandler of Go 1.26 writes
// with the same AddSource, Level and ReplaceAttr, and ReplaceAttr is called as slog calls it; a fuzz test
// compares them. The exceptions:
//
//   - The line is always JSON. slog leaves out a comma behind a group that ReplaceAttr emptied, and puts an
//     error into the middle of a time whose year is not within 0 and 9999; here that is one string,
//     "!ERROR:" and the reason.
//   - A value one of whose methods panics is shown as "!PANIC: " and what it panicked with, without stack
//     frames; so is one for which ReplaceAttr panics. A nil pointer whose method panics is shown as slog
//     shows it.
//   - An error that is an element of a slice, array or map shows its text. slog shows what encoding/json
//     makes of its exported fields, which is {} for most.
//   - Groups that LogValue methods make within each other are cut at a depth of 100, or where they would
//     have more than 131072 attributes: one that contains itself has no end, and slog dies of it. Other
//     groups are cut at a depth of 100000, which only one that contains itself reaches.
//   - Behind a group that was elided slog goes on with that group's name in the groups that ReplaceAttr
//     gets. Here ReplaceAttr gets the groups that are open.
//
// An empty group that a LogValue method returns is elided, but keeps the groups around it, as slog has it.
//
// # Top-level attributes
//
// [Handler.HandleTop] writes attributes at the top level of a record whatever groups are open: it is how
// trace_id, request_id and the like get there (see package chain).
//
// # Schemas
//
// A [Schema] names the built-in fields, and maps attributes at the top level, which the other packages
// name as OpenTelemetry does. Attributes inside groups, and those that are not in the tables, keep their
// keys. Levels, times and values are as slog writes them where the tables do not say otherwise.
//
//	slog        otel               ecs                    gcp
//	time        timestamp          @timestamp             time
//	level       severity_text,     log.level              severity
//	            severity_number
//	msg         body               message                as ecs
//	source      code.function.name log.origin.function    logging.googleapis.com/sourceLocation
//	            code.file.path     log.origin.file.name
//	            code.line.number   log.origin.file.line
//
// [SchemaOTel] is OpenTelemetry's log data model. severity_number is the level plus 9, at least 1 and at
// most 24. trace_id, span_id and trace_flags stand beside the body, everything else, service.name and the
// source included, in an object named attributes, which is left out if it would be empty.
//
// [SchemaECS] is the Elastic Common Schema, with dotted keys, and ecs.version in each record. service.name
// and service.version keep their names, which are ECS's own.
//
//	trace_id                       trace.id
//	span_id                        span.id
//	logger                         log.logger
//	error.type                     error.code
//	exception.type                 error.type
//	exception.message              error.message
//	exception.stacktrace           error.stack_trace
//	client.address                 client.ip
//	network.peer.address           source.ip
//	network.peer.port              source.port
//	http.request.body.size         http.request.body.bytes
//	http.response.body.size        http.response.body.bytes
//	http.server.request.duration   event.duration, in nanoseconds
//	http.client.request.duration   event.duration, in nanoseconds
//	deployment.environment.name    service.environment
//	service.instance.id            service.node.name
//
// [SchemaGCP] is what Google Cloud Logging reads from JSON lines. Levels are DEBUG, INFO, WARNING, ERROR,
// and above ERROR CRITICAL. With [Options].GCPProject a trace is projects/<project>/traces/<id>.
//
//	trace_id                       logging.googleapis.com/trace
//	span_id                        logging.googleapis.com/spanId
//	trace_flags                    logging.googleapis.com/trace_sampled, true or false
//	exception.stacktrace           stack_trace
//	service.name                   serviceContext.service
//	service.version                serviceContext.version
//	http.request.method            httpRequest.requestMethod
//	url.full, url.path             httpRequest.requestUrl
//	http.request.body.size         httpRequest.requestSize
//	http.response.status_code      httpRequest.status
//	http.response.body.size        httpRequest.responseSize
//	user_agent.original            httpRequest.userAgent
//	client.address                 httpRequest.remoteIp
//	http.server.request.duration   httpRequest.latency, such as "0.25s"
//	http.client.request.duration   httpRequest.latency
//
// Durations are taken as OpenTelemetry has them, a number of seconds, or as a [time.Duration].
//
// # Repeated keys
//
// Like slog the handler writes what it is given, also a key that an object has already. Most parsers show
// the last, some refuse the record. With [KeepLast] only the last of each key is written, in groups, too.
//
// # Bounded records
//
// [Options].MaxRecordBytes bounds a line. Of a longer record time, level, source and ids stay, the message
// gets at least half of what is left, and the attributes get the rest, in their order: strings are cut and
// end in an ellipsis, groups are cut inside, what does not fit is left out. truncated_bytes, the last
// field, is how many bytes of the line are missing. The line is encoded before it is cut.
//
// # Writers
//
// A record is one call of Write with a whole line, and calls never overlap; the handler locks, except for
// an [os.File], which does so itself. Handle returns the error of the writer, or [io.ErrShortWrite].
//
// A writer that has the method
//
//	WriteRecord(ctx context.Context, level slog.Level, line []byte) error
//
// gets each line through it instead, with the context and the level of the record, from any goroutine and
// without a lock. The line is lent: it is valid until WriteRecord returns. If the writer has
//
//	SetLossEncoder(encode func(dst []byte, r slog.Record) []byte)
//
// NewHandler calls it once with a func, safe for concurrent use, that appends a record as this handler
// would write it: a queue reports with it what it had to drop, in the form of the other lines. Flush and
// Shutdown of the handler call the method of that name of the writer, if there is one. Nothing closes the
// writer but its owner. The queue of package async is such a writer.
package jsonlog
