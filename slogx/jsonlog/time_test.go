package jsonlog

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// Every fifth day from the year 0 to 9999, at times of the day and in zones that differ from day to day.
func TestAppendTimeIsFormat(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var buf []byte
	for day := int64(minSecond); day <= maxSecond; day += 5 * 86400 {
		at := time.Unix(day+rng.Int64N(86400), randomNanoseconds(rng)).In(randomZone(rng))
		if y := at.Year(); y < 0 || y > 9999 {
			continue
		}
		buf = appendTime(buf[:0], at)
		if want := at.Format(`"` + time.RFC3339Nano + `"`); string(buf) != want {
			t.Fatalf("got %s, want %s", buf, want)
		}
	}
}

// Any sequence of times, from any number of goroutines: near each other, in the same second, backwards, in
// other zones.
func TestTimeCacheIsFormat(t *testing.T) {
	c := &timeCache{head: "head "}
	var wg sync.WaitGroup
	for seed := range uint64(4) {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(1, seed))
			buf := make([]byte, 0, 4*pieceSize)
			for range 10_000 {
				sec := 1e9 + rng.Int64N([]int64{2, 100, 1e9}[rng.IntN(3)])
				at := time.Unix(sec, randomNanoseconds(rng)).In(randomZone(rng))
				buf = c.append(buf[:0], at)
				if want := at.Format(`head "` + time.RFC3339Nano + `"`); string(buf) != want {
					t.Errorf("got %s, want %s", buf, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzTime(f *testing.F) {
	f.Add(int64(0), int64(0), 0)
	f.Add(int64(maxSecond), int64(999999999), 0)
	f.Add(int64(minSecond), int64(100), -1)
	f.Add(int64(1e9), int64(120), 86399)
	f.Fuzz(func(t *testing.T, sec, nsec int64, offset int) {
		at := time.Unix(sec, nsec%1e9).In(time.FixedZone("", offset%86400))
		want := at.Format(`"` + time.RFC3339Nano + `"`)
		if y := at.Year(); y < 0 || y > 9999 {
			want = `"` + timeRangeError + `"`
		}
		if got := appendTime(nil, at); string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
		var c timeCache
		for range 2 { // from outside, then from the cache
			if got := c.append(make([]byte, 0, 2*pieceSize), at); string(got) != want {
				t.Errorf("cached: got %s, want %s", got, want)
			}
		}
	})
}

// randomNanoseconds returns nanoseconds of which some end in zeros.
func randomNanoseconds(rng *rand.Rand) int64 {
	unit := []int64{1, 10, 1000, 1e6, 1e8, 1e9}[rng.IntN(6)]
	return rng.Int64N(1e9) / unit * unit
}

func randomZone(rng *rand.Rand) *time.Location {
	switch rng.IntN(3) {
	case 0:
		return time.UTC
	case 1:
		return time.Local
	default:
		return time.FixedZone("", rng.IntN(2*86400)-86400)
	}
}
