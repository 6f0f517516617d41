package jsonlog

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestAppendRecordIsWhatHandleTopWrites(t *testing.T) {
	var w bytes.Buffer
	h := NewHandler(&w, &Options{MaxRecordBytes: 512}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)}).(*Handler)
	top := []slog.Attr{slog.String("trace_id", "x")}
	for _, msg := range []string{"short", strings.Repeat("long ", 500)} {
		r := slog.NewRecord(time.Now(), slog.LevelInfo, msg, 0)
		w.Reset()
		if err := h.HandleTop(t.Context(), top, r); err != nil {
			t.Fatal(err)
		}
		written := w.String()
		if got := string(h.AppendRecord([]byte("before "), top, r)); got != "before "+written || w.String() != written {
			t.Errorf("appended %q, written %q", got, written)
		}
	}
}
