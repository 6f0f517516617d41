package slogxtest

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
)

func parseJSON(b []byte) ([]map[string]any, error) {
	var all []map[string]any
	dec := json.NewDecoder(bytes.NewReader(b))
	for {
		var m map[string]any
		if err := dec.Decode(&m); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
}

func TestTmpJSON(t *testing.T) {
	RunSink(t, func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }, parseJSON)
}
