package jsonlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/jsonlog"
)

func TestKeepLast(t *testing.T) {
	many := make([]slog.Attr, 100)
	manyWant := ""
	for i := range many {
		many[i] = slog.Int("k"+strconv.Itoa(i%50), i)
		if i >= 50 {
			manyWant += fmt.Sprintf(`,"k%d":%d`, i-50, i)
		}
	}
	for _, c := range []struct {
		name  string
		with  func(slog.Handler) slog.Handler
		top   []slog.Attr
		attrs []slog.Attr
		want  string
	}{
		{name: "none", attrs: []slog.Attr{slog.Int("a", 1), slog.Int("b", 2)}, want: `,"a":1,"b":2}`},
		{name: "record", attrs: []slog.Attr{slog.Int("a", 1), slog.Int("b", 2), slog.Int("a", 3)}, want: `,"b":2,"a":3}`},
		{
			name: "With, top and record", attrs: []slog.Attr{slog.Int("a", 3)}, top: []slog.Attr{slog.Int("a", 2)},
			with: func(h slog.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{slog.Int("a", 1), slog.Int("b", 1)}) },
			want: `,"b":1,"a":3}`,
		},
		{
			name: "groups", attrs: []slog.Attr{slog.Int("a", 2), slog.Group("g", slog.Int("a", 3), slog.Int("a", 4))},
			with: func(h slog.Handler) slog.Handler { return h.WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)}) },
			want: `,"g":{"a":2,"g":{"a":4}}}`,
		},
		{
			name: "a group of the same name", with: func(h slog.Handler) slog.Handler {
				return h.WithAttrs([]slog.Attr{slog.Group("g", slog.Int("a", 1))}).WithGroup("g")
			},
			attrs: []slog.Attr{slog.Int("b", 2)}, want: `,"g":{"b":2}}`,
		},
		{name: "escaped keys", attrs: []slog.Attr{slog.Int("\"\\\n", 1), slog.Int("\"", 2), slog.Int("\"\\\n", 3)}, want: `,"\"":2,"\"\\\n":3}`},
		{name: "empty keys", attrs: []slog.Attr{slog.Int("", 1), slog.Int("", 2)}, want: `,"":2}`},
		{name: "many", attrs: many, want: manyWant + `}`},
		{
			name:  "built-in",
			attrs: []slog.Attr{slog.String("level", "mine")},
			want:  `{"time":"2026-03-14T12:00:00.5Z","msg":"m","level":"mine"}`,
		},
		{
			name: "values that look like keys", attrs: []slog.Attr{slog.String("a", `,"b":1`), slog.Any("b", []string{"}", "]", `"`}), slog.Int("a", 2)},
			want: `,"b":["}","]","\""],"a":2}`,
		},
		{name: "maps and errors", attrs: []slog.Attr{slog.Any("e", errors.New("x")), slog.Any("e", map[string]int{"e": 1})}, want: `,"e":{"e":1}}`},
	} {
		want := c.want
		if want[0] != '{' {
			want = `{"time":"2026-03-14T12:00:00.5Z","level":"INFO","msg":"m"` + want
		}
		got := line(t, jsonlog.Options{Duplicates: jsonlog.KeepLast}, c.with, c.top, record(slog.LevelInfo, "m", c.attrs...))
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

// FuzzKeepLast compares what KeepLast leaves with what encoding/json, for which the last of each key
// counts, reads of all keys.
func FuzzKeepLast(f *testing.F) {
	f.Add([]byte("a record"))
	f.Add(bytes.Repeat([]byte{255, 3, 17, 99}, 40))
	f.Add(bytes.Repeat([]byte{7, 8, 200, 40, 1, 0, 12}, 60))
	f.Fuzz(func(t *testing.T, data []byte) {
		g := &generator{data: data}
		schema := schemas[g.n(len(schemas))]
		attrs, names := g.attrs(0), []string{g.text(), g.text()}
		r := g.record()
		var all, last bytes.Buffer
		for out, d := range map[*bytes.Buffer]jsonlog.Duplicates{&all: jsonlog.KeepAll, &last: jsonlog.KeepLast} {
			h := jsonlog.NewHandler(out, &jsonlog.Options{Schema: schema, Duplicates: d}).WithAttrs(attrs).
				WithGroup(names[0]).WithAttrs(attrs).WithGroup(names[1])
			if err := h.Handle(context.Background(), r); err != nil {
				t.Fatal(err)
			}
		}
		var want, got any
		if err := errors.Join(json.Unmarshal(all.Bytes(), &want), json.Unmarshal(last.Bytes(), &got)); err != nil {
			t.Fatalf("%v\nall:  %s\nlast: %s", err, all.Bytes(), last.Bytes())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("not the last of each key (-want +got):\n%s", diff)
		}
		if key, twice := findDuplicate(json.NewDecoder(&last)); twice {
			t.Errorf("%q is still there twice", key)
		}
	})
}

// findDuplicate looks for a key that an object has twice, in the object that d reads and those inside it
// that are not in an array.
func findDuplicate(d *json.Decoder) (string, bool) {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err.Error(), true
	}
	return findDuplicateIn(raw)
}

func findDuplicateIn(raw json.RawMessage) (string, bool) {
	if raw[0] != '{' {
		return "", false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	_, _ = d.Token()
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err.Error(), true
		}
		if seen[key.(string)] {
			return key.(string), true
		}
		seen[key.(string)] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err.Error(), true
		}
		if key, twice := findDuplicateIn(value); twice {
			return key, true
		}
	}
	return "", false
}
