package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestRunPrintsTables(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-rounds", "2", "-time", "1ms", "-run", `JSON/5 attributes`}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"median of 2 rounds of 1ms each",
		"| JSON: ns per record (allocations) | floor | slogx | slog | phuslu | zerolog | zap |",
		"| slogx takes, of the peer's time | slog | phuslu | zerolog | zap |",
		"| the same without the floor | slog | phuslu | zerolog | zap |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if n := strings.Count(out.String(), "\n| 5 attributes |"); n != 3 {
		t.Errorf("%d rows for the case, want one a table:\n%s", n, out.String())
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-run", "("}, {"-run", "nothing"}, {"-time", "x"}, {"-time", "-1s"},
		{"unknown"}, {"queue", "-records", "1"}, {"queue", "-rounds", "0"}, {"rotate", "-writes", "0"}, {"stages", "-rounds", "0"},
		{"stages", "-time", "-1s"}, {"queue", "-dir", "/dev/null"}, {"rotate", "-dir", "/dev/null"}, {"stages", "-dir", "/dev/null"}} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("run(%q) succeeds", args)
		}
	}
}

// The ratios are those of rounds, so that a machine that slows down for a round does not change them.
func TestFigures(t *testing.T) {
	f := figures{ns: [][]float64{
		floorPeer: {100, 1000, 100},
		ourPeer:   {300, 3000, 310},
		2:         {500, 5000, 500},
	}}
	if got := f.time(ourPeer); got != 310 {
		t.Errorf("time = %v, want 310", got)
	}
	if got := f.ratio(2); got != 0.6 {
		t.Errorf("ratio = %v, want 0.6", got)
	}
	if got := f.ratioWithoutFloor(2); got != 0.5 {
		t.Errorf("ratio without floor = %v, want 0.5", got)
	}
	if got := median([]float64{4, 1, 2, 3}); got != 2.5 {
		t.Errorf("median of four = %v, want 2.5", got)
	}
}
