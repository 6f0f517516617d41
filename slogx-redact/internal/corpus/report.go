package corpus

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

// What the table of the documentation is measured on.
const (
	Seed     = 1
	Labelled = 2_000   // lines of each kind
	Clean    = 100_000 // lines with nothing to find
)

// Score is what was found of one kind.
type Score struct {
	Kind detect.Kind

	// Recall is the share of lines in which the secret was found and nothing else: exact to the character.
	Recall float64

	// FalseHits is how often the kind was found in clean lines.
	FalseHits int
}

// Measure returns the scores of all kinds, with all detectors on, for so many lines of each kind and clean ones.
func Measure(labelled, clean int) []Score {
	g, set := New(Seed), detect.NewSet(nil, detect.Kinds()...)
	hits := make(map[detect.Kind]int)
	var found []detect.Match
	for range clean {
		found = set.Find(found[:0], g.Clean(), detect.Hint{})
		for _, m := range found {
			hits[m.Kind]++
		}
	}
	scores := make([]Score, 0, len(detect.Kinds()))
	for _, kind := range detect.Kinds() {
		exact := 0
		for range labelled {
			l := g.Labelled(kind)
			if found = set.Find(found[:0], l.Text, detect.Hint{}); l.IsFound(found) {
				exact++
			}
		}
		scores = append(scores, Score{kind, float64(exact) / float64(labelled), hits[kind]})
	}
	return scores
}

// IsFound reports whether the secret of l was found, whole and nothing else. A token in a place that says so
// already may be found as what the place says.
func (l Line) IsFound(found []detect.Match) bool {
	return len(found) == 1 && found[0].Start == l.Start && found[0].End == l.End
}

// Table returns the scores as Markdown.
func Table(scores []Score, clean int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| kind | recall, exact | false hits in %d clean lines |\n| --- | --- | --- |\n", clean)
	all := 0
	for _, s := range scores {
		fmt.Fprintf(&b, "| %s | %.4f | %d |\n", s.Kind, s.Recall, s.FalseHits)
		all += s.FalseHits
	}
	fmt.Fprintf(&b, "| all | | %d |\n", all)
	return b.String()
}

// Sample returns a few lines of each kind but tokens of providers, which hosts of repositories refuse, and as
// many clean ones.
func Sample() []Line {
	g := New(Seed)
	var lines []Line
	for _, kind := range detect.Kinds() {
		if slices.Contains(samples, kind) {
			for range 4 {
				lines = append(lines, g.Labelled(kind))
			}
		}
	}
	for range lines {
		lines = append(lines, Line{Text: g.Clean()})
	}
	return lines
}

var samples = []detect.Kind{
	detect.Card, detect.IBAN, detect.Email, detect.Phone, detect.SSN, detect.IPv4, detect.IPv6, detect.MAC, detect.Basic,
	detect.URLUserinfo, detect.URLQuery, detect.ConnectionString, detect.SecretPhrase,
}
