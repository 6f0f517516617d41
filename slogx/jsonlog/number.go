package jsonlog

import (
	"log/slog"
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
	end := len(buf) + digits(n)
	if end > cap(buf) {
		buf = slices.Grow(buf, maxDigits)
	}
	buf = buf[:end]
	for ; n >= 100; n /= 100 {
		end -= 2
		put2(buf[end:], uint32(n%100))
	}
	if n >= 10 {
		put2(buf[end-2:], uint32(n))
	} else {
		buf[end-1] = byte('0' + n)
	}
	return buf
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

// appendLevel appends l as [slog.Level.String] does, without quotes and without allocating.
func appendLevel(buf []byte, l slog.Level) []byte {
	name, base := "ERROR", slog.LevelError
	switch {
	case l < slog.LevelInfo:
		name, base = "DEBUG", slog.LevelDebug
	case l < slog.LevelWarn:
		name, base = "INFO", slog.LevelInfo
	case l < slog.LevelError:
		name, base = "WARN", slog.LevelWarn
	}
	buf = append(buf, name...)
	if l == base {
		return buf
	}
	if l > base {
		buf = append(buf, '+')
	}
	return strconv.AppendInt(buf, int64(l-base), 10)
}
