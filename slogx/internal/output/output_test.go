package output

import (
	"log/slog"
	"testing"
)

func TestAppendLevelIsString(t *testing.T) {
	for l := slog.LevelDebug - 9; l <= slog.LevelError+9; l++ {
		if got := string(AppendLevel(nil, l)); got != l.String() {
			t.Errorf("level %d: %q, want %q", l, got, l)
		}
	}
}
