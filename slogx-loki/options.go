package slogxloki

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// The defaults of [Options].
const (
	DefaultTimeout      = 10 * time.Second
	DefaultBatchBytes   = 1 << 20 // bytes
	DefaultBatchWait    = time.Second
	DefaultQueueBytes   = 8 << 20   // bytes
	DefaultMaxLineBytes = 256 << 10 // bytes: what Loki takes unless told otherwise
	DefaultMinBackoff   = 500 * time.Millisecond
	DefaultMaxBackoff   = 5 * time.Minute
	DefaultSpoolBytes   = 1 << 30 // bytes
	DefaultSyncInterval = time.Second
	DefaultMaxWait      = async.DefaultMaxWait
	DefaultKeepWait     = async.DefaultKeepWait
	DefaultKeep         = async.DefaultKeep
)

// PushPath is the path of Loki's push endpoint.
const PushPath = "/loki/api/v1/push"

// MetadataAll is an element of [Options].Metadata that stands for every attribute.
const MetadataAll = "*"

// DefaultMetadata returns the keys that are sent as structured metadata unless [Options].Metadata says
// otherwise: the ids by which one looks for the records of a trace, a request or a logger.
func DefaultMetadata() []string {
	return []string{"trace_id", "span_id", "trace_flags", "request_id", "logger"}
}

// Sync says when what is in the spool is forced to the disk. See [Options].
type Sync string

// The ways to sync.
const (
	SyncInterval Sync = "interval" // at most SyncInterval after it was written; the default
	SyncAlways   Sync = "always"   // before Handle returns; concurrent callers share a sync
	SyncNone     Sync = "none"     // when the operating system sees fit
)

