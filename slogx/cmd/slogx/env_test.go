package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvListsEveryVariable(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"env"}, nil, &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
		t.Errorf("exit code %d, standard error %q", code, &stderr)
	}
	core, err := os.ReadFile(filepath.Join("..", "..", "testdata", "env.golden"))
	if err != nil {
		t.Fatal(err)
	}
	want := append(firstWords(string(core)), firstWords(satellites)...)
	if diff := cmp.Diff(want, firstWords(stdout.String())); diff != "" || len(firstWords(satellites)) == 0 {
		t.Errorf("variables of slogx env (-want +got):\n%s", diff)
	}
	for line := range strings.Lines(satellites) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 4 || !strings.Contains(stdout.String(), fields[3]) {
			t.Errorf("slogx env does not show %q", line)
		}
	}
}

func firstWords(text string) []string {
	var words []string
	for line := range strings.Lines(text) {
		word, _, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		words = append(words, word)
	}
	return words
}

func TestEnvTakesNoArguments(t *testing.T) {
	for arg, want := range map[string]int{"-h": exitOK, "--help": exitOK, "SLOGX_LEVEL": exitUsage} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"env", arg}, nil, &stdout, &stderr)
		if code != want || stdout.Len() > 0 || !strings.Contains(stderr.String(), "usage: slogx env") {
			t.Errorf("slogx env %s: exit code %d, want %d; %q %q", arg, code, want, &stdout, &stderr)
		}
	}
}
