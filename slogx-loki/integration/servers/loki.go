package servers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Loki is a Loki 1.6.1: the last one under the Apache License. It has no structured metadata, wants the
// entries of a stream in order, and holds in memory what it acknowledged.
type Loki struct {
	process

	url    string
	tenant string // of queries
}

// LokiOptions are the options of [StartLoki]. A nil *LokiOptions means the defaults.
type LokiOptions struct {
	// RateMB is how many MB a tenant may push in a second. 0 means Loki's default, 4. More is answered 429.
	RateMB int

	// LineBytes is how long a line may be. 0 means no bound. A longer one is answered 400.
	LineBytes int

	// Labels is how many labels a stream may have. 0 means Loki's default, 30. More are answered 400.
	Labels int

	// Tenants wants an X-Scope-OrgID with each request, and answers 401 without. Queries are for
	// the tenant "slogx".
	Tenants bool
}

// Tenant is whose entries a [Loki] with tenants gives back.
const Tenant = "slogx"

// pageSize is how many entries a query gives back.
const pageSize = 50_000

const lokiConfig = `
auth_enabled: %t
server:
  http_listen_address: 127.0.0.1
  http_listen_port: %s
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: %s
  grpc_server_max_recv_msg_size: 134217728
  grpc_server_max_send_msg_size: 134217728
  log_level: warn
ingester:
  max_transfer_retries: 0
  lifecycler:
    address: 127.0.0.1
    ring: {kvstore: {store: inmemory}, replication_factor: 1}
    final_sleep: 0s
    min_ready_duration: 0s
ingester_client:
  grpc_client_config: {max_recv_msg_size: 134217728, max_send_msg_size: 134217728}
schema_config:
  configs:
    - {from: 2018-04-15, store: boltdb, object_store: filesystem, schema: v11, index: {prefix: index_, period: 168h}}
storage_config:
  boltdb: {directory: %s}
  filesystem: {directory: %s}
limits_config:
  ingestion_rate_mb: %d
  ingestion_burst_size_mb: %d
  reject_old_samples: true
  reject_old_samples_max_age: 168h
  max_line_size: %d
  max_label_names_per_series: %d
  max_entries_limit_per_query: %d
`

// StartLoki starts a Loki with its data in the folder dir.
func StartLoki(ctx context.Context, dir string, opts *LokiOptions) (*Loki, error) {
	var o LokiOptions
	if opts != nil {
		o = *opts
	}
	path, err := findBinary("Loki", "LOKI_BIN", "loki",
		"GOWORK=off go build -C testdata/servers/loki -o ../../../bin/loki github.com/grafana/loki/cmd/loki")
	if err != nil {
		return nil, err
	}
	httpPort, err := freePort()
	if err != nil {
		return nil, err
	}
	grpcPort, err := freePort()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "loki.yaml")
	rate := cmp.Or(o.RateMB, 4)
	text := fmt.Sprintf(lokiConfig, o.Tenants, httpPort, grpcPort, filepath.Join(dir, "index"), filepath.Join(dir, "chunks"),
		rate, rate*3/2, o.LineBytes, cmp.Or(o.Labels, 30), pageSize)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("configure Loki: %w", err)
	}
	base := "http://127.0.0.1:" + httpPort
	l := &Loki{
		process: process{
			name: "Loki", path: path, args: []string{"-config.file=" + config},
			readyURL: base + "/ready", logPath: filepath.Join(dir, "loki.log"),
		},
		url: base,
	}
	if o.Tenants {
		l.tenant = Tenant
	}
	return l, l.Start(ctx)
}

// URL implements [Server].
func (l *Loki) URL() string { return l.url + "/loki/api/v1/push" }

// Each implements [Server]: stream by stream, each in the order of the times and, where these are equal, in
// which the entries came.
func (l *Loki) Each(ctx context.Context, since time.Time, f func(Entry) error) error {
	streams, err := l.streams(ctx, since)
	if err != nil {
		return err
	}
	names := make(map[string]bool)
	for _, labels := range streams {
		for name := range labels {
			names[name] = true
		}
	}
	for _, labels := range streams {
		if err := l.eachOf(ctx, labels, selector(labels, names), since, f); err != nil {
			return err
		}
	}
	return nil
}

// streams returns the labels of all streams.
func (l *Loki) streams(ctx context.Context, since time.Time) ([]map[string]string, error) {
	var answer struct{ Data []map[string]string }
	err := l.query(ctx, "series", url.Values{"match[]": {`{service_name=~".+"}`}}, since, &answer)
	return answer.Data, err
}

// eachOf calls f for the entries of one stream, page by page.
func (l *Loki) eachOf(ctx context.Context, labels map[string]string, selector string, since time.Time, f func(Entry) error) error {
	seen := 0 // entries at the time since that f got already
	for {
		page, err := l.page(ctx, selector, since)
		if err != nil {
			return err
		}
		fresh := page[min(seen, len(page)):]
		for _, v := range fresh {
			ns, err := strconv.ParseInt(v[0], 10, 64)
			if err != nil {
				return fmt.Errorf("read the time of an entry: %w", err)
			}
			at := time.Unix(0, ns)
			if !at.Equal(since) {
				since, seen = at, 0
			}
			seen++
			if err := f(Entry{Time: at, Line: v[1], Labels: labels}); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
		if len(fresh) == 0 {
			return fmt.Errorf("read %s: more than %d entries at one time", selector, pageSize)
		}
	}
}

// page returns the times and lines of a page of a stream.
func (l *Loki) page(ctx context.Context, selector string, since time.Time) ([][2]string, error) {
	var answer struct {
		Data struct {
			Result []struct{ Values [][2]string }
		}
	}
	values := url.Values{"query": {selector}, "limit": {strconv.Itoa(pageSize)}, "direction": {"forward"}}
	if err := l.query(ctx, "query_range", values, since, &answer); err != nil || len(answer.Data.Result) == 0 {
		return nil, err
	}
	return answer.Data.Result[0].Values, nil
}

func (l *Loki) query(ctx context.Context, what string, values url.Values, since time.Time, answer any) error {
	values.Set("start", strconv.FormatInt(since.UnixNano(), 10))
	values.Set("end", strconv.FormatInt(time.Now().Add(time.Hour).UnixNano(), 10))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+"/loki/api/v1/"+what+"?"+values.Encode(), nil)
	if err != nil {
		return err
	}
	if l.tenant != "" {
		req.Header.Set("X-Scope-Orgid", l.tenant)
	}
	body, err := do(req)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("read the answer to %s: %w", what, err)
	}
	return nil
}

// selector returns the LogQL that selects one stream: a label of names that it does not have is empty.
func selector(labels map[string]string, names map[string]bool) string {
	parts := make([]string, 0, len(names))
	for name := range names {
		parts = append(parts, name+"="+strconv.Quote(labels[name]))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
