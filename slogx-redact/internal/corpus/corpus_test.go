package corpus

import (
	"testing"

	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

func TestAccuracy(t *testing.T) {
	t.Parallel()
	g, set := New(7), detect.NewSet(nil, detect.Kinds()...)
	for _, kind := range Measured() {
		for range 1000 {
			l := g.Labelled(kind)
			found := set.Find(nil, l.Text, detect.Hint{})
			if len(found) != 1 || found[0] != (detect.Match{Start: l.Start, End: l.End, Kind: kind}) {
				t.Errorf("%s: %q: %v, want %d to %d", kind, l.Text, found, l.Start, l.End)
				break
			}
		}
	}
	for range 100_000 {
		if line := g.Clean(); len(set.Find(nil, line, detect.Hint{})) > 0 {
			t.Errorf("found something in %q", line)
		}
	}
}
