package slogxtest

import (
	"bytes"
	"context"
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

func TestRunSinkPassesGoodSink(t *testing.T) {
	RunSink(t, openGood, parseJSON)
}

// openGood makes of log/slog's JSON handler one that keeps the rules.
func openGood(w io.Writer) slog.Handler {
	return tamed{slog.NewJSONHandler(whole{w}, nil)}
}

// whole reports short writes.
type whole struct{ w io.Writer }

func (w whole) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

// tamed resolves attributes and cuts cycles before the handler sees them.
type tamed struct{ slog.Handler }

func (h tamed) Handle(ctx context.Context, r slog.Record) error {
	r2 := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	for _, a := range attrsOf(r) {
		r2.AddAttrs(keep(nil, a)...)
	}
	return h.Handler.Handle(ctx, r2)
}

func (h tamed) WithAttrs(attrs []slog.Attr) slog.Handler {
	var kept []slog.Attr
	for _, a := range attrs {
		kept = keep(kept, a)
	}
	return tamed{h.Handler.WithAttrs(kept)}
}

func (h tamed) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return tamed{h.Handler.WithGroup(name)}
}
