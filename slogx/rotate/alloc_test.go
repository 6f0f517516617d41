//go:build !race

package rotate

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"
)

func TestWriteDoesNotAllocate(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "app.log"), &Options{MaxSize: 1 << 40, Every: time.Hour, MaxBackups: 3})
	line := append(bytes.Repeat([]byte{'x'}, 199), '\n')
	allocs := testing.AllocsPerRun(1000, func() {
		if _, err := f.Write(line); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
