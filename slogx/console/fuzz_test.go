package console_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx/console"
)

// FuzzRecord checks that whatever a record holds, its output is safe, has the lines that it should have,
// and is read back as one record.
func FuzzRecord(f *testing.F) {
	f.Add("a\nb\x1b[31mX", "n\nl", "x\ny\x1b[2J", "g", "db")
	f.Add("a=b", `k"=`, "x\ny", "g.h", "[x]")
	f.Add("    │ x:", "    │", "\x85\xff", "", `"`)
	f.Add(`m\`, `q "k`, `"v`, ` `, `]`)
	f.Fuzz(func(t *testing.T, msg, key, value, group, logger string) {
		for _, single := range []bool{false, true} {
			var buf bytes.Buffer
			h := console.NewHandler(&buf, &console.Options{SingleLine: single}).
				WithAttrs([]slog.Attr{slog.String("logger", logger)}).WithGroup(group).
				WithAttrs([]slog.Attr{slog.String(key, value)})
			r := slog.NewRecord(at, slog.LevelInfo, msg, 0)
			r.AddAttrs(slog.String(key, value), slog.Any("err", errors.Join(errors.New(value), errors.New(msg))),
				slog.Any("any", map[string]any{key: []any{value}}), slog.Any("bytes", []byte(value)), slog.Group(group, slog.String(value, key)),
				slog.Any("src", &slog.Source{File: value, Line: 1}))
			if err := h.Handle(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			out := buf.Bytes()
			checkSafe(t, out)
			first, rest, _ := strings.Cut(string(out), "\n")
			if !strings.HasPrefix(first, "15:04:05.006 INFO") || (single && rest != "") {
				t.Fatalf("%q", out)
			}
			for line := range strings.Lines(rest) {
				if !strings.HasPrefix(line, marker) || !strings.HasSuffix(line, "\n") {
					t.Fatalf("a line without a bar: %q", out)
				}
			}
			records, err := parse(out)
			if err != nil || len(records) != 1 {
				t.Fatalf("%d records, error %v: %q", len(records), err, out)
			}
			want, _ := records[0]["msg"].(string)
			if want != msg {
				t.Fatalf("message %q read back as %q from %q", msg, want, out)
			}
		}
	})
}
