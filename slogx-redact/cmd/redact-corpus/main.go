// Command redact-corpus measures the detectors on generated lines and prints the table of the documentation;
// with -sample, the lines of testdata/corpus.jsonl instead.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/slogx-go/slogx/slogx-redact/internal/corpus"
)

func main() {
	labelled := flag.Int("labelled", corpus.Labelled, "lines of each `kind`")
	clean := flag.Int("clean", corpus.Clean, "clean `lines`")
	sample := flag.Bool("sample", false, "print a sample of the lines, as JSON")
	flag.Parse()
	if !*sample {
		fmt.Print(corpus.Table(corpus.Measure(*labelled, *clean), *clean))
		return
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	for _, l := range corpus.Sample() {
		if err := enc.Encode(l); err != nil {
			fmt.Fprintf(os.Stderr, "redact-corpus: write the sample: %v\n", err)
			os.Exit(1)
		}
	}
}
