package jsonlog

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Every day from the year 0 to 9999, at a second of the day and a zone that differ from day to day.
func TestAppendTimeIsFormat(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var buf []byte
	for day := int64(minSecond); day <= maxSecond; day += 86400 {
		tm := time.Unix(day+rng.Int64N(86400), randomNanoseconds(rng)).In(randomZone(rng))
		if y := tm.Year(); y < 0 || y > 9999 {
			continue
		}
		buf = appendTime(buf[:0], tm)
		if want := tm.Format(`"` + time.RFC3339Nano + `"`); string(buf) != want {
			t.Fatalf("got %s, want %s", buf, want)
		}
	}
}

func randomNanoseconds(rng *rand.Rand) int64 {
	ns := rng.Int64N(1e9)
	for range rng.IntN(10) {
		ns = ns / 10 * 10 % 1e9
	}
	unit := []int64{1, 10, 1000, 1e6, 1e8, 1e9}[rng.IntN(6)]
	return ns / unit * unit
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
