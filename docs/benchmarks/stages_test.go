package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRunStagesPrintsATable(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"stages", "-rounds", "2", "-time", "1ms", "-dir", t.TempDir()}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| redact |",
		"| stage | what it does | ns | ns, with those before | allocations |",
		"| encoder |",
		"The whole pipeline takes ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestStacksWriteTheSame holds that the stages put together by hand, the pipeline that slogx.Build makes and
// the record written out for slog.JSONHandler have the same content: the summary compares like with like.
func TestStacksWriteTheSame(t *testing.T) {
	const file = 8
	want := writtenBy(t, stages[file])
	if want["trace_id"] == nil || want["tenant"] == nil || want["cached"] == nil {
		t.Fatalf("the stages write %v", want)
	}
	for _, i := range []int{productionStack, slogSameStack} {
		if diff := cmp.Diff(want, writtenBy(t, stages[i])); diff != "" {
			t.Errorf("%s writes something else (-stages +it):\n%s", stages[i].does, diff)
		}
	}
	if got := writtenBy(t, stages[slogStack]); got["trace_id"] != nil || got["cached"] == nil {
		t.Errorf("slog.JSONHandler alone writes %v", got)
	}
}

func writtenBy(t *testing.T, s stack) map[string]any {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	h, closeStack, err := s.open(path)
	if err != nil {
		t.Fatal(err)
	}
	s.log(requestContext(), slog.New(h))
	if err := closeStack(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Scan()
	var got map[string]any
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
		t.Fatalf("%s wrote %q: %v", s.does, lines.Text(), err)
	}
	if lines.Scan() {
		t.Errorf("%s wrote another line: %s", s.does, lines.Text())
	}
	delete(got, "time")
	return got
}