// Options are the options of [NewHandler] and [Sink]. Only URL has no default.
type Options struct {
	// URL is where Loki listens. If it has no path, [PushPath] is added: "http://loki:3100" will do. A
	// user and a password in it mean basic authentication. Required.
	URL string

	// Labels are sent with every record. Names outside [a-zA-Z_][a-zA-Z0-9_]* are mapped to it: http.method
	// becomes http_method. Of two that become one, the one that was spelled so counts, or the first in
	// alphabetical order. Labels stand for few streams: put nothing here that differs by request. Loki takes
	// 15 labels, ours among them. "level" is ours alone.
	Labels map[string]string

	// Service and Environment are the labels service_name and environment. Empty means what the logger's
	// attributes service.name and deployment.environment.name say, which a pipeline of slogx sets, and then
	// unknown_service with the program's name, and no environment.
	Service, Environment string

	// Instance is the label instance: it tells the processes of one service apart. Servers that want the
	// records of a stream in order, as Loki before 2.4, need it where more than one process logs.
	Instance string

	// Metadata are the keys of top-level attributes and groups that are sent as structured metadata and not
	// in the line. Values become strings; the attributes of a group are joined to its name by "_". Nil means
	// [DefaultMetadata]; [MetadataAll] means all. What Loki has no room for, more than 128 entries or 64
	// KiB, stays in the line.
	Metadata []string

	// NoMetadata leaves everything in the line, for servers without structured metadata: Loki before 2.9.
	NoMetadata bool

	// Level is the lowest level that is sent. It is asked for each record. Nil means INFO for [NewHandler],
	// and for [Sink] what the pipeline lets through.
	Level slog.Leveler

	// AddSource, Schema and GCPProject are for the line, as in [jsonlog.Options].
	AddSource  bool
	Schema     jsonlog.Schema
	GCPProject string

	// MaxLineBytes bounds a line. Longer ones are cut by package jsonlog, which says so in the line. 0
	// means 256 KiB; less than 0 means no bound.
	MaxLineBytes int

	// TenantID is sent as X-Scope-OrgID.
	TenantID string

	// Username and Password are for basic authentication, BearerToken for a bearer's. Set one of the two.
	Username, Password, BearerToken string

	// Header is sent with every request. It does not replace what the handler sends itself.
	Header http.Header

	// TLS and Proxy are for the connection. A nil Proxy means what HTTPS_PROXY and its like say.
	TLS   *tls.Config
	Proxy *url.URL

	// Transport sends the requests instead of one of our own. TLS and Proxy must not be set then.
	Transport http.RoundTripper

	// Timeout bounds one request, its answer included. 0 means 10 s.
	Timeout time.Duration

	// BatchBytes is how many bytes of lines and metadata are sent at once, before compression, at most a
	// quarter of what the queue or the spool holds. BatchWait is how long a record waits for others. 0 means 1
	// MiB and 1 s; a BatchWait below 0 means not to wait.
	BatchBytes int
	BatchWait  time.Duration

	// MinBackoff and MaxBackoff bound the waits between tries: each is a random part of a time that begins
	// at MinBackoff and doubles up to MaxBackoff. 0 means 500 ms and 5 min.
	MinBackoff, MaxBackoff time.Duration

	// MaxTries is how often a batch is sent before it is given up as retry_exhausted. 0 means until the
	// server takes it: what the queue or the spool has no room for meanwhile is given up there.
	MaxTries int

	// QueueBytes is the memory that records take while they wait, those being sent among them. 0 means 8
	// MiB. With a spool it is not used.
	QueueBytes int

	// Overflow is what happens when the queue is full. Empty means [async.DropOldest]: the oldest records
	// below Keep go, and if there are none the oldest. No caller waits. [async.DropNewest] gives up the new
	// record, [async.Block] makes its caller wait. [async.Sample] is not for this queue.
	Overflow async.Overflow

	// Keep is the level from which on records are worth more than others: they have an eighth of the queue
	// to themselves and push out records below. Where that is not enough, with Block and DropNewest, they
	// wait. Nil means WARN. It is asked for once.
	Keep slog.Leveler

	// MaxWait bounds the wait of Block, KeepWait that of records to keep. Both run only while the server
	// takes nothing. 0 means 1 s and 100 ms; less than 0 means not to wait.
	MaxWait, KeepWait time.Duration

	// SpoolDir is a folder for records on their way. With it, a record is in a file when Handle returns, and
	// stays there until the server has taken it: it outlives the process. One process at a time may use the
	// folder. Empty means no spool.
	SpoolDir string

	// SpoolBytes bounds the spool. Beyond it the oldest records are given up as spool_full. 0 means 1 GiB.
	SpoolBytes int64

	// SpoolSync says when the spool is forced to the disk: what a crash of the machine, not of the process,
	// may cost. Empty means [SyncInterval].
	SpoolSync Sync

	// SyncInterval is for SpoolSync interval. 0 means 1 s.
	SyncInterval time.Duration

	// OnError is told of what goes wrong while records are sent, at most once in 10 seconds for each kind of
	// problem. It must not block. Nil means a line on standard error.
	OnError func(error)
}

// Validate returns all that is wrong with o, joined.
func (o *Options) Validate() error {
	if o == nil {
		o = &Options{}
	}
	_, errURL := parseURL(o.URL)
	_, errLabels := o.baseLabels()
	errs := []error{errURL, errLabels, o.validateAccess(), o.validateNumbers()}
	if err := (&jsonlog.Options{Schema: o.Schema, GCPProject: o.GCPProject}).Validate(); err != nil {
		errs = append(errs, fmt.Errorf("set up loki: %w", err))
	}
	if !slices.Contains([]async.Overflow{"", async.Block, async.DropNewest, async.DropOldest}, o.Overflow) {
		errs = append(errs, fmt.Errorf("set up loki: Overflow is %q, want %q, %q or %q",
			string(o.Overflow), async.Block, async.DropNewest, async.DropOldest))
	}
	if !slices.Contains([]Sync{"", SyncInterval, SyncAlways, SyncNone}, o.SpoolSync) {
		errs = append(errs, fmt.Errorf("set up loki: SpoolSync is %q, want %q, %q or %q",
			string(o.SpoolSync), SyncNone, SyncInterval, SyncAlways))
	}
	return errors.Join(errs...)
}

