package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gogo/protobuf/proto"
	"github.com/golang/snappy"
	"github.com/google/go-cmp/cmp"
	"github.com/grafana/loki/pkg/push"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
)

// capture is a transport that keeps what is sent.
type capture struct {
	mu     sync.Mutex
	bodies [][]byte
}

// RoundTrip implements [http.RoundTripper].
func (c *capture) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies = append(c.bodies, body)
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: req}, nil
}

// pushOf returns what a handler sends for the records that log logs, read with the types of Loki.
func pushOf(t *testing.T, opts slogxloki.Options, log func(h slog.Handler)) []*push.PushRequest {
	t.Helper()
	var c capture
	opts.URL, opts.Transport, opts.Service = "http://loki.example", &c, "test"
	opts.Level = slog.Level(-1 << 20)
	h, err := slogxloki.NewHandler(&opts)
	if err != nil {
		t.Fatal(err)
	}
	log(h)
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	var pushes []*push.PushRequest
	for _, body := range c.bodies {
		p, err := servers.Decode(body)
		if err != nil {
			t.Fatalf("Loki's types do not read it: %v", err)
		}
		raw, err := snappy.Decode(nil, body)
		if err != nil {
			t.Fatal(err)
		}
		again, err := proto.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		// Nothing that they do not know, nothing in another order. An empty value may be written out or not.
		if !bytes.Equal(raw, again) && !hasEmptyValue(p) {
			t.Errorf("Loki's types write %v otherwise:\n%x\n%x", p, raw, again)
		}
		pushes = append(pushes, p)
	}
	return pushes
}

func hasEmptyValue(p *push.PushRequest) bool {
	for _, s := range p.Streams {
		for _, e := range s.Entries {
			for _, m := range e.StructuredMetadata {
				if m.Value == "" {
					return true
				}
			}
		}
	}
	return false
}

// fuzzed is a record made of what a fuzzer comes up with.
type fuzzed struct {
	message, key, value, group string
	at                         int64
	level                      int
	metadata                   bool
}

func checkPush(t *testing.T, f fuzzed) {
	t.Helper()
	at := time.Unix(0, f.at)
	opts := slogxloki.Options{NoMetadata: !f.metadata, Metadata: []string{"meta", "meta_group"}}
	pushes := pushOf(t, opts, func(h slog.Handler) {
		r := slog.NewRecord(at, slog.Level(f.level), f.message, 0)
		r.AddAttrs(slog.String(f.key, f.value), slog.String("meta", f.value), slog.Group("meta_group", f.key, f.value), slog.Group(f.group, f.key, 1))
		for _, h := range []slog.Handler{h, h.WithAttrs([]slog.Attr{slog.String("k", f.value)}).WithGroup("g")} {
			if err := h.Handle(context.Background(), r); err != nil {
				t.Error(err)
			}
		}
	})
	var entries []push.Entry
	for _, p := range pushes {
		for _, s := range p.Streams {
			if !strings.Contains(s.Labels, `level="`) || !strings.Contains(s.Labels, `service_name="test"`) {
				t.Errorf("labels %s", s.Labels)
			}
			entries = append(entries, s.Entries...)
		}
	}
	if len(entries) != 2 {
		t.Fatalf("%d entries, want 2", len(entries))
	}
	for i, e := range entries {
		var line map[string]any
		if err := json.Unmarshal([]byte(e.Line), &line); err != nil || !utf8.ValidString(e.Line) {
			t.Fatalf("line %q: %v", e.Line, err)
		}
		if got := line["msg"]; !strings.Contains(f.key, "msg") && f.group != "msg" && got != strings.ToValidUTF8(f.message, "\ufffd") &&
			!strings.ContainsRune(f.message, utf8.RuneError) {
			t.Errorf("message %q, want %q", got, f.message)
		}
		meta := ""
		for _, m := range e.StructuredMetadata {
			if m.Name == "meta" {
				meta = m.Value
			}
		}
		if i == 0 && f.metadata && f.value != "" && f.key != "meta" && utf8.ValidString(f.value) && meta != f.value {
			t.Errorf("metadata %v, want the value %q", e.StructuredMetadata, f.value)
		}
		if !f.metadata && len(e.StructuredMetadata) > 0 {
			t.Errorf("metadata %v, want none", e.StructuredMetadata)
		}
	}
}

// What is sent is what the types of Loki's own package write, to the byte.
func TestLokisTypesReadWhatIsSent(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		b := make([]byte, rng.IntN(20))
		for i := range b {
			b[i] = byte(rng.IntN(256)) & [...]byte{0x7f, 0xff}[rng.IntN(2)]
		}
		return string(b)
	}
	for range 300 {
		checkPush(t, fuzzed{text(), text(), text(), text(), rng.Int64N(1 << 61), rng.IntN(64) - 32, rng.IntN(2) == 0})
	}
}

func FuzzLokisTypesReadWhatIsSent(f *testing.F) {
	f.Add("message", "key", "value", "group", int64(1_700_000_000_123_456_789), 0, true)
	f.Add("", "", "", "", int64(1), -8, false)
	f.Add("a\x00\xff\u2028", "msg", "\xed\xa0\x80", "k", int64(999_999_999), 12, true)
	f.Fuzz(func(t *testing.T, message, key, value, group string, at int64, level int, metadata bool) {
		const most = 1 << 10
		if len(message) > most || len(key) > most || len(value) > most || len(group) > most || at <= 0 || level < -1000 || level > 1000 {
			return
		}
		checkPush(t, fuzzed{message, key, value, group, at, level, metadata})
	})
}

// Every kind of value arrives as metadata: strings only, groups joined.
func TestMetadataAsLokisTypesReadIt(t *testing.T) {
	pushes := pushOf(t, slogxloki.Options{Metadata: []string{slogxloki.MetadataAll}}, func(h slog.Handler) {
		r := slog.NewRecord(time.Unix(1_700_000_000, 5), slog.LevelInfo, "m", 0)
		r.AddAttrs(slog.Int("count", 5), slog.Bool("ok", true), slog.Group("u", "a", 1), slog.Duration("d", time.Second),
			slog.Any("err", errors.New("no")), slog.Float64("f", 0.5))
		if err := h.Handle(t.Context(), r); err != nil {
			t.Error(err)
		}
	})
	want := []*push.PushRequest{{Streams: []push.Stream{{
		Labels: `{level="info", service_name="test"}`,
		Entries: []push.Entry{{
			Timestamp: time.Unix(1_700_000_000, 5).UTC(),
			Line:      pushes[0].Streams[0].Entries[0].Line, // its time is in the zone of this machine
			StructuredMetadata: push.LabelsAdapter{
				{Name: "count", Value: "5"}, {Name: "ok", Value: "true"}, {Name: "u_a", Value: "1"}, {Name: "d", Value: "1s"},
				{Name: "err", Value: "no"}, {Name: "f", Value: "0.5"},
			},
		}},
	}}}}
	if diff := cmp.Diff(want, pushes, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("pushes (-want +got):\n%s", diff)
	}
}
