package slogxloki

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzRecord(f *testing.F) {
	f.Add("msg", "key", "value", false)
	f.Add("\x00\xff", "trace_id", "a\nb\"", true)
	f.Add("", "", "", false)
	s := &server{}
	all := newTest(f, s, Options{Metadata: []string{MetadataAll}, BatchWait: -1})
	some := newTest(f, s, Options{BatchWait: -1})
	f.Fuzz(func(t *testing.T, msg, key, value string, everything bool) {
		if len(msg)+len(key)+len(value) > 16<<10 {
			return
		}
		h := some
		if everything {
			h = all
		}
		r := at(time.Now(), msg, slog.String(key, value), slog.Group(value, slog.String(key, msg)))
		handle(t, h.WithGroup(key).WithAttrs([]slog.Attr{slog.String(key, value)}), r)
		handle(t, h.WithAttrs([]slog.Attr{slog.String(key, value), slog.Any("x", []string{value})}), r)
		flush(t, h)
		got := s.got()
		s.mu.Lock()
		s.requests, s.stored = nil, nil
		s.mu.Unlock()
		if len(got) != 2 {
			t.Fatalf("%d entries", len(got))
		}
		for _, e := range got {
			if !json.Valid([]byte(e.Line)) || !utf8.ValidString(e.Line) {
				t.Errorf("line %q", e.Line)
			}
			for name, v := range e.Meta {
				if !isLabelName(name) || !utf8.ValidString(v) {
					t.Errorf("metadata %q: %q", name, v)
				}
			}
		}
	})
}
