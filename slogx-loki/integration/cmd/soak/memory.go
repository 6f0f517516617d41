package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"
)

// memory is the heap in use, and the goroutines, at even intervals.
type memory struct {
	heap       []uint64 // bytes, after a collection
	goroutines []int
}

// watchMemory measures, a hundred times in d. What it measured is in the channel when ctx has ended.
func watchMemory(ctx context.Context, d time.Duration) <-chan *memory {
	done := make(chan *memory, 1)
	go func() {
		var m memory
		ticker := time.NewTicker(max(d/100, time.Millisecond))
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				done <- &m
				return
			case <-ticker.C:
			}
			runtime.GC()
			var st runtime.MemStats
			runtime.ReadMemStats(&st)
			m.heap = append(m.heap, st.HeapAlloc)
			m.goroutines = append(m.goroutines, runtime.NumGoroutine())
		}
	}()
	return done
}

// quarter returns the median of the n-th quarter of what was measured.
func quarter[T uint64 | int](values []T, n int) T {
	part := slices.Clone(values[len(values)*(n-1)/4 : len(values)*n/4])
	if len(part) == 0 {
		return 0
	}
	slices.Sort(part)
	return part[len(part)/2]
}

// slack is what the heap may differ by: what the queues have room for, and may be full or empty.
const slack = 24 << 20

// check returns an error if there is more of it at the end than there was after a while.
func (m *memory) check() error {
	if before, after := quarter(m.heap, 2), quarter(m.heap, 4); after > before+before/2+slack {
		return fmt.Errorf("memory grows: %d MB in use in the second quarter, %d in the last", before>>20, after>>20)
	}
	if before, after := quarter(m.goroutines, 2), quarter(m.goroutines, 4); after > before+20 {
		return fmt.Errorf("goroutines pile up: %d in the second quarter, %d in the last", before, after)
	}
	return nil
}

func (m *memory) report(w io.Writer) {
	fmt.Fprintln(w, "\n| quarter | heap in use, MB (median) | goroutines |\n| --- | --- | --- |")
	for n := 1; n <= 4; n++ {
		fmt.Fprintf(w, "| %d | %.1f | %d |\n", n, float64(quarter(m.heap, n))/(1<<20), quarter(m.goroutines, n))
	}
}
