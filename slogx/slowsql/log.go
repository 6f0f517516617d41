package slowsql

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/report"
	"github.com/slogx-go/slogx/slogx/slowsql/internal/sqltext"
)

// The keys of a record that are not those of OpenTelemetry's conventions for databases.
const (
	keyDuration    = "db.client.operation.duration"
	keyPreparing   = "db.client.prepare.duration"
	keyReading     = "db.client.rows.duration"
	keyTransaction = "db.client.transaction.duration"
	keyAffected    = "db.response.affected_rows"
	keyReturned    = "db.response.returned_rows"
	keyError       = "error"
)

const (
	maxArgs  = 100
	maxAttrs = 24 // of a record without arguments
)

var start = time.Now()

// now is the time since the start of the program, at half the price of [time.Now].
func now() time.Duration { return time.Since(start) }

// queryLog is what all connections of one driver or connector have in common.
type queryLog struct {
	logger     *slog.Logger // nil: slog.Default()
	threshold  time.Duration
	args       bool
	omitError  bool
	statusCode func(error) string
	database   []slog.Attr
	skip       []string
	texts      *sqltext.Cache
	reporter   *report.Reporter
}

// newLog returns the log of a driver, which is known by the types of values of its package.
func newLog(opts *Options, from ...any) *queryLog {
	if opts == nil {
		opts = &Options{}
	}
	system := opts.System
	if system == "" {
		system = guessSystem(from...)
	}
	maxText := opts.MaxText
	if maxText <= 0 {
		maxText = DefaultMaxText
	}
	l := &queryLog{
		logger:     opts.Logger,
		threshold:  cmp.Or(opts.Threshold, DefaultThreshold),
		args:       opts.Args,
		omitError:  opts.OmitError,
		statusCode: opts.StatusCode,
		database:   []slog.Attr{slog.String("db.system.name", system)},
		skip:       skippedPrefixes(opts.SkipPackages),
		texts:      sqltext.NewCache(system, maxText, max(cmp.Or(opts.Cache, DefaultCache), 0)),
		reporter:   report.New(opts.OnError),
	}
	if l.statusCode == nil {
		l.statusCode = statusCode
	}
	if opts.Namespace != "" {
		l.database = append(l.database, slog.String("db.namespace", opts.Namespace))
	}
	return l
}

// wants reports at which level what took so long and ended with err gets a record, and whether it does.
func (l *queryLog) wants(ctx context.Context, took time.Duration, err error) (level slog.Level, ok bool) {
	defer l.recovered("ask the logger of the slow-query log whether it is enabled", &ok)
	switch {
	case err != nil:
		if errors.Is(err, driver.ErrBadConn) && retried() {
			return 0, false // nobody has to know: only what is left after all tries is an error
		}
		level = slog.LevelError
	case l.slow(took):
		level = slog.LevelWarn
	default:
		level = slog.LevelDebug
	}
	return level, l.handler().Enabled(ctx, level)
}

// slow reports whether what took so long is slow. A coarse clock may say 0.
func (l *queryLog) slow(took time.Duration) bool {
	return l.threshold > 0 && max(took, 1) >= l.threshold
}

// recovered is deferred around what is not the driver's: its panic is not for the caller of a statement.
func (l *queryLog) recovered(what string, ok *bool) {
	if p := recover(); p != nil {
		*ok = false
		l.reporter.Report(fmt.Errorf("%s: panic: %v", what, p))
	}
}

func (l *queryLog) handler() slog.Handler {
	if l.logger != nil {
		return l.logger.Handler()
	}
	return slog.Default().Handler() //nolint:forbidigo // Options.Logger says so
}

// An event is a statement that gets a record.
type event struct {
	ctx       context.Context //nolint:containedctx // an event lives as long as the call that makes it
	level     slog.Level
	query     string // or:
	operation string // what a transaction began or ended with
	args      []driver.NamedValue
	err       error
	result    driver.Result // nil if there is none
	pc        uintptr       // of the caller; 0 if it has to be found

	took        time.Duration // with all others but transaction
	preparing   time.Duration
	transaction time.Duration

	isQuery bool // reading and read are set
	reading time.Duration
	read    int64
}

