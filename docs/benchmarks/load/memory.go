package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime/metrics"
	"strings"
	"time"
)

// look is the memory of the process at a moment, in bytes.
type look struct {
	at   time.Duration
	rss  uint64 // resident; where the system does not say so, what Go has mapped
	live uint64 // of the heap, after the last collection
}

// watch looks at the memory every so often.
type watch struct {
	looks         []look
	end, finished chan struct{}
}

func watchMemory(every time.Duration, progress io.Writer) *watch {
	w := &watch{end: make(chan struct{}), finished: make(chan struct{})}
	start := time.Now()
	w.looks = append(w.looks, lookAtMemory(0))
	go func() {
		defer close(w.finished)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-w.end:
				return
			case <-ticker.C:
				l := lookAtMemory(time.Since(start))
				w.looks = append(w.looks, l)
				fmt.Fprintf(progress, "%6.0f s: RSS %s, live heap %s\n", l.at.Seconds(), mib(l.rss), mib(l.live))
			}
		}
	}()
	return w
}

// stop ends the watch and returns what it saw.
func (w *watch) stop() []look {
	close(w.end)
	<-w.finished
	return w.looks
}

func lookAtMemory(at time.Duration) look {
	samples := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(samples)
	l := look{at: at, live: samples[0].Value.Uint64(), rss: samples[1].Value.Uint64() - samples[2].Value.Uint64()}
	if rss, ok := residentSet(); ok {
		l.rss = rss
	}
	return l
}

// residentSet is what Linux says.
func residentSet() (uint64, bool) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, false
	}
	defer f.Close() //nolint:errcheck // only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kib uint64
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			_, err := fmt.Sscan(rest, &kib)
			return kib << 10, err == nil
		}
	}
	return 0, false
}

func mib(bytes uint64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }
