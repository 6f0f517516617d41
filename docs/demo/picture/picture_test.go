package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/slogx-go/slogx/slogx/console"
)

func TestParse(t *testing.T) {
	got, err := parse("\x1b[2m12:00\x1b[0m \x1b[1;31mERROR\x1b[0m a<b\x1b[m")
	if err != nil {
		t.Fatal(err)
	}
	want := []span{{style{dim: true}, "12:00"}, {style{}, " "}, {style{bold: true, color: 1}, "ERROR"}, {style{}, " a<b"}}
	if len(got) != len(want) {
		t.Fatalf("spans %+v, want %+v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("span %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

// What the picture could not show as a terminal does is an error, not a blank.
func TestParseRefuses(t *testing.T) {
	for _, line := range []string{"\x1b[2J", "\x1b[31", "\x1b[38;5;1mx", "\x1b]0;title\a", "a\rb", "tab\there", "\x00", "\xff", "\x1b[4mx"} {
		if got, err := parse(line); err == nil {
			t.Errorf("parse(%q) = %+v, want an error", line, got)
		}
	}
}

func TestWrapBreaksAsATerminalDoes(t *testing.T) {
	bold := style{bold: true}
	rows := wrap([]span{{style{}, "abcd"}, {bold, "efgö"}}, 3)
	var got []string
	for _, row := range rows {
		var s string
		for _, sp := range row {
			if sp.style == bold {
				sp.text = "*" + sp.text
			}
			s += sp.text
		}
		got = append(got, s)
	}
	if got, want := strings.Join(got, "|"), "abc|d*ef|*gö"; got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
	if rows := wrap(nil, 3); len(rows) != 1 {
		t.Errorf("an empty line has %d rows, want 1", len(rows))
	}
}

// All that console writes can be drawn, and the picture has its text.
func TestPictureOfConsole(t *testing.T) {
	var text, svg bytes.Buffer
	l := slog.New(console.NewHandler(&text, &console.Options{Color: console.Always, Level: slog.LevelDebug, AddSource: true}))
	l.Debug("looked", "n", 1)
	l.Info("a <b> & \"c\"", "key", "\x1b[2J\x00tab\t", "größe", "ö")
	l.WithGroup("g").Warn("slow", "stack", "one\ntwo\tthree")
	l.Error("failed", "error", errors.Join(errors.New("first"), errors.New("second")))

	if err := run([]string{"-columns", "400"}, &text, &svg); err != nil {
		t.Fatal(err)
	}
	shown := textOf(t, svg.Bytes())
	for _, want := range []string{"DEBUG", "looked", `a <b> & "c"`, "größe=", "slow", "two", "ERROR", "first", "second"} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in the picture:\n%s", want, shown)
		}
	}
}

// textOf returns the text of an SVG, which must be well-formed.
func textOf(t *testing.T, svg []byte) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if data, ok := token.(xml.CharData); ok {
			text.Write(data)
		}
	}
}

func TestPictureShowsTheLinesAskedFor(t *testing.T) {
	const in = "one\ntwo\n\x1b[31mthree\x1b[0m\nfour\nfive\n"
	for args, want := range map[string]string{
		"-lines=2":                                "one two",
		"-match=^three -lines=1":                  "three",
		"-match=three -before=1 -lines=3":         "two three four",
		"-match=one -before=9 -lines=1":           "one",
		"-match=four -lines=9":                    "four five",
		"-title=<t> -match=five -before=0":        "five",
		"-match=three -before=1 -lines=1":         "two",
		"-columns=2 -match=three$ -lines=1":       "th re e",
		"-columns=132 -match=five|four":           "four five",
		"-columns=132 -match=nothing|on -lines=1": "one",
	} {
		var svg bytes.Buffer
		if err := run(strings.Fields(args), strings.NewReader(in), &svg); err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		_, shown, _ := strings.Cut(strings.TrimSpace(textOf(t, svg.Bytes())), "\n") // behind the title
		if got := strings.Join(strings.Fields(shown), " "); got != want {
			t.Errorf("%s: shows %q, want %q", args, got, want)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-lines", "0"}, {"-columns", "0"}, {"-before", "-1"}, {"-match", "("}, {"-match", "nothing"}, {"-x"}} {
		if err := run(args, strings.NewReader("text\n"), io.Discard); err == nil {
			t.Errorf("run(%q) succeeds", args)
		}
	}
	if err := run(nil, strings.NewReader("\x1b[2J\n"), io.Discard); err == nil {
		t.Error("a picture of a cleared screen")
	}
}
