package slogx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sethvargo/go-envconfig"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/enrich"
	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/level"
)

// prefix begins the name of every variable.
const prefix = "SLOGX_"

// config is the core's environment. Its tags are the names behind the prefix, the defaults as people
// write them, and the usage: the table that slogx env prints is made of them.
type config struct {
	Preset      setting[Preset]                `env:"PRESET" default:"default" usage:"default, development or production: what all else is set upon"`
	Level       setting[slog.Level]            `env:"LEVEL" default:"info" usage:"lowest level that is logged: trace, debug, info, warn, error, fatal, with an offset such as info+2, or a number"`
	Levels      setting[map[string]slog.Level] `env:"LEVELS" usage:"levels by logger name, as in db=debug,http=warn"`
	Format      setting[Format]                `env:"FORMAT" default:"auto" usage:"auto, json, console or text; auto is console on a terminal and JSON elsewhere"`
	Schema      setting[jsonlog.Schema]        `env:"SCHEMA" default:"slog" usage:"keys of JSON: slog, otel, ecs or gcp"`
	Source      setting[bool]                  `env:"SOURCE" default:"false" usage:"add file and line of the log statement"`
	Sinks       setting[[]string]              `env:"SINKS" default:"stdout" usage:"where records go: stdout, stderr, file, and the sinks of linked packages"`
	Use         setting[[]string]              `env:"USE" usage:"linked extensions to use, as in otel,redact; -redact says no to the redaction of the preset production"`
	Enrich      setting[[]string]              `env:"ENRICH" usage:"enrichers beside context and trace: host, build, process, runtime, kubernetes"`
	Service     setting[string]                `env:"SERVICE" usage:"service.name of every record"`
	Version     setting[string]                `env:"VERSION" usage:"service.version of every record"`
	Environment setting[string]                `env:"ENVIRONMENT" usage:"deployment.environment.name of every record"`
	GCPProject  setting[string]                `env:"GCP_PROJECT" usage:"Google Cloud project of the trace ids, for the schema gcp"`
	Async       setting[bool]                  `env:"ASYNC" default:"false" usage:"put a queue before stdout, stderr and file; the preset production does"`
	QueueBytes  setting[size]                  `env:"QUEUE_BYTES" default:"1MiB" usage:"capacity of a queue in bytes"`
	QueueSize   setting[count]                 `env:"QUEUE_SIZE" default:"8192" usage:"capacity in records of a queue of records: before sinks with a fallback and those added with a Queue option"`
	Overflow    setting[async.Overflow]        `env:"OVERFLOW" default:"block" usage:"what a full queue does: block, drop_newest, drop_oldest or sample"`
	Keep        setting[slog.Level]            `env:"KEEP" default:"warn" usage:"level from which a full queue gives records up last"`

	SampleTraceRatio  setting[share]      `env:"SAMPLE_TRACE_RATIO" usage:"share of traces whose records pass, whole traces, as in 0.1"`
	SampleProbability setting[share]      `env:"SAMPLE_PROBABILITY" usage:"share of records that pass, as in 0.1"`
	SampleOnce        setting[age]        `env:"SAMPLE_ONCE" usage:"time in which one record of a kind passes: of a level, logger and message"`
	SampleFirst       setting[count]      `env:"SAMPLE_FIRST" usage:"how many records of a kind pass in each interval"`
	SampleThereafter  setting[count]      `env:"SAMPLE_THEREAFTER" usage:"how many of the others pass: 1 in so many"`
	SampleInterval    setting[age]        `env:"SAMPLE_INTERVAL" default:"1s" usage:"interval of SLOGX_SAMPLE_FIRST and _THEREAFTER"`
	SampleRate        setting[perSecond]  `env:"SAMPLE_RATE" usage:"how many records of a kind pass per second"`
	SampleBurst       setting[count]      `env:"SAMPLE_BURST" usage:"how many records SLOGX_SAMPLE_RATE lets pass at once; those of a second unless set"`
	SampleTarget      setting[perSecond]  `env:"SAMPLE_TARGET" usage:"how many records pass per second, all together: the share adapts"`
	SampleFold        setting[age]        `env:"SAMPLE_FOLD" usage:"time in which repeated records are folded into one"`
	SampleKeep        setting[slog.Level] `env:"SAMPLE_KEEP" default:"error" usage:"level from which records are never dropped"`
	SampleWeight      setting[bool]       `env:"SAMPLE_WEIGHT" default:"false" usage:"add how many records one stands for, as sampled"`
	SampleMaxKeys     setting[count]      `env:"SAMPLE_MAX_KEYS" default:"4096" usage:"how many kinds of records are remembered"`

	TailLevel          setting[slog.Level] `env:"TAIL_LEVEL" usage:"level from which records that would be dropped are held, and written if their request fails; off unless set"`
	TailRelease        setting[slog.Level] `env:"TAIL_RELEASE" default:"error" usage:"level of records that release what their request holds"`
	TailRequestRecords setting[count]      `env:"TAIL_REQUEST_RECORDS" default:"1024" usage:"how many records a request may hold"`
	TailRequestBytes   setting[size]       `env:"TAIL_REQUEST_BYTES" default:"1MiB" usage:"how many bytes a request may hold"`
	TailRecords        setting[count]      `env:"TAIL_RECORDS" default:"65536" usage:"how many records all requests may hold"`
	TailBytes          setting[size]       `env:"TAIL_BYTES" default:"64MiB" usage:"how many bytes all requests may hold"`

	FilePath    setting[string] `env:"FILE_PATH" usage:"path of the sink file"`
	FileMaxSize setting[size]   `env:"FILE_MAX_SIZE" default:"0" usage:"size at which the file is rotated, as in 100MiB; 0 never"`
	FileMaxAge  setting[age]    `env:"FILE_MAX_AGE" default:"0" usage:"age at which rotated files are removed, as in 7d or 36h; 0 never"`
	FileBackups setting[count]  `env:"FILE_MAX_BACKUPS" default:"0" usage:"how many rotated files are kept; 0 all"`
	FileGzip    setting[bool]   `env:"FILE_COMPRESS" default:"false" usage:"compress rotated files with gzip"`
}

