package level_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/level"
)

func TestParseLevel(t *testing.T) {
	for text, want := range map[string]slog.Level{
		"trace": -8, "debug": -4, "info": 0, "warn": 4, "warning": 4, "error": 8, "fatal": 12,
		"DEBUG": -4, "Warning": 4, "WaRn": 4, "INFO+2": 2, "warn-1": 3, "warning+1": 5, "DEBUG-4": -8,
		" info": 0, "\terror \n": 8, "4": 4, "-4": -4, "+7": 7, "0": 0, "fatal+1000": 1012,
	} {
		got, err := level.ParseLevel(text)
		if err != nil || got != want {
			t.Errorf("ParseLevel(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseLevelRefuses(t *testing.T) {
	for _, text := range []string{
		"verbos", "", " ", "info2", "info+", "info +2", "info+2x", "info+-2", "+", "-", "1e3", "0x4", "4.0", "1_0",
		"info+99999999999999999999", "99999999999", "ｉｎｆｏ", "in fo", "info,warn", "level=info", "٤",
	} {
		got, err := level.ParseLevel(text)
		if err == nil {
			t.Errorf("ParseLevel(%q) = %v, want an error", text, got)
		}
	}
	_, err := level.ParseLevel("verbos")
	want := `level "verbos": want trace, debug, info, warn, error or fatal, ` +
		`with an optional offset such as info+2, or a number`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestParseLevels(t *testing.T) {
	for text, want := range map[string]map[string]slog.Level{
		"":                         {},
		" , ,":                     {},
		"db=debug":                 {"db": slog.LevelDebug},
		"db=debug,http=warn":       {"db": slog.LevelDebug, "http": slog.LevelWarn},
		" db = DEBUG , a.b=-2, ":   {"db": slog.LevelDebug, "a.b": -2},
		"db=info+2,db.pool=fatal,": {"db": 2, "db.pool": 12},
	} {
		got, err := level.ParseLevels(text)
		if err != nil {
			t.Errorf("ParseLevels(%q): %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseLevels(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseLevelsNamesEverythingThatIsWrong(t *testing.T) {
	got, err := level.ParseLevels("db=debug,http,=info,a..b=info,x=verbos,db=warn,y=warn")
	want := map[string]slog.Level{"db": slog.LevelDebug, "y": slog.LevelWarn}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is right (-want +got):\n%s", diff)
	}
	if err == nil {
		t.Fatal("no error")
	}
	wantErr := strings.Join([]string{
		`levels element "http": want a logger's name and its level, such as db=debug`,
		`levels element "=info": want a logger's name and its level, such as db=debug`,
		`levels element "a..b=info": logger name "a..b" has an empty segment, want segments separated by single ` +
			`dots, such as db.pool, without space, control characters, '=' and ','`,
		`levels element "x=verbos": level "verbos": want trace, debug, info, warn, error or fatal, ` +
			`with an optional offset such as info+2, or a number`,
		`levels element "db=warn": logger "db" has two levels, want one`,
	}, "\n")
	if diff := cmp.Diff(wantErr, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func FuzzParseLevel(f *testing.F) {
	for _, s := range []string{"info", "INFO+2", "warn-1", " trace ", "4", "verbos", "", "error+9223372036854775807"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := level.ParseLevel(s)
		var std slog.Level
		if stdErr := std.UnmarshalText([]byte(s)); stdErr == nil && -1<<29 < std && std < 1<<29 {
			if err != nil || got != std {
				t.Fatalf("ParseLevel(%q) = %v, %v; slog reads %v", s, got, err, std)
			}
		}
		if err != nil {
			return
		}
		if again, err := level.ParseLevel(got.String()); got < 1<<29 && got > -1<<29 && (err != nil || again != got) {
			t.Fatalf("%q is %v, which is read back as %v, %v", s, got, again, err)
		}
	})
}

func FuzzParseLevels(f *testing.F) {
	for _, s := range []string{"db=debug,http=warn", "", ",,", "=", "a..b=info", "a=info,a=warn", "a=b=c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		levels, err := level.ParseLevels(s)
		c := level.NewController(nil)
		elements := 0
		for element := range strings.SplitSeq(s, ",") {
			if strings.TrimSpace(element) != "" {
				elements++
			}
		}
		if wrong := err != nil; wrong != (len(levels) < elements) {
			t.Fatalf("%q: %d of %d elements read, error %v", s, len(levels), elements, err)
		}
		for name, l := range levels {
			if err := c.Set(name, l, 0); err != nil {
				t.Fatalf("%q gives a name that Set refuses: %v", s, err)
			}
			if name == "" || c.Level(name) != l {
				t.Fatalf("%q: level of %q is %v, want %v", s, name, c.Level(name), l)
			}
		}
	})
}
