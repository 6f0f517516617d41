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
	want, err := os.ReadFile(filepath.Join("..", "..", "testdata", "env.golden"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), stdout.String()); diff != "" {
		t.Errorf("slogx env (-want +got):\n%s", diff)
	}
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
