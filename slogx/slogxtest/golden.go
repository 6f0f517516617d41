package slogxtest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/google/go-cmp/cmp"
)

// GoldenOptions are the options of [Recorder.AssertGolden]. A nil *GoldenOptions means the defaults.
type GoldenOptions struct {
	// Update writes the file instead of comparing with it. It is for a flag of the test's own:
	//
	//	var update = flag.Bool("update", false, "write the golden files")
	Update bool

	// ReplaceAttr is as in [slog.HandlerOptions]: it changes or leaves out what differs from run to run.
	// The time of the records, which AssertGolden leaves out itself, is not shown to it.
	ReplaceAttr func(groups []string, a slog.Attr) slog.Attr
}

// AssertGolden compares the records so far, as [slog.JSONHandler] writes them but without their time, a line
// each, with the file at path, and reports a difference to the test as an error. It returns whether they are
// equal. With Update it writes the file, and its folder, and returns true.
func (r *Recorder) AssertGolden(path string, opts *GoldenOptions) bool {
	r.tb.Helper()
	var o GoldenOptions
	if opts != nil {
		o = *opts
	}
	var got bytes.Buffer
	h := slog.NewJSONHandler(&got, &slog.HandlerOptions{Level: everything, ReplaceAttr: o.ReplaceAttr})
	for _, rec := range r.Records() {
		line := slog.Record{Level: rec.Level, Message: rec.Message}
		line.AddAttrs(rec.Attrs...)
		if err := h.Handle(context.Background(), line); err != nil {
			r.tb.Errorf("write record %q as JSON: %v", rec.Message, err)
			return false
		}
	}
	if o.Update {
		return r.writeGolden(path, got.Bytes())
	}
	want, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.tb.Errorf("there is no golden file %s: set Update to write it; it would be\n%s", path, got.Bytes())
		return false
	case err != nil:
		r.tb.Errorf("compare records with the golden file: %v", err)
		return false
	}
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n")) // what git may make of it
	if d := cmp.Diff(string(want), got.String()); d != "" {
		r.tb.Errorf("the records are not those of %s (-want +got):\n%s", path, d)
		return false
	}
	return true
}

func (r *Recorder) writeGolden(path string, lines []byte) bool {
	r.tb.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o750)
	if err == nil {
		err = os.WriteFile(path, lines, 0o600)
	}
	if err != nil {
		r.tb.Errorf("write golden file: %v", err)
	}
	return err == nil
}
