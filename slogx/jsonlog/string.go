package jsonlog

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
	"unsafe"
)

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string, escaped as log/slog does: as encoding/json without HTML
// escapes.
func appendString(buf []byte, s string) []byte {
	n := len(buf)
	end := n + len(s) + len(`""`)
	if end > cap(buf) {
		buf = slices.Grow(buf, end-n)
	}
	out := buf[:end]
	out[n] = '"'
	if !copyPlain(out[n+1:end-1], s) {
		return append(appendEscaped(out[:n+1], s), '"')
	}
	out[end-1] = '"'
	return out
}

// appendKey appends key and a colon, behind a comma unless an object was just opened. No value ends in
// an opening brace, so that the last byte tells.
func appendKey(buf []byte, key string) []byte {
	n := len(buf)
	end := n + len(key) + len(`,"":`)
	if end > cap(buf) {
		buf = slices.Grow(buf, end-n)
	}
	out := buf[:end]
	if n > 0 && out[n-1] == '{' {
		n--
		end--
		out = buf[:end]
	} else {
		out[n] = ','
	}
	out[n+1] = '"'
	if !copyPlain(out[n+2:end-2], key) {
		return append(appendEscaped(out[:n+2], key), '"', ':')
	}
	out[end-2], out[end-1] = '"', ':'
	return out
}

// appendStringAttr is appendKey and appendString with one look at the room that is left.
func appendStringAttr(buf []byte, key, value string) []byte {
	n := len(buf)
	end := n + len(key) + len(value) + len(`,"":""`)
	if end > cap(buf) {
		buf = slices.Grow(buf, end-n)
	}
	out := buf[:end]
	if n > 0 && out[n-1] == '{' {
		n--
	} else {
		out[n] = ','
	}
	out[n+1] = '"'
	colon := n + 3 + len(key)
	if !copyPlain(out[n+2:colon-1], key) || !copyPlain(out[colon+2:colon+2+len(value)], value) {
		return appendString(appendKey(buf, key), value)
	}
	out[colon-1], out[colon], out[colon+1], out[colon+2+len(value)] = '"', ':', '"', '"'
	return out[:colon+3+len(value)]
}

// Words of one byte eight times.
const (
	ones   = 0x0101010101010101
	highs  = 0x80 * ones
	spaces = 0x20 * ones
	quotes = '"' * ones
	slants = '\\' * ones
)

// odd has a high bit set if a byte of x is a control character, a quote, a backslash or not ASCII.
// Whether any is set is exact; which of them is not, since subtraction borrows.
func odd(x uint64) uint64 {
	return ((x - spaces) | ((x ^ quotes) - ones) | ((x ^ slants) - ones) | x) & highs
}

// copyPlain copies s to dst, which is as long, and reports whether s is printable ASCII without quotes and
// backslashes, so that it is its own JSON form. It goes by eight bytes; the last word overlaps the one
// before.
func copyPlain(dst []byte, s string) bool {
	src := unsafe.Slice(unsafe.StringData(s), len(s))
	n := len(src)
	if n >= 8 {
		_ = dst[n-1]
		var bad uint64
		for i := 0; i+8 < n; i += 8 {
			x := binary.LittleEndian.Uint64(src[i:])
			bad |= odd(x)
			binary.LittleEndian.PutUint64(dst[i:], x)
		}
		x := binary.LittleEndian.Uint64(src[n-8:])
		binary.LittleEndian.PutUint64(dst[n-8:], x)
		return bad|odd(x) == 0
	}
	if n >= 4 {
		lo, hi := binary.LittleEndian.Uint32(src), binary.LittleEndian.Uint32(src[n-4:])
		binary.LittleEndian.PutUint32(dst, lo)
		binary.LittleEndian.PutUint32(dst[n-4:], hi)
		return odd(uint64(lo)|uint64(hi)<<32) == 0
	}
	for i, c := range src {
		if c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
		dst[i] = c
	}
	return true
}

// appendEscaped appends s with what JSON does not allow in a string escaped, and with U+2028 and U+2029
// escaped too: they end a line in JavaScript. Invalid UTF-8 becomes \ufffd.
func appendEscaped(buf []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' {
				i++
				continue
			}
			buf = append(buf, s[start:i]...)
			buf = appendEscape(buf, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			buf = append(buf, s[start:i]...)
			buf = append(buf, `\ufffd`...)
		case r == '\u2028' || r == '\u2029':
			buf = append(buf, s[start:i]...)
			buf = append(buf, `\u202`...)
			buf = append(buf, hexDigits[r&0xF])
		default:
			i += size
			continue
		}
		i += size
		start = i
	}
	return append(buf, s[start:]...)
}

// appendEscape appends the escape of one ASCII character.
func appendEscape(buf []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(buf, '\\', c)
	case '\n':
		return append(buf, '\\', 'n')
	case '\r':
		return append(buf, '\\', 'r')
	case '\t':
		return append(buf, '\\', 't')
	default:
		return append(buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
	}
}
