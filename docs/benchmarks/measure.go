package main

import (
	"context"
	"io"
	"slices"
	"testing"
)

// bench runs w with the handler of p for as long as b wants.
func bench(b *testing.B, w workload, p peer) {
	ctx := context.Background()
	l := w.logger(p.open(io.Discard))
	b.ReportAllocs()
	if w.parallel {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				w.log(ctx, l)
			}
		})
		return
	}
	for b.Loop() {
		w.log(ctx, l)
	}
}

// figures are the measurements of one workload.
type figures struct {
	ns     [][]float64 // by peer and round: ns per record
	allocs []int64     // by peer: allocations per record
}

func newFigures(peers int) figures {
	return figures{ns: make([][]float64, peers), allocs: make([]int64, peers)}
}

// measure runs all peers, one after the other, rounds times.
func measure(w workload, peers []peer, rounds int) figures {
	return measureAll(rounds, len(peers), func(b *testing.B, i int) { bench(b, w, peers[i]) })
}

// measureAll runs the benchmark of all peers, one after the other, rounds times.
func measureAll(rounds, peers int, bench func(b *testing.B, peer int)) figures {
	f := newFigures(peers)
	_ = interleave(rounds, peers, func(_, i int) error {
		r := testing.Benchmark(func(b *testing.B) { bench(b, i) })
		f.ns[i] = append(f.ns[i], float64(r.T.Nanoseconds())/float64(r.N))
		f.allocs[i] = r.AllocsPerOp()
		return nil
	})
	return f
}

// interleave calls run for all peers, one after the other, rounds times.
func interleave(rounds, peers int, run func(round, peer int) error) error {
	for round := range rounds {
		for i := range peers {
			i = (i + round) % peers // nobody always follows the same neighbour's garbage
			if err := run(round, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// time returns the ns per record of peer i.
func (f figures) time(i int) float64 { return median(f.ns[i]) }

// ratio returns our time as a share of that of peer i.
func (f figures) ratio(i int) float64 { return f.share(ourPeer, i) }

// share returns the time of peer i as a share of that of peer j.
func (f figures) share(i, j int) float64 {
	return f.perRound(func(round int) float64 { return f.ns[i][round] / f.ns[j][round] })
}

// ratioWithoutFloor is ratio with the floor taken off both sides.
func (f figures) ratioWithoutFloor(i int) float64 {
	return f.perRound(func(round int) float64 {
		floor := f.ns[floorPeer][round]
		return (f.ns[ourPeer][round] - floor) / (f.ns[i][round] - floor)
	})
}

func (f figures) perRound(of func(round int) float64) float64 {
	s := make([]float64, len(f.ns[ourPeer]))
	for round := range s {
		s[round] = of(round)
	}
	return median(s)
}

// median returns the median of s, which is not empty.
func median(s []float64) float64 {
	s = slices.Sorted(slices.Values(s))
	mid := len(s) / 2
	if len(s)%2 == 0 {
		return (s[mid-1] + s[mid]) / 2
	}
	return s[mid]
}
