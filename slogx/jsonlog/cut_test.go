package jsonlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

func TestCutRecords(t *testing.T) {
	many := make([]slog.Attr, 100_000)
	for i := range many {
		many[i] = slog.Int("k"+strconv.Itoa(i), i)
	}
	nested := slog.Int("n", 1)
	for range 9_990 { // encoding/json reads no more than 10,000
		nested = slog.Attr{Key: "g", Value: slog.GroupValue(nested)}
	}
	huge := strings.Repeat("0123456789", 1<<20)
	ids := []slog.Attr{
		slog.String("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), slog.String("span_id", "00f067aa0ba902b7"),
		slog.String("request_id", "req-1"), slog.String("logger", "db"), slog.String("service.name", "orders"),
	}
	for name, r := range map[string]slog.Record{
		"a string":            record(slog.LevelWarn, "the message", slog.String("huge", huge)),
		"a string of escapes": record(slog.LevelWarn, "the message", slog.String("huge", strings.Repeat("\x01\"\n世", 1<<16))),
		"many attributes":     record(slog.LevelWarn, "the message", many...),
		"nested groups":       record(slog.LevelWarn, "the message", nested),
		"a long message":      record(slog.LevelWarn, "the message"+huge),
		"all of it":           record(slog.LevelWarn, "the message"+huge, append(many[:1000:1000], slog.String("huge", huge), nested)...),
		"an array":            record(slog.LevelWarn, "the message", slog.Any("list", strings.Split(huge[:1<<16], "9"))),
	} {
		for _, s := range schemas {
			for _, bound := range []int{1, 4096, 65536} {
				c := cutCase{opts: jsonlog.Options{Schema: s, MaxRecordBytes: bound}, top: ids, record: r}
				if err := c.check(); err != nil {
					t.Errorf("%s, %s, %d bytes: %v", name, s, bound, err)
				}
			}
		}
	}
}

// cutCase is a record that is written under a bound.
type cutCase struct {
	opts   jsonlog.Options
	with   func(slog.Handler) slog.Handler
	top    []slog.Attr
	record slog.Record
}

// check compares the line with what it is without the bound.
func (c cutCase) check() error {
	bound := max(c.opts.MaxRecordBytes, 512)
	got, err := c.write(c.opts)
	if err != nil {
		return err
	}
	whole := c.opts
	whole.MaxRecordBytes = 0
	want, err := c.write(whole)
	if err != nil {
		return err
	}
	if len(want) <= bound {
		if !bytes.Equal(got, want) {
			return fmt.Errorf("fits, and yet is not as without the bound: %.600q", got)
		}
		return nil
	}
	if len(got) > bound {
		return fmt.Errorf("takes %d bytes", len(got))
	}
	var gotFields, wantFields map[string]any
	if err := json.Unmarshal(got, &gotFields); err != nil {
		return fmt.Errorf("%w in %.600q", err, got)
	}
	if err := json.Unmarshal(want, &wantFields); err != nil {
		return err
	}
	mark := fmt.Sprintf(`,"truncated_bytes":%.0f}`, gotFields["truncated_bytes"])
	if n := len(want) - (len(got) - len(mark) + len("}")); mark != fmt.Sprintf(`,"truncated_bytes":%d}`, n) {
		return fmt.Errorf("ends in %s, but %d bytes are missing", mark, n)
	}
	delete(gotFields, "truncated_bytes")
	return isCutOf(gotFields, wantFields, slices.Concat(fields[c.opts.Schema], ids))
}

func (c cutCase) write(opts jsonlog.Options) ([]byte, error) {
	var out bytes.Buffer
	var h slog.Handler = jsonlog.NewHandler(&out, &opts)
	if c.with != nil {
		h = c.with(h)
	}
	err := h.(chain.Handler).HandleTop(context.Background(), c.top, c.record)
	return out.Bytes(), err
}

// fields and ids are the keys whose short values stay whatever else is cut: those of a schema for time and
// level, and those that say what a record is about.
var (
	fields = map[jsonlog.Schema][]string{
		"":                 {"time", "level"},
		jsonlog.SchemaSlog: {"time", "level"},
		jsonlog.SchemaOTel: {"timestamp", "severity_text"},
		jsonlog.SchemaECS:  {"@timestamp", "log.level"},
		jsonlog.SchemaGCP:  {"time", "severity"},
	}
	ids = []string{"trace_id", "trace.id", "span_id", "request_id", "logger", "service.name"}
)

// isCutOf reports what is in got that is not in want, where a string may end in an ellipsis, and which key of
// keep has another value in got.
func isCutOf(got, want map[string]any, keep []string) error {
	for _, k := range keep {
		if s, ok := want[k].(string); ok && len(s) < 40 && s != got[k] {
			return fmt.Errorf("%s is %v, want %v", k, got[k], s)
		}
	}
	for k, v := range got {
		full, ok := want[k]
		if !ok {
			return fmt.Errorf("%q is new", k)
		}
		switch v := v.(type) {
		case map[string]any:
			m, ok := full.(map[string]any)
			if !ok {
				return fmt.Errorf("%q is new", k)
			}
			var keep []string
			if k == "attributes" { // where one schema has them
				keep = ids
			}
			if err := isCutOf(v, m, keep); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		case string:
			head, cut := strings.CutSuffix(v, "…")
			if v != full && (!cut || !strings.HasPrefix(full.(string), head)) {
				return fmt.Errorf("%q is %.100q, want %.100q", k, v, full)
			}
		default:
			if fmt.Sprint(v) != fmt.Sprint(full) {
				return fmt.Errorf("%q is %v, want %v", k, v, full)
			}
		}
	}
	return nil
}

// The message keeps its beginning, and with it half of the room.
func TestCutMessage(t *testing.T) {
	var out bytes.Buffer
	h := jsonlog.NewHandler(&out, &jsonlog.Options{MaxRecordBytes: 600})
	r := record(slog.LevelInfo, strings.Repeat("m", 1000), slog.String("k", strings.Repeat("v", 1000)))
	if err := h.Handle(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Msg       string `json:"msg"`
		K         string `json:"k"`
		Truncated int    `json:"truncated_bytes"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Msg) < 200 || len(got.K) < 100 || got.Truncated < 1400 {
		t.Errorf("got %s", out.Bytes())
	}
}

// Wherever the bound falls, characters and escapes stay whole.
func TestCutNeverSplitsACharacter(t *testing.T) {
	for _, text := range []string{"世", "\x01", "\n", "\\", "é\"", "a\u2028"} {
		for bound := 512; bound < 532; bound++ {
			c := cutCase{
				opts:   jsonlog.Options{MaxRecordBytes: bound},
				record: record(slog.LevelInfo, "m", slog.String("s", strings.Repeat(text, 1000))),
			}
			if err := c.check(); err != nil {
				t.Errorf("%q, %d bytes: %v", text, bound, err)
			}
			line, err := c.write(c.opts)
			if err != nil || !utf8.Valid(line) {
				t.Errorf("%q, %d bytes: %v, %q", text, bound, err, line)
			}
		}
	}
}

// FuzzCut makes records and bounds out of its input.
func FuzzCut(f *testing.F) {
	f.Add([]byte("a record"), uint16(100))
	f.Add(bytes.Repeat([]byte{255, 3, 17, 99}, 400), uint16(600))
	f.Add(bytes.Repeat([]byte{7, 8, 200, 40, 1, 0, 12}, 300), uint16(900))
	f.Fuzz(func(t *testing.T, data []byte, bound uint16) {
		g := &generator{data: data}
		attrs := append(g.attrs(0), g.attrs(0)...)
		c := cutCase{
			opts: jsonlog.Options{
				// Without duplicates a map can hold what the line says.
				Schema: schemas[g.n(len(schemas))], Duplicates: jsonlog.KeepLast, MaxRecordBytes: 512 + int(bound)%4096,
			},
			with:   func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) },
			record: g.record(),
		}
		if err := c.check(); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkCut(b *testing.B) {
	h := jsonlog.NewHandler(io.Discard, &jsonlog.Options{MaxRecordBytes: 4096})
	r := record(slog.LevelInfo, "m", slog.String("s", strings.Repeat("text", 10_000)))
	b.ReportAllocs()
	for b.Loop() {
		_ = h.Handle(context.Background(), r)
	}
}
