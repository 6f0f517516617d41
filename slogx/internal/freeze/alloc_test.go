//go:build !race

package freeze

import (
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPlainValuesAllocateNothing(t *testing.T) {
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0)
	r.AddAttrs(slog.String("s", "v"), slog.Int("i", 1), slog.Any("err", fmt.Errorf("w: %w", io.EOF)), slog.Any("p", point{1, 2}), slog.Time("t", time.Now()))
	if n := testing.AllocsPerRun(100, func() { Record(r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	frozen, _ := Record(r)
	if diff := cmp.Diff(handle(r), handle(frozen)); diff != "" {
		t.Error(diff)
	}
}
