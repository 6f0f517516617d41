package corpus

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

var update = flag.Bool("update", false, "write the sample and the table of the documentation")

// TestTable holds the floors, and that the documentation has the table as it is now.
func TestTable(t *testing.T) {
	t.Parallel()
	const page, begin = "../../../docs/redaction-accuracy.md", "| kind |"
	scores := Measure(Labelled, Clean)
	hits := 0
	for _, s := range scores {
		if s.Recall < 0.99 {
			t.Errorf("%s: recall %.4f, want 0.99 at least", s.Kind, s.Recall)
		}
		hits += s.FalseHits
	}
	if hits > 1 {
		t.Errorf("%d false hits in %d clean lines, want at most 1", hits, Clean)
	}
	doc, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, got, _ := strings.Cut(string(doc), begin)
	want := Table(scores, Clean)
	if *update {
		if err := os.WriteFile(page, []byte(head+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, begin+got); diff != "" {
		t.Errorf("%s has another table (-want +got; -update writes it):\n%s", page, diff)
	}
}

// TestSample holds that the lines in testdata are those of the generator, and that the secrets in them are found.
func TestSample(t *testing.T) {
	t.Parallel()
	const path = "../../testdata/corpus.jsonl"
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	set := detect.NewSet(nil, detect.Kinds()...)
	for _, l := range Sample() {
		if err := enc.Encode(l); err != nil {
			t.Fatal(err)
		}
		if found := set.Find(nil, l.Text, detect.Hint{}); l.Kind != "" && !l.IsFound(found) || l.Kind == "" && len(found) > 0 {
			t.Errorf("%+v: found %v", l, found)
		}
	}
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("%s is not what the generator makes (-want +got; -update writes it):\n%s", path, diff)
	}
}

// Another seed makes other lines, which must be found as well, also with the other detectors off.
func TestOtherLines(t *testing.T) {
	t.Parallel()
	for name, seed := range map[string]uint64{"all": 7, "alone": 8} {
		g, set := New(seed), detect.NewSet(nil, detect.Kinds()...)
		for _, kind := range detect.Kinds() {
			if name == "alone" {
				set = detect.NewSet(nil, kind)
			}
			missed := 0
			for range 500 {
				if l := g.Labelled(kind); !l.IsFound(set.Find(nil, l.Text, detect.Hint{})) {
					if missed++; missed > 5 {
						t.Errorf("%s, %s: %+v is not found", name, kind, l)
						break
					}
				}
			}
		}
	}
}
