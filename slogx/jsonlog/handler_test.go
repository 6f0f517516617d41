package jsonlog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/jsonlog"
	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestHandlerConforms(t *testing.T) {
	all := &slog.HandlerOptions{Level: slog.LevelDebug}
	_ = all
	for _, opts := range []jsonlog.Options{
		{Level: slog.LevelDebug},
		{Level: slog.LevelDebug, Duplicates: jsonlog.KeepLast},
		{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return a }},
		{Level: slog.LevelDebug, MaxRecordBytes: 1 << 30},
	} {
		slogxtest.RunSink(t, func(w io.Writer) slog.Handler { return jsonlog.NewHandler(w, &opts) }, parseLines)
	}
}

func parseLines(b []byte) ([]map[string]any, error) {
	var out []map[string]any
	for line := range bytes.Lines(b) {
		var m map[string]any
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, errors.Join(err, errors.New(string(line)))
		}
		out = append(out, m)
	}
	return out, nil
}
