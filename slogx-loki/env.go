package slogxloki

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/async"
	"github.com/slogx-go/slogx/slogx/level"
)

const prefix = "SLOGX_LOKI_"

// setting is a variable and what it sets.
type setting struct {
	name, def, usage string
	set              func(o *Options, text string) error // nil: read elsewhere
}

var settings = []setting{
	{"URL", "", "where Loki listens, such as http://loki:3100", str(func(o *Options) *string { return &o.URL })},
	{"LABELS", "", "labels of all records, as in team=shop,region=eu", setLabels},
	{"INSTANCE", "", "label instance: tells the processes of a service apart", str(func(o *Options) *string { return &o.Instance })},
	{"METADATA", strings.Join(DefaultMetadata(), ","), "attributes sent as structured metadata, * for all, or off", setMetadata},
	{"TENANT_ID", "", "tenant, sent as X-Scope-OrgID", str(func(o *Options) *string { return &o.TenantID })},
	{"USERNAME", "", "user for basic authentication", str(func(o *Options) *string { return &o.Username })},
	{"PASSWORD", "", "password for basic authentication", str(func(o *Options) *string { return &o.Password })},
	{"BEARER_TOKEN", "", "token for bearer authentication", str(func(o *Options) *string { return &o.BearerToken })},
	{"CA_FILE", "", "file with the certificates that the server's must lead to", setCA},
	{"CERT_FILE", "", "file with our certificate", nil}, // see setCert
	{"KEY_FILE", "CERT_FILE", "file with the certificate's key", nil},
	{"PROXY_URL", "HTTPS_PROXY", "proxy to the server", setProxy},
	{"TIMEOUT", "10s", "bound of one request", duration(func(o *Options) *time.Duration { return &o.Timeout })},
	{"BATCH_BYTES", "1MiB", "what is sent at once", size(func(o *Options, n int64) { o.BatchBytes = int(n) })},
	{"BATCH_WAIT", "1s", "how long a record waits for others", duration(func(o *Options) *time.Duration { return &o.BatchWait })},
	{"MAX_BACKOFF", "5m", "longest wait between tries", duration(func(o *Options) *time.Duration { return &o.MaxBackoff })},
	{"QUEUE_BYTES", "8MiB", "capacity of the queue", size(func(o *Options, n int64) { o.QueueBytes = int(n) })},
	{"OVERFLOW", "drop_oldest", "what a full queue does: drop_oldest, drop_newest or block", setOverflow},
	{"KEEP", "warn", "level from which a full queue gives records up last", setKeep},
	{"SPOOL_DIR", "", "folder for records on their way; none: they wait in memory", str(func(o *Options) *string { return &o.SpoolDir })},
	{"SPOOL_BYTES", "1GiB", "bound of the spool", size(func(o *Options, n int64) { o.SpoolBytes = n })},
	{"SPOOL_SYNC", "interval", "when the spool is forced to the disk: none, interval or always", setSync},
}

func init() {
	vars := make([]slogx.Var, len(settings))
	for i, s := range settings {
		vars[i] = slogx.Var{Name: prefix + s.name, Default: s.def, Usage: s.usage}
	}
	slogx.RegisterVars(SinkName, vars...)
	slogx.RegisterSink(SinkName, open)
}

// open opens the sink loki of SLOGX_SINKS.
func open(_ context.Context, c slogx.SinkConfig) (slog.Handler, error) {
	o := Options{
		Service: c.Service, Environment: c.Environment,
		Level: c.Level, AddSource: c.Source, Schema: c.Schema, OnError: c.OnError,
	}
	o.GCPProject, _ = c.Lookuper.Lookup("SLOGX_GCP_PROJECT")
	var errs []error
	for _, s := range settings {
		text, ok := c.Lookuper.Lookup(prefix + s.name)
		if !ok || s.set == nil {
			continue
		}
		if err := s.set(&o, text); err != nil {
			errs = append(errs, fmt.Errorf("%s%s: %w", prefix, s.name, err))
		}
	}
	errs = append(errs, setCert(&o, c.Lookuper))
	if o.URL == "" {
		errs = append(errs, fmt.Errorf("%sURL is not set: want where Loki listens, such as http://loki:3100", prefix))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return NewHandler(&o) //nolint:contextcheck // the handler outlives the call
}

func str(field func(*Options) *string) func(*Options, string) error {
	return func(o *Options, text string) error {
		*field(o) = text
		return nil
	}
}

func duration(field func(*Options) *time.Duration) func(*Options, string) error {
	return func(o *Options, text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q: want a duration that is more than 0, such as 500ms or 10s", text)
		}
		*field(o) = d
		return nil
	}
}

// units are those of sizes, the longest first.
var units = []struct {
	name  string
	bytes float64
}{
	{"KIB", 1 << 10},
	{"MIB", 1 << 20},
	{"GIB", 1 << 30},
	{"TIB", 1 << 40},
	{"KB", 1e3},
	{"MB", 1e6},
	{"GB", 1e9},
	{"TB", 1e12},
	{"B", 1},
	{"", 1},
}

func size(set func(*Options, int64)) func(*Options, string) error {
	return func(o *Options, text string) error {
		for _, u := range units {
			digits, ok := strings.CutSuffix(strings.ToUpper(text), u.name)
			if !ok {
				continue
			}
			n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
			if err == nil && n > 0 && n*u.bytes < min(1<<53, math.MaxInt) {
				set(o, int64(n*u.bytes))
				return nil
			}
			break
		}
		return fmt.Errorf("%q: want a number of bytes that is more than 0, such as 512KiB or 10MiB", text)
	}
}

func setLabels(o *Options, text string) error {
	o.Labels = make(map[string]string)
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || value == "" {
			return fmt.Errorf("%q: want names and values, as in team=shop,region=eu", text)
		}
		o.Labels[name] = value
	}
	return nil
}

func setMetadata(o *Options, text string) error {
	if strings.EqualFold(text, "off") {
		o.NoMetadata = true
		return nil
	}
	for key := range strings.SplitSeq(text, ",") {
		if key = strings.TrimSpace(key); key != "" {
			o.Metadata = append(o.Metadata, key)
		}
	}
	return nil
}

func setOverflow(o *Options, text string) error {
	o.Overflow = async.Overflow(strings.ToLower(text)) // Validate knows which there are
	return nil
}

func setSync(o *Options, text string) error {
	o.SpoolSync = Sync(strings.ToLower(text))
	return nil
}

func setKeep(o *Options, text string) error {
	l, err := level.ParseLevel(text)
	if err != nil {
		return fmt.Errorf("%q: %w", text, err)
	}
	o.Keep = l
	return nil
}

func setProxy(o *Options, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return errors.New("want a URL such as http://proxy:3128") // err may show a password
	}
	o.Proxy = u
	return nil
}

func setCA(o *Options, path string) error {
	pem, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%q: want certificates in PEM", path)
	}
	o.tls().RootCAs = pool
	return nil
}

// setCert reads our certificate, if there is one.
func setCert(o *Options, l slogx.Lookuper) error {
	cert, ok := l.Lookup(prefix + "CERT_FILE")
	if !ok {
		return nil
	}
	key, ok := l.Lookup(prefix + "KEY_FILE")
	if !ok {
		key = cert
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("%sCERT_FILE=%q: %w", prefix, cert, err)
	}
	o.tls().Certificates = []tls.Certificate{pair}
	return nil
}

func (o *Options) tls() *tls.Config {
	if o.TLS == nil {
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return o.TLS
}
