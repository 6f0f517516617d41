package jsonlog

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

func FuzzNumber(f *testing.F) {
	for _, x := range []float64{0, 1, -1, 0.1, 1234.5, 99.99, 0.0001, 0.00001, 1e-6, 1e21, 123456789.1234, 1e11 - 0.0001, 0.3, 0.1 + 0.2, 5e-324} {
		f.Add(math.Float64bits(x), int64(x*1e4))
	}
	f.Add(uint64(math.MaxUint64), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, bits uint64, n int64) {
		if got, want := appendUint(nil, bits), strconv.AppendUint(nil, bits, 10); !bytes.Equal(got, want) {
			t.Errorf("uint: got %s, want %s", got, want)
		}
		if got, want := appendInt(nil, n), strconv.AppendInt(nil, n, 10); !bytes.Equal(got, want) {
			t.Errorf("int: got %s, want %s", got, want)
		}
		for _, x := range []float64{math.Float64frombits(bits), float64(n), float64(n) / 10, float64(n) / 1e4, float64(n) / 1e5} {
			checkFloat(t, x)
		}
	})
}

func checkFloat(t *testing.T, x float64) {
	t.Helper()
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return // encoding/json refuses them
	}
	want, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	if got := appendFloat(nil, x); !bytes.Equal(got, want) {
		t.Errorf("float: got %s, want %s", got, want)
	}
}

// Amounts are where appendDecimal applies: none must differ, nor its neighbours.
func TestDecimalsAreAsEncodingJSONWritesThem(t *testing.T) {
	for i := range 20_000 {
		n := int64(i) * int64(i) * 701
		for _, x := range []float64{float64(n) / 1e4, float64(n) / 100, -float64(n) / 1e3} {
			checkFloat(t, x)
			checkFloat(t, math.Nextafter(x, math.Inf(1)))
			checkFloat(t, math.Nextafter(x, math.Inf(-1)))
		}
	}
}

func TestDigits(t *testing.T) {
	for n := uint64(1); ; n *= 10 {
		for _, n := range []uint64{n - 1, n, n + 1, 2*n - 1} {
			if got, want := appendUint(nil, n), strconv.FormatUint(n, 10); string(got) != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		if n > math.MaxUint64/10 {
			return
		}
	}
}
