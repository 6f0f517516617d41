package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv(isReceiver) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestRunPrintsARowForEachPeer(t *testing.T) {
	var out bytes.Buffer
	args := []string{"-rate", "500", "-time", "100ms", "-records", "1000", "-goroutines", "1", "-outage", "100ms"}
	if err := run(args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		_, row, ok := strings.Cut(out.String(), "\n| "+p.name+" | ")
		row, _, _ = strings.Cut(row, "\n")
		if cells := strings.Split(row, " | "); !ok || len(cells) != 7 || cells[4] != "0" {
			t.Errorf("%s: %q", p.name, row)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-rate", "0"}, {"-records", "x"}, {"-goroutines", "-1"}, {"-unknown"}} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("run(%q) succeeds", args)
		}
	}
}
