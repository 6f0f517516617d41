package async

import (
	"bytes"
	"context"
	"log/slog"
	"testing"

	"github.com/slogx-go/slogx/slogx/chain"
)

func TestShutdownOfAnEmptyQueueNeedsNoTime(t *testing.T) {
	var sink bytes.Buffer
	w := NewWriter(&sink, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v, want nil: nothing was left", err)
	}
	if err := w.WriteRecord(t.Context(), slog.LevelInfo, []byte("late\n")); err != nil || sink.String() != "late\n" {
		t.Errorf("WriteRecord: %v, and the sink holds %q", err, sink.String())
	}
	if st := w.Stats(); st.Delivered != 1 || st.Dropped[chain.ReasonClosed] != 0 {
		t.Errorf("books: %+v", st)
	}
}