// setting is a variable that may be set. It decodes itself, and keeps an error for later: all that is
// wrong is reported at once.
type setting[T any] struct {
	value T
	set   bool
	err   error
}

// EnvDecode implements [envconfig.Decoder].
func (v *setting[T]) EnvDecode(text string) error {
	if err := decode(text, &v.value); err != nil {
		v.err = fmt.Errorf("%q: %w", text, err)
		return nil
	}
	v.set = true
	return nil
}

// failed is what readConfig asks of each field.
func (v *setting[T]) failed() error { return v.err }

// Types of variables that Go has no name for.
type (
	size  int64         // bytes
	count int           // not negative
	age   time.Duration // also in days
	share float64       // above 0, at most 1

	perSecond float64 // between 0.001 and 1e9
)

// readConfig reads the environment. What is wrong stays unset, and is among the errors.
func readConfig(l Lookuper) (*config, []error) {
	var c config
	var errs []error
	err := envconfig.ProcessWith(context.Background(), &envconfig.Config{
		Target:   &c,
		Lookuper: envconfig.PrefixLookuper(prefix, filled{l}),
	})
	if err != nil {
		errs = append(errs, fmt.Errorf("read the environment: %w", err))
	}
	for f, v := range reflect.ValueOf(&c).Elem().Fields() {
		if s, ok := reflect.TypeAssert[interface{ failed() error }](v.Addr()); ok && s.failed() != nil {
			errs = append(errs, fmt.Errorf("%s%s=%w", prefix, f.Tag.Get("env"), s.failed()))
		}
	}
	return &c, append(errs, checkNames(l)...)
}

// filled hides variables that are set to nothing: they count as not set, as OpenTelemetry has it.
type filled struct{ Lookuper }

func (f filled) Lookup(key string) (string, bool) {
	v, ok := f.Lookuper.Lookup(key)
	v = strings.TrimSpace(v)
	return v, ok && v != ""
}

// apply sets what the environment sets.
func (c *config) apply(s *settings) {
	set(&s.format, c.Format)
	set(&s.schema, c.Schema)
	set(&s.source, c.Source)
	if c.Sinks.set {
		s.sinkNames, s.sinksBy = c.Sinks.value, fmt.Sprintf("%sSINKS=%q", prefix, strings.Join(c.Sinks.value, ","))
	}
	set(&s.service, c.Service)
	set(&s.version, c.Version)
	set(&s.environment, c.Environment)
	set(&s.gcpProject, c.GCPProject)
	set(&s.async, c.Async)
	set(&s.queue.Overflow, c.Overflow)
	set(&s.filePath, c.FilePath)
	set(&s.file.Compress, c.FileGzip)
	if c.Level.set {
		s.level = c.Level.value
	}
	if c.Levels.set {
		s.levels = c.Levels.value
	}
	if c.Keep.set {
		s.queue.Keep = c.Keep.value
	}
	s.queue.Capacity = int(c.QueueBytes.value)
	s.records = int(c.QueueSize.value)
	s.file.MaxSize = int64(c.FileMaxSize.value)
	s.file.MaxAge = time.Duration(c.FileMaxAge.value)
	s.file.MaxBackups = int(c.FileBackups.value)
	c.applyEnrichers(s)
	c.applySampling(s)
	c.applyTail(s)
	c.applyUse(s)
}

func set[T any](dst *T, v setting[T]) {
	if v.set {
		*dst = v.value
	}
}

