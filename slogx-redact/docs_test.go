package slogxredact

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the tables of the guide")

const guide = "../docs/redaction.md"

// tables are those of the guide that say what the code says, by their heads.
func tables() map[string]string {
	var presets, vs strings.Builder
	for _, p := range Presets() {
		r := p.Rules()
		presets.WriteString("| `" + string(p) + "` | " + p.Covers() + " | " + strings.Join(r.Keys, ", ") + " | " + strings.Join(r.Detectors, ", ") + " |\n")
	}
	for _, v := range vars() {
		usage := v.Usage
		if v.Default != "" && v.Default != "0" {
			usage += " (default `" + v.Default + "`)"
		}
		vs.WriteString("| `" + v.Name + "` | " + usage + " |\n")
	}
	const rule2, rule4 = "| --- | --- |\n", "| --- | --- | --- | --- |\n"
	return map[string]string{
		"| preset | covers | keys | detectors |\n" + rule4: presets.String(),
		"| variable | meaning |\n" + rule2:                 vs.String(),
	}
}

// readGuide returns the guide, or "" where the module stands alone, as it does for those who import it.
func readGuide(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("../go.work"); err != nil {
		return ""
	}
	b, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheGuideListsAllRulesAndVariables(t *testing.T) {
	text := readGuide(t)
	if text == "" {
		return
	}
	for head, rows := range tables() {
		before, after, ok := strings.Cut(text, head)
		if !ok {
			t.Fatalf("no table %q", head)
		}
		end := strings.Index(after, "\n\n") + 1
		if end == 0 || !strings.HasPrefix(after, "|") {
			end = 0
		}
		if *update {
			text = before + head + rows + after[end:]
			continue
		}
		if diff := cmp.Diff(rows, after[:end]); diff != "" {
			t.Errorf("-update writes it (-want +got):\n%s", diff)
		}
	}
	if *update {
		if err := os.WriteFile(guide, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheKeysOfTheGuideMatchAsItSays(t *testing.T) {
	text := readGuide(t)
	if text == "" {
		return
	}
	k := newKeyRules([]string{"password", "token", "code", "secret_details"}, nil, nil)
	row := regexp.MustCompile("(?m)^\\| (`.*`) \\| (masked|in clear) \\|$")
	seen := 0
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		for key := range strings.SplitSeq(m[1], ", ") {
			seen++
			if key = strings.Trim(key, "`"); k.match(key).secret != (m[2] == "masked") {
				t.Errorf("%q is not %s", key, m[2])
			}
		}
	}
	if seen < 13 {
		t.Errorf("only %d keys are read", seen)
	}
}

func TestTheGuideListsTheWordsAboutASecret(t *testing.T) {
	text := readGuide(t)
	if text == "" {
		return
	}
	_, after, _ := strings.Cut(text, "| what kind | where | how many, how long | when, whether |\n| --- | --- | --- | --- |\n")
	row, _, _ := strings.Cut(after, "\n")
	listed := make(map[string]bool)
	for _, word := range strings.FieldsFunc(row, func(c rune) bool { return strings.ContainsRune("|, ", c) }) {
		listed[string(foldAll(word))] = true
	}
	if diff := cmp.Diff(about, listed); diff != "" {
		t.Errorf("-code +guide:\n%s", diff)
	}
}
