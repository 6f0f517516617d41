package loggername

import (
	"log/slog"
	"testing"
)

func TestIn(t *testing.T) {
	for _, tt := range []struct {
		attrs []slog.Attr
		want  string
	}{
		{nil, ""},
		{[]slog.Attr{slog.String("a", "b")}, ""},
		{[]slog.Attr{slog.Int("logger", 1)}, ""},
		{[]slog.Attr{slog.String("logger", "db"), slog.Int("a", 1)}, "db"},
		{[]slog.Attr{slog.String("logger", "db"), slog.String("logger", "db.pool")}, "db.pool"},
	} {
		if got := In(tt.attrs); got != tt.want {
			t.Errorf("In(%v) is %q, want %q", tt.attrs, got, tt.want)
		}
	}
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		prefix, name string
		want         bool
	}{
		{"db", "db", true},
		{"db", "db.pool", true},
		{"db", "dbx", false},
		{"db.pool", "db", false},
		{"", "db", true},
		{"", "", true},
		{"db", "", false},
	} {
		if got := Covers(tt.prefix, tt.name); got != tt.want {
			t.Errorf("Covers(%q, %q) is %t", tt.prefix, tt.name, got)
		}
	}
}
