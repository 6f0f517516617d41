package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestRunPrintsATable(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-rounds", "1", "-time", "1ms"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"median of 1 rounds", "| slogx | slogx, seen | gitleaks | gitleaks / slogx |", "\n| clean267 |", "\n| dirty |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-time", "-1s"}, {"-x"}} {
		if err := run(args, io.Discard); err == nil {
			t.Errorf("run(%q) succeeds", args)
		}
	}
}

// TestLines holds that the lines are what the cases say: clean ones pass, and nothing is left in the others.
func TestLines(t *testing.T) {
	var out bytes.Buffer
	h := newHandler(slog.NewTextHandler(&out, nil))
	for _, c := range cases {
		for _, line := range c.make()[:100] {
			out.Reset()
			if err := h.Handle(context.Background(), slog.NewRecord(time.Time{}, slog.LevelInfo, line, 0)); err != nil {
				t.Fatal(err)
			}
			masked := strings.Count(out.String(), "REDACTED")
			if c.name == "clean267" && (masked != 0 || len(line) != 267) || c.name == "dirty" && masked != 4 {
				t.Fatalf("%s: %d masks in %d bytes: %s", c.name, masked, len(line), out.String())
			}
		}
	}
}