func (c *config) applyEnrichers(s *settings) {
	for _, name := range c.Enrich.value {
		newEnricher, ok := enrich.Lookup(name)
		if !ok {
			name = strings.ToLower(name)
			newEnricher, ok = enrich.Lookup(name)
		}
		if slices.Contains(s.enricherText, name) {
			continue
		}
		var e enrich.Enricher
		err := fmt.Errorf("want one of %s, or import the package that registers it", strings.Join(enrich.Names(), ", "))
		if ok {
			e, err = openSafely(func() (enrich.Enricher, error) { return newEnricher(), nil })
		}
		if err != nil {
			s.errorf("%sENRICH=%q: enricher %q: %w", prefix, strings.Join(c.Enrich.value, ","), name, err)
			continue
		}
		s.enrichers = append(s.enrichers, e)
		s.enricherText = append(s.enricherText, name)
	}
}

// decode reads text, which is neither empty nor surrounded by space, as people write it.
func decode(text string, dst any) (err error) {
	switch dst := dst.(type) {
	case *string:
		*dst = text
	case *bool:
		*dst, err = parseBool(text)
	case *slog.Level:
		*dst, err = level.ParseLevel(text)
	case *map[string]slog.Level:
		*dst, err = level.ParseLevels(text)
	case *[]string:
		*dst = splitList(text)
	case *size:
		*dst, err = parseSize(text)
	case *count:
		*dst, err = parseCount(text)
	case *share:
		*dst, err = parseNumber[share](text, math.SmallestNonzeroFloat64, 1, "want a number above 0 and at most 1, such as 0.1")
	case *perSecond:
		*dst, err = parseNumber[perSecond](text, 1e-3, 1e9, "want a number between 0.001 and 1e9, such as 100")
	case *age:
		*dst, err = parseAge(text)
	case *Preset:
		*dst, err = parseName(text, PresetDefault, PresetDevelopment, PresetProduction)
	case *Format:
		*dst, err = parseName(text, FormatAuto, FormatJSON, FormatConsole, FormatText)
	case *jsonlog.Schema:
		*dst, err = parseName(text, jsonlog.SchemaSlog, jsonlog.SchemaOTel, jsonlog.SchemaECS, jsonlog.SchemaGCP)
	case *async.Overflow:
		*dst, err = parseName(text, async.Block, async.DropNewest, async.DropOldest, async.Sample)
	default:
		err = fmt.Errorf("settings of type %T cannot be read", dst)
	}
	return err
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1", "t", "y":
		return true, nil
	case "false", "no", "off", "0", "f", "n":
		return false, nil
	}
	return false, errors.New("want true or false")
}

// splitList splits at commas. Empty elements do not count.
func splitList(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// parseName returns the one of names that text is, whatever its case.
func parseName[T ~string](text string, names ...T) (T, error) {
	list := make([]string, len(names))
	for i, n := range names {
		if strings.EqualFold(text, string(n)) {
			return n, nil
		}
		list[i] = string(n)
	}
	last := len(list) - 1
	return "", fmt.Errorf("want %s or %s", strings.Join(list[:last], ", "), list[last])
}

func parseCount(text string) (count, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, errors.New("want a whole number that is not negative, such as 10")
	}
	return count(n), nil
}

func parseNumber[T ~float64](text string, low, high T, want string) (T, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(T(n) >= low && T(n) <= high) {
		return 0, errors.New(want)
	}
	return T(n), nil
}

// units are those of sizes, the longest first.
var units = []struct {
	name  string
	bytes int64
}{
	{"KIB", 1 << 10},
	{"MIB", 1 << 20},
	{"GIB", 1 << 30},
	{"TIB", 1 << 40},
	{"KB", 1e3},
	{"MB", 1e6},
	{"GB", 1e9},
	{"TB", 1e12},
	{"K", 1 << 10},
	{"M", 1 << 20},
	{"G", 1 << 30},
	{"B", 1},
	{"", 1},
}

func parseSize(text string) (size, error) {
	wrong := errors.New("want a number of bytes that is not negative, such as 1048576, 512KiB or 10MiB")
	for _, u := range units {
		digits, ok := strings.CutSuffix(strings.ToUpper(text), u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if err != nil || !(n >= 0 && n*float64(u.bytes) < min(1<<53, math.MaxInt)) {
			return 0, wrong
		}
		return size(n * float64(u.bytes)), nil
	}
	return 0, wrong
}

// parseAge is time.ParseDuration, and knows days.
func parseAge(text string) (age, error) {
	wrong := errors.New("want a duration that is not negative, such as 90s, 36h or 7d")
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || !(n >= 0 && n <= 36500) {
			return 0, wrong
		}
		return age(n * 24 * float64(time.Hour)), nil
	}
	d, err := time.ParseDuration(text)
	if text == "0" {
		d, err = 0, nil
	}
	if err != nil || d < 0 {
		return 0, wrong
	}
	return age(d), nil
}
