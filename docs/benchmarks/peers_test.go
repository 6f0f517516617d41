package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPeersWriteTheSame holds that nobody wins by writing less: in every JSON workload every peer writes
// one line with the same keys and values. zerolog flattens groups to dotted keys, so all are compared in
// that form.
func TestPeersWriteTheSame(t *testing.T) {
	for _, w := range workloads {
		t.Run(w.name, func(t *testing.T) {
			var want map[string]any
			for _, p := range ops[0].peers[1:] {
				before := time.Now()
				got := writeOne(t, w, p)
				checkTime(t, p, got, before)
				if want == nil {
					want = got
					continue
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s writes something else than %s (-%[2]s +%[1]s):\n%s", p.name, ops[0].peers[1].name, diff)
				}
			}
		})
	}
}

// TestConsolePeersShowAll holds that every console peer shows the message and every attribute.
func TestConsolePeersShowAll(t *testing.T) {
	want := map[string][]string{
		"5 attributes": {"request served", "method=GET", "path=/api/v1/orders/4711", "status=200", "elapsed=1.23", "cached=true"},
		"10 mixed": {
			"order placed", "customer=", "Müller", "items=-3", "order=18446744073709551615", "total=1234.5", "paid=false",
			"elapsed=1.23", "placed=", "error=", "connection refused", "tags=", "gift", "address.city=Kraków", "address.zip=30001",
		},
		"With(10)+3": {
			"request served", "service=orders", "version=1.42.0", "host=web-7", "pid=4711", "canary=false", "weight=0.25", "timeout=30s",
			"started=", "trace_id=4bf92f3577b34da6a3ce929d0e0e4736", "span_id=00f067aa0ba902b7", "path=", "status=200", "elapsed=",
		},
		"5 parallel": {"request served", "cached=true"},
	}
	for _, w := range workloads {
		for _, p := range ops[1].peers[1:] {
			var buf bytes.Buffer
			w.log(context.Background(), w.logger(p.open(&buf)))
			for _, s := range want[w.name] {
				if !strings.Contains(buf.String(), s) {
					t.Errorf("%s, %s: no %q in %s", w.name, p.name, s, buf.String())
				}
			}
		}
	}
}

// checkTime checks the record's time, to the microsecond at least, and removes it.
func checkTime(t *testing.T, p peer, line map[string]any, before time.Time) {
	t.Helper()
	s, _ := line["time"].(string)
	got, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatalf("%s: time: %v", p.name, err)
	}
	if got.Before(before.Truncate(time.Microsecond)) || got.After(time.Now()) {
		t.Errorf("%s: time %s is not that of the record", p.name, s)
	}
	delete(line, "time")
}

// writeOne returns what p writes in w, with dotted keys for groups.
func writeOne(t *testing.T, w workload, p peer) map[string]any {
	t.Helper()
	var buf bytes.Buffer
	w.log(context.Background(), w.logger(p.open(&buf)))
	if n := bytes.Count(buf.Bytes(), []byte("\n")); n != 1 || buf.Bytes()[buf.Len()-1] != '\n' {
		t.Fatalf("%s: want one line, got %q", p.name, buf.String())
	}
	dec := json.NewDecoder(&buf)
	dec.UseNumber() // the largest uint64 must not be rounded
	var line map[string]any
	if err := dec.Decode(&line); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return flatten("", line)
}

func flatten(prefix string, m map[string]any) map[string]any {
	flat := make(map[string]any)
	for k, v := range m {
		if group, ok := v.(map[string]any); ok {
			maps.Copy(flat, flatten(prefix+k+".", group))
			continue
		}
		flat[prefix+k] = v
	}
	return flat
}
