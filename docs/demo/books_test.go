package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
)

func TestBooksThatDoNotAddUpAreAnError(t *testing.T) {
	for name, tt := range map[string]struct {
		sink    string
		stats   chain.Stats
		written string
		wantErr bool
	}{
		"all is there":             {"file", chain.Stats{Accepted: 2, Delivered: 2}, "{}\n{}\n", false},
		"some are counted as lost": {"file", chain.Stats{Accepted: 3, Delivered: 1, Queued: 1, Dropped: map[string]uint64{"error": 1}}, "{}\n", false},
		"the console's form":       {"file", chain.Stats{Accepted: 1, Delivered: 1}, "10:00:00 INFO    m\n    │ a:\n    │   b\n", false},
		"one is in no account":     {"console", chain.Stats{Accepted: 2, Delivered: 1}, "", true},
		"one is not in the file":   {"file", chain.Stats{Accepted: 2, Delivered: 2}, "{}\n", true},
		"one is there twice":       {"file", chain.Stats{Accepted: 1, Delivered: 1}, "{}\n{}\n", true},
		"one is broken":            {"file", chain.Stats{Accepted: 2, Delivered: 2}, "{}\n{\"a\":1{}\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "orders.jsonl")
			if err := os.WriteFile(path, []byte("{\"before\":1}\n{broken\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := openBooks(settings{"SLOGX_FILE_PATH": path})
			if err != nil {
				t.Fatal(err)
			}
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString(tt.written); err != nil {
				t.Fatal(err)
			}
			f.Close()
			err = b.close(io.Discard, slogx.Stats{Sinks: map[string]chain.Stats{tt.sink: tt.stats}}, tally{})
			if (err != nil) != tt.wantErr {
				t.Errorf("error: %v", err)
			}
		})
	}
}
