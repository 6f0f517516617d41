// Command redact-corpus measures the detectors on generated lines and prints the table of the documentation.
package main

import (
	"fmt"

	"github.com/slogx-go/slogx/slogx-redact/internal/corpus"
	"github.com/slogx-go/slogx/slogx-redact/internal/detect"
)

func main() {
	const labelled, clean = 10_000, 100_000
	g, set := corpus.New(1), detect.NewSet(nil, detect.Kinds()...)
	hits, all := map[detect.Kind]int{}, 0
	for range clean {
		for _, m := range set.Find(nil, g.Clean(), detect.Hint{}) {
			hits[m.Kind]++
			all++
		}
	}
	fmt.Printf("| kind | recall, exact | false hits in %d clean lines |\n| --- | --- | --- |\n", clean)
	for _, kind := range corpus.Measured() {
		exact := 0
		for range labelled {
			l := g.Labelled(kind)
			found := set.Find(nil, l.Text, detect.Hint{})
			if len(found) == 1 && found[0] == (detect.Match{Start: l.Start, End: l.End, Kind: kind}) {
				exact++
			}
		}
		fmt.Printf("| %s | %.4f | %d |\n", kind, float64(exact)/labelled, hits[kind])
	}
	fmt.Printf("| all kinds, also those not listed | | %d |\n", all)
}
