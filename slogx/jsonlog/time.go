package jsonlog

import (
	"sync/atomic"
	"time"
)

const timeRangeError = "!ERROR:time.Time year outside of range [0,9999]"

// appendTime appends t as log/slog does: RFC 3339 with nanoseconds, trailing zeros cut. A year that
// RFC 3339 cannot write gives one string that says so.
func appendTime(buf []byte, t time.Time) []byte {
	if y := t.Year(); y < 0 || y >= 10000 {
		return appendString(buf, timeRangeError)
	}
	buf = append(buf, '"')
	buf = t.AppendFormat(buf, time.RFC3339Nano)
	return append(buf, '"')
}

// timeCache remembers the text of the current second: most of what formatting a time costs is the date
// and the zone.
type timeCache struct {
	head   string // what stands before a time
	second atomic.Pointer[second]
}

// second is one second in one zone: text is everything up to the seconds, zone what follows the
// fraction.
type second struct {
	unix int64
	loc  *time.Location
	text string // head and date
	zone string // with the closing quote
}

// A record may be this many seconds older than the newest without pushing it out of the cache.
const cachePatience = 60

// append appends head and what appendTime does.
func (c *timeCache) append(buf []byte, t time.Time) []byte {
	unix, loc := t.Unix(), t.Location()
	s := c.second.Load()
	if s == nil || s.unix != unix || s.loc != loc {
		if y := t.Year(); y < 0 || y >= 10000 ||
			s != nil && s.loc == loc && unix < s.unix && s.unix-unix < cachePatience {
			return appendTime(append(buf, c.head...), t)
		}
		s = c.newSecond(unix, loc, t)
		c.second.Store(s)
	}
	buf = append(buf, s.text...)
	buf = appendFraction(buf, uint32(t.Nanosecond()))
	return append(buf, s.zone...)
}

func (c *timeCache) newSecond(unix int64, loc *time.Location, t time.Time) *second {
	const dateLen = len("2006-01-02T15:04:05")
	text := t.Format(time.RFC3339)
	return &second{unix, loc, c.head + `"` + text[:dateLen], text[dateLen:] + `"`}
}

const twoDigits = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// appendFraction appends nanoseconds as a point and up to nine digits without trailing zeros, or nothing
// for zero.
func appendFraction(buf []byte, ns uint32) []byte {
	if ns == 0 {
		return buf
	}
	var d [10]byte
	d[0] = '.'
	hi, lo := ns/10000, ns%10000 // five and four digits
	d[1] = byte('0' + hi/10000)
	hi %= 10000
	put2(d[2:], hi/100)
	put2(d[4:], hi%100)
	put2(d[6:], lo/100)
	put2(d[8:], lo%100)
	n := len(d)
	for d[n-1] == '0' {
		n--
	}
	return append(buf, d[:n]...)
}

func put2(dst []byte, n uint32) {
	_ = dst[1]
	dst[0], dst[1] = twoDigits[2*n], twoDigits[2*n+1]
}
