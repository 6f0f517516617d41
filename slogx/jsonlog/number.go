package jsonlog

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"strconv"
)

// appendInt is [strconv.AppendInt] in base 10, which spends more on small numbers.
func appendInt(buf []byte, n int64) []byte {
	if n < 0 {
		return appendUint(append(buf, '-'), -uint64(n))
	}
	return appendUint(buf, uint64(n))
}

// appendUint is [strconv.AppendUint] in base 10.
func appendUint(buf []byte, n uint64) []byte {
	start := len(buf)
	if cap(buf)-start < maxDigits {
		buf = slices.Grow(buf, maxDigits)
	}
	d := (*[maxDigits]byte)(buf[start : start+maxDigits])
	size := digits(n)
	i := size
	for n >= 10000 {
		q := n / 10000
		r := uint32(n - q*10000)
		n = q
		i -= 4
		two := twoDigits[r/100]
		d[i], d[i+1] = byte(two), byte(two>>8)
		two = twoDigits[r%100]
		d[i+2], d[i+3] = byte(two), byte(two>>8)
	}
	m := uint32(n)
	if m >= 100 {
		two := twoDigits[m%100]
		d[i-2], d[i-1] = byte(two), byte(two>>8)
		m /= 100
	}
	if m >= 10 {
		two := twoDigits[m]
		d[0], d[1] = byte(two), byte(two>>8)
	} else {
		d[0] = byte('0' + m)
	}
	return buf[:start+size]
}

// maxDigits is how many digits the largest uint64 has.
const maxDigits = 20

// digits returns how many decimal digits n has.
func digits(n uint64) int {
	d := (bits.Len64(n) * 1233) >> 12 // 1233/4096 is log10(2), near enough for 64 bits
	if n >= pow10[d] {
		d++
	}
	return max(d, 1)
}

var pow10 = [maxDigits]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// appendFloat appends f as encoding/json does; NaN and the infinities, which JSON lacks, as the string
// in which log/slog reports encoding/json's error.
func appendFloat(buf []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		buf = append(buf, `"!ERROR:json: unsupported value: `...)
		buf = strconv.AppendFloat(buf, f, 'g', -1, 64)
		return append(buf, '"')
	}
	if buf, ok := appendDecimal(buf, f); ok {
		return buf
	}
	// The form of ECMAScript's Number.prototype.toString, which encoding/json follows.
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	buf = strconv.AppendFloat(buf, f, format, -1, 64)
	if n := len(buf); format == 'e' && n >= 4 && buf[n-4] == 'e' && buf[n-3] == '-' && buf[n-2] == '0' {
		buf[n-2] = buf[n-1] // e-09 is e-9
		buf = buf[:n-1]
	}
	return buf
}

// appendDecimal appends f if four decimal places are all it has, as most amounts and durations.
//
// No two decimals of up to 15 digits are the same float64. So if f is the float64 nearest to one, that one
// is the shortest that is read as f, which is what [strconv.AppendFloat] looks for at more cost.
func appendDecimal(buf []byte, f float64) ([]byte, bool) {
	abs := math.Abs(f)
	if !(abs < 1e11) || f == 0 && math.Signbit(f) {
		return buf, false
	}
	n := uint64(abs*1e4 + 0.5)
	if float64(n)/1e4 != abs {
		return buf, false
	}
	if f < 0 {
		buf = append(buf, '-')
	}
	buf = appendUint(buf, n/1e4)
	if n %= 1e4; n == 0 {
		return buf, true
	}
	buf = append(buf, '.', byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	for buf[len(buf)-1] == '0' {
		buf = buf[:len(buf)-1]
	}
	return buf, true
}

// twoDigits are the digits of the numbers below 100, the first in the low byte.
var twoDigits = func() (t [100]uint16) {
	for i := range t {
		t[i] = uint16('0'+i/10) | uint16('0'+i%10)<<8
	}
	return t
}()

// put2 puts the two digits of n, which is below 100, at the beginning of dst.
func put2(dst []byte, n uint64) { binary.LittleEndian.PutUint16(dst, twoDigits[n]) }