func (o *Options) validateAccess() error {
	var errs []error
	if o.BearerToken != "" && (o.Username != "" || o.Password != "") {
		errs = append(errs, errors.New("set up loki: both BearerToken and Username or Password are set, want one way to authenticate"))
	}
	if o.Transport != nil && (o.TLS != nil || o.Proxy != nil) {
		errs = append(errs, errors.New("set up loki: Transport is set, and so TLS and Proxy have no effect"))
	}
	for _, f := range []struct{ name, value string }{
		{"TenantID", o.TenantID}, {"BearerToken", o.BearerToken},
	} {
		if strings.ContainsFunc(f.value, unicode.IsControl) {
			errs = append(errs, fmt.Errorf("set up loki: %s has a control character, which no header can carry", f.name))
		}
	}
	return errors.Join(errs...)
}

func (o *Options) validateNumbers() error {
	var errs []error
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"Timeout", int64(o.Timeout)},
		{"BatchBytes", int64(o.BatchBytes)},
		{"MinBackoff", int64(o.MinBackoff)},
		{"MaxBackoff", int64(o.MaxBackoff)},
		{"MaxTries", int64(o.MaxTries)},
		{"QueueBytes", int64(o.QueueBytes)},
		{"SpoolBytes", o.SpoolBytes},
		{"SyncInterval", int64(o.SyncInterval)},
	} {
		if n.value < 0 {
			errs = append(errs, fmt.Errorf("set up loki: %s is %d, want more than 0, or 0 for the default", n.name, n.value))
		}
	}
	if minimum, maximum := orDefault(o.MinBackoff, DefaultMinBackoff), orDefault(o.MaxBackoff, DefaultMaxBackoff); minimum > maximum {
		errs = append(errs, fmt.Errorf("set up loki: MinBackoff %v is more than MaxBackoff %v", minimum, maximum))
	}
	return errors.Join(errs...)
}

// parseURL returns the whole URL of the push endpoint.
func parseURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, errors.New("set up loki: URL is empty, want one such as http://loki:3100")
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("set up loki: URL cannot be parsed, want one such as http://loki:3100") // err may show a password
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("set up loki: URL is %q, want one such as http://loki:3100", u.Redacted())
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = PushPath
	}
	return u, nil
}

// withDefaults returns o, which is valid, with what is left open filled in.
func (o *Options) withDefaults() Options {
	d := *o
	if d.Level == nil {
		d.Level = slog.LevelInfo
	}
	if d.Keep == nil {
		d.Keep = DefaultKeep
	}
	if d.Metadata == nil {
		d.Metadata = DefaultMetadata()
	}
	d.Schema = cmp.Or(d.Schema, jsonlog.SchemaSlog)
	d.Overflow = cmp.Or(d.Overflow, async.DropOldest)
	d.SpoolSync = cmp.Or(d.SpoolSync, SyncInterval)
	d.MaxLineBytes = max(orDefault(d.MaxLineBytes, DefaultMaxLineBytes), 0)
	d.Timeout = orDefault(d.Timeout, DefaultTimeout)
	d.BatchBytes = orDefault(d.BatchBytes, DefaultBatchBytes)
	d.BatchWait = max(orDefault(d.BatchWait, DefaultBatchWait), 0)
	d.MinBackoff = orDefault(d.MinBackoff, DefaultMinBackoff)
	d.MaxBackoff = orDefault(d.MaxBackoff, DefaultMaxBackoff)
	d.QueueBytes = orDefault(d.QueueBytes, DefaultQueueBytes)
	d.MaxWait = max(orDefault(d.MaxWait, DefaultMaxWait), 0)
	d.KeepWait = max(orDefault(d.KeepWait, DefaultKeepWait), 0)
	d.SpoolBytes = orDefault(d.SpoolBytes, DefaultSpoolBytes)
	d.SyncInterval = orDefault(d.SyncInterval, DefaultSyncInterval)
	room := int64(d.QueueBytes)
	if d.SpoolDir != "" {
		room = d.SpoolBytes
	}
	d.BatchBytes = int(max(1, min(int64(d.BatchBytes), room/4))) // a full batch is sent before all is full
	return d
}

func orDefault[T int | int64 | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}