// write writes the record of e.
func (l *queryLog) write(e *event) {
	var ok bool
	defer l.recovered("write to the slow-query log", &ok)
	if e.pc == 0 {
		e.pc = l.caller()
	}
	r := slog.NewRecord(time.Now(), e.level, message(e), e.pc)
	attrs := make([]slog.Attr, 0, maxAttrs)
	attrs = append(attrs, l.database...)
	attrs = l.appendText(attrs, e)
	attrs = appendTimes(attrs, e)
	if e.err != nil {
		attrs = l.appendError(attrs, e.err)
	}
	attrs = appendSource(attrs, e.pc)
	if l.args {
		attrs = appendArgs(attrs, e.args)
	}
	r.AddAttrs(attrs...)
	_ = l.handler().Handle(e.ctx, r) // a handler reports its own errors: a Logger drops them too
}

func message(e *event) string {
	switch {
	case e.err != nil:
		return "statement failed"
	case e.level >= slog.LevelWarn:
		return "slow statement"
	default:
		return "statement"
	}
}

func (l *queryLog) appendText(attrs []slog.Attr, e *event) []slog.Attr {
	if e.operation != "" {
		return append(attrs, slog.String("db.operation.name", e.operation), slog.String("db.query.summary", e.operation))
	}
	t := l.texts.Get(e.query)
	for _, a := range [...]struct{ key, value string }{
		{"db.collection.name", t.Collection},
		{"db.operation.name", t.Operation},
		{"db.query.summary", t.Summary},
		{"db.query.text", t.Text},
	} {
		if a.value != "" {
			attrs = append(attrs, slog.String(a.key, a.value))
		}
	}
	return attrs
}

func appendTimes(attrs []slog.Attr, e *event) []slog.Attr {
	attrs = append(attrs, slog.Float64(keyDuration, e.took.Seconds()))
	if e.preparing > 0 {
		attrs = append(attrs, slog.Float64(keyPreparing, e.preparing.Seconds()))
	}
	if e.transaction > 0 {
		attrs = append(attrs, slog.Float64(keyTransaction, e.transaction.Seconds()))
	}
	if e.isQuery {
		attrs = append(attrs, slog.Float64(keyReading, e.reading.Seconds()), slog.Int64(keyReturned, e.read))
	}
	if n, ok := affected(e.result); ok && e.err == nil {
		attrs = append(attrs, slog.Int64(keyAffected, n))
	}
	return attrs
}

// affected returns the number of rows that a statement changed, unless the driver does not say.
func affected(res driver.Result) (n int64, ok bool) {
	if res == nil {
		return 0, false
	}
	defer func() { // the caller did not ask for it
		if recover() != nil {
			n, ok = 0, false
		}
	}()
	n, err := res.RowsAffected()
	return n, err == nil && n >= 0
}

func (l *queryLog) appendError(attrs []slog.Attr, err error) []slog.Attr {
	code := l.code(err)
	if code != "" {
		attrs = append(attrs, slog.String("db.response.status_code", code))
	}
	attrs = append(attrs, slog.String("error.type", errorType(err, code)))
	if !l.omitError {
		attrs = append(attrs, slog.Any(keyError, err))
	}
	return attrs
}

func (l *queryLog) code(err error) (code string) {
	ok := true
	defer l.recovered("ask StatusCode for the code of an error", &ok)
	return l.statusCode(err)
}

func appendArgs(attrs []slog.Attr, args []driver.NamedValue) []slog.Attr {
	for _, arg := range args[:min(len(args), maxArgs)] {
		key := arg.Name
		if key == "" {
			key = strconv.Itoa(arg.Ordinal - 1)
		}
		attrs = append(attrs, slog.Any("db.query.parameter."+key, arg.Value))
	}
	return attrs
}

// named returns args as the newer interfaces have them, if they are going to be written.
func (l *queryLog) named(args []driver.Value) []driver.NamedValue {
	if !l.args {
		return nil
	}
	list := make([]driver.NamedValue, len(args))
	for i, v := range args {
		list[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return list
}

// keep returns args for after the call, in which package sql and its caller may use them again.
func (l *queryLog) keep(args []driver.NamedValue) []driver.NamedValue {
	if !l.args {
		return nil
	}
	args = slices.Clone(args[:min(len(args), maxArgs)])
	for i, arg := range args {
		if b, ok := arg.Value.([]byte); ok {
			args[i].Value = slices.Clone(b)
		}
	}
	return args
}
