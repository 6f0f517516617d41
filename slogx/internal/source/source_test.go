package source_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/internal/source"
)

func here() uintptr {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	return pcs[0]
}

func line(f runtime.Frame) string {
	return fmt.Sprintf("%s:%d", f.File[strings.LastIndex(f.File, "/")+1:], f.Line)
}

func TestGet(t *testing.T) {
	var c source.Cache[string]
	first, second := here(), here()
	_, _, n, _ := runtime.Caller(0)
	for range 2 { // derived, then remembered
		for _, tt := range []struct {
			name string
			pc   uintptr
			want string
		}{
			{"first of two on a line", first, fmt.Sprintf("source_test.go:%d", n-1)},
			{"second of two on a line", second, fmt.Sprintf("source_test.go:%d", n-1)},
			{"no program counter", 0, ":0"},
			{"no such program counter", 1, ":0"},
		} {
			if got := c.Get(tt.pc, line); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
			}
		}
	}
}

func TestGetDerivesOnce(t *testing.T) {
	var c source.Cache[int]
	calls := 0
	derive := func(runtime.Frame) int { calls++; return calls }
	for _, pc := range []uintptr{here(), 0} {
		calls = 0
		for range 3 {
			if got := c.Get(pc, derive); got != 1 {
				t.Errorf("pc %#x: got the result of call %d, want 1", pc, got)
			}
		}
	}
}

func TestGetKeepsProgramCountersApart(t *testing.T) {
	// Far more of them than there are slots, from many goroutines.
	var c source.Cache[uintptr]
	base := here()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range uintptr(5000) {
				pc := base + i
				if got := c.Get(pc, func(runtime.Frame) uintptr { return pc }); got != pc {
					t.Errorf("got what belongs to %#x, want %#x", got, pc)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestHitAllocatesNothing(t *testing.T) {
	var c source.Cache[string]
	pc := here()
	if n := testing.AllocsPerRun(1000, func() { c.Get(pc, line) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func BenchmarkGet(b *testing.B) {
	var c source.Cache[string]
	pc := here()
	b.ReportAllocs()
	for b.Loop() {
		c.Get(pc, line)
	}
}
