package servers

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// VictoriaLogs takes pushes as Loki does, with structured metadata and in any order. It answers 204 to all
// of them, drops entries that are too old, and holds what came last in memory for a second.
type VictoriaLogs struct {
	process

	url string
}

// StartVictoriaLogs starts a VictoriaLogs with its data in the folder dir.
func StartVictoriaLogs(ctx context.Context, dir string) (*VictoriaLogs, error) {
	path, err := findBinary("VictoriaLogs", "VICTORIALOGS_BIN", "victorialogs",
		"GOWORK=off go build -C testdata/servers/victorialogs -o ../../../bin/victorialogs "+
			"github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	base := "http://127.0.0.1:" + port
	v := &VictoriaLogs{
		process: process{
			name: "VictoriaLogs", path: path, readyURL: base + "/health", logPath: filepath.Join(dir, "victoria-logs.log"),
			args: []string{
				"-storageDataPath=" + filepath.Join(dir, "data"), "-httpListenAddr=127.0.0.1:" + port,
				"-retentionPeriod=7d", "-inmemoryDataFlushInterval=1s", "-loggerLevel=WARN", "-memory.allowedBytes=512MiB",
			},
		},
		url: base,
	}
	return v, v.Start(ctx)
}

// URL implements [Server]. Lines that are JSON objects are read: their attributes are fields as structured
// metadata is, unless "?disable_message_parsing=1" is added.
func (v *VictoriaLogs) URL() string { return v.url + "/insert/loki/api/v1/push" }

// Each implements [Server]: in no order.
func (v *VictoriaLogs) Each(ctx context.Context, since time.Time, f func(Entry) error) error {
	if err := get(ctx, v.url+"/internal/force_flush"); err != nil { // what came last can be found, too
		return err
	}
	values := url.Values{"query": {"*"}, "start": {strconv.FormatInt(since.UnixNano(), 10)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+"/select/logsql/query?"+values.Encode(), nil)
	if err != nil {
		return err
	}
	res, err := send(req)
	if err != nil {
		return err
	}
	defer res.Close() //nolint:errcheck // it is read
	streams := make(map[string]map[string]string)
	lines := bufio.NewScanner(res)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		e, err := parseFields(lines.Bytes(), streams)
		if err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return lines.Err()
}

// parseFields reads an entry. Labels of streams that were seen before are in streams.
func parseFields(line []byte, streams map[string]map[string]string) (Entry, error) {
	var fields map[string]string
	if err := json.Unmarshal(line, &fields); err != nil {
		return Entry{}, fmt.Errorf("read an entry of VictoriaLogs: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, fields["_time"])
	if err != nil {
		return Entry{}, fmt.Errorf("read the time of an entry of VictoriaLogs: %w", err)
	}
	stream := fields["_stream"]
	labels, ok := streams[stream]
	if !ok {
		if labels, err = parseLabels(stream); err != nil {
			return Entry{}, err
		}
		streams[stream] = labels
	}
	e := Entry{Time: at, Line: fields["_msg"], Labels: labels, Metadata: fields}
	for name := range labels {
		delete(fields, name)
	}
	for _, name := range []string{"_time", "_msg", "_stream", "_stream_id"} {
		delete(fields, name)
	}
	return e, nil
}

// parseLabels reads {a="b",c="d"}.
func parseLabels(text string) (map[string]string, error) {
	labels := make(map[string]string)
	rest := strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
	for rest != "" {
		name, after, _ := strings.Cut(rest, "=")
		quoted, err := strconv.QuotedPrefix(after)
		if err != nil {
			return nil, fmt.Errorf("read the labels %s: %w", text, err)
		}
		if labels[name], err = strconv.Unquote(quoted); err != nil {
			return nil, fmt.Errorf("read the labels %s: %w", text, err)
		}
		rest = strings.TrimLeft(after[len(quoted):], ", ")
	}
	return labels, nil
}
