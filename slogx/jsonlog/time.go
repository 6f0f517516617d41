package jsonlog

import (
	"slices"
	"sync/atomic"
	"time"
)

const timeRangeError = "!ERROR:time.Time year outside of range [0,9999]"

// appendTime appends t as log/slog does: RFC 3339 with nanoseconds, trailing zeros cut. A year that
// RFC 3339 cannot write gives one string that says so.
func appendTime(buf []byte, t time.Time) []byte {
	_, offset := t.Zone()
	sec := t.Unix() + int64(offset)
	if sec < minSecond || sec > maxSecond {
		return appendString(buf, timeRangeError)
	}
	buf = slices.Grow(buf, len(`"2006-01-02T15:04:05.999999999-07:00"`))
	buf = putDate(append(buf, '"'), uint64(sec-minSecond))
	buf = putFraction(buf, uint64(t.Nanosecond()))
	return append(appendZone(buf, offset), '"')
}

const (
	minSecond = -62167219200 // of the year 0, in Unix time
	maxSecond = 253402300799 // of the year 9999
)

// putDate appends date and time of day of a second, counted from the year 0. buf has room for them.
func putDate(buf []byte, sec uint64) []byte {
	const layout = "2006-01-02T15:04:05"
	n := len(buf)
	buf = buf[:n+len(layout)]
	d := (*[len(layout)]byte)(buf[n:])
	day, sec := sec/86400, sec%86400
	// C. Neri, L. Schneider, Euclidean affine functions and their application to calendar algorithms, 2022:
	// years begin in March, so that the leap day is their last.
	day += 146097 - 60 // from March 1 of the year -400, since the calendar repeats after 400 years
	q := 4*day + 3
	century := q / 146097
	q = q%146097 | 3
	p := q * 2939745
	year, dayOfYear := p>>32, uint32(p)/2939745/4
	year += 100*century - 400
	m := 2141*dayOfYear + 197913
	month, dayOfMonth := uint64(m>>16), uint64(m&0xFFFF)/2141+1
	if dayOfYear >= 306 {
		month -= 12
		year++
	}
	put2(d[0:], year/100)
	put2(d[2:], year%100)
	d[4] = '-'
	put2(d[5:], month)
	d[7] = '-'
	put2(d[8:], dayOfMonth)
	d[10] = 'T'
	put2(d[11:], sec/3600)
	d[13] = ':'
	put2(d[14:], sec/60%60)
	d[16] = ':'
	put2(d[17:], sec%60)
	return buf
}

// appendZone appends an offset from UTC, which is in seconds.
func appendZone(buf []byte, offset int) []byte {
	if offset == 0 {
		return append(buf, 'Z')
	}
	minutes, sign := offset/60, byte('+')
	if minutes < 0 {
		minutes, sign = -minutes, '-'
	}
	h, m := minutes/60, minutes%60
	return append(buf, sign, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
}

// timeCache remembers the text of the current second: most of what formatting a time costs is the date
// and the zone.
type timeCache struct {
	head   string // what stands before a time
	second atomic.Pointer[second]
}

// second is one second in one zone.
type second struct {
	unix int64
	loc  *time.Location
	text piece   // head and time, up to the fraction
	zone [8]byte // what follows the fraction, with the closing quote
	end  int     // the length of zone
}

// A record may be this many seconds older than the newest without pushing it out of the cache.
const cachePatience = 60

// append appends head and what appendTime does. buf has room for two pieces.
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
	buf = putFraction(s.text.put(buf), uint64(t.Nanosecond()))
	n := len(buf)
	out := buf[:n+len(s.zone)]
	*(*[8]byte)(out[n:]) = s.zone
	return out[:n+s.end]
}

func (c *timeCache) newSecond(unix int64, loc *time.Location, t time.Time) *second {
	const dateLen = len("2006-01-02T15:04:05")
	text := t.Format(time.RFC3339)
	s := &second{unix: unix, loc: loc, text: newPiece(c.head + `"` + text[:dateLen])}
	s.end = copy(s.zone[:], text[dateLen:]+`"`)
	return s
}

// putFraction appends nanoseconds as a point and up to nine digits without trailing zeros, or nothing for
// zero. buf has room for them.
func putFraction(buf []byte, ns uint64) []byte {
	n := len(buf)
	if ns == 0 {
		return buf
	}
	out := buf[:n+10]
	d := (*[10]byte)(out[n:])
	d[0] = '.'
	hi, lo := ns/10000, ns%10000 // five and four digits
	d[1] = byte('0' + hi/10000)
	hi %= 10000
	put2(d[2:], hi/100)
	put2(d[4:], hi%100)
	put2(d[6:], lo/100)
	put2(d[8:], lo%100)
	for out[len(out)-1] == '0' {
		out = out[:len(out)-1]
	}
	return out
}
