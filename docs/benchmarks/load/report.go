package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
)

// report is what came of the load.
type report struct {
	config   config
	callers  callers
	before   chain.Stats // when the callers stopped
	books    chain.Stats // at the end
	received received
	memory   []look
	shutdown error
}

func (r report) write(out io.Writer) {
	c := r.callers
	fmt.Fprintf(out, "callers    %d records in %v: %.0f/s\n",
		c.called, c.elapsed.Round(time.Millisecond), float64(c.called)/c.elapsed.Seconds())
	fmt.Fprint(out, "latency   ")
	for _, p := range []float64{50, 90, 99, 99.9, 100} {
		fmt.Fprintf(out, " p%v %v", p, percentile(c.took, p/100))
	}
	fmt.Fprintf(out, "\nreceiver   %d records, %d reports of losses, %d calls refused\n",
		r.received.records, r.received.losses, r.received.refused)
	writeBooks(out, "then", r.before)
	writeBooks(out, "at the end", r.books)
	for reason, n := range sorted(r.books.Dropped) {
		fmt.Fprintf(out, "  dropped  %-15s %d\n", reason, n)
	}
	if r.shutdown != nil {
		fmt.Fprintf(out, "shutdown   %v\n", r.shutdown)
	}
	r.writeMemory(out)
}

func writeBooks(out io.Writer, when string, s chain.Stats) {
	fmt.Fprintf(out, "%-10s accepted %d = delivered %d + dropped %d + queued %d + spooled %d\n",
		when, s.Accepted, s.Delivered, s.DroppedTotal(), s.Queued, s.Spooled)
}

func sorted(m map[string]uint64) func(yield func(string, uint64) bool) {
	return func(yield func(string, uint64) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// writeMemory shows whether the memory grew. What the program needs to get going is in the first third.
func (r report) writeMemory(out io.Writer) {
	first := r.memory[0]
	peak := slices.MaxFunc(r.memory, func(a, b look) int { return int(a.rss) - int(b.rss) })
	fmt.Fprintf(out, "memory     RSS %s at first, %s at most; queue of %s\n",
		mib(first.rss), mib(peak.rss), mib(uint64(r.config.queueSize)))
	if n := len(r.memory) / 3; n > 0 {
		early, late := highest(r.memory[n:2*n]), highest(r.memory[2*n:])
		fmt.Fprintf(out, "           RSS at most %s in the second third, %s in the last: %+.1f %%\n",
			mib(early), mib(late), 100*(float64(late)/float64(early)-1))
	}
}

func highest(looks []look) (rss uint64) {
	for _, l := range looks {
		rss = max(rss, l.rss)
	}
	return rss
}

// check returns what does not agree.
func (r report) check() error {
	var errs []error
	equal := func(what string, a, b uint64) {
		if a != b {
			errs = append(errs, fmt.Errorf("%s: %d is not %d", what, a, b))
		}
	}
	for when, s := range map[string]chain.Stats{"when the callers stopped": r.before, "at the end": r.books} {
		equal("accepted = delivered + dropped + queued + spooled, "+when, s.Accepted, s.Delivered+s.DroppedTotal()+s.Queued+s.Spooled)
	}
	equal("accepted = records logged", r.books.Accepted, r.callers.called)
	if r.shutdown == nil { // else a call may still be under way
		equal("queued and spooled after shutdown = 0", r.books.Queued+r.books.Spooled, 0)
		equal("delivered = received", r.books.Delivered, r.received.records)
	}
	equal("lines that nobody logged = 0", r.received.strange, 0)
	equal("records twice or out of order = 0", r.received.disorder, 0)
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("the books do not add up:\n%w", err)
	}
	return nil
}

// percentile returns the value of s below which a share of p lies.
func percentile(s []time.Duration, p float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	return s[min(len(s)-1, int(p*float64(len(s))))]
}
