package jsonlog

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string, escaped as log/slog does: as encoding/json without HTML
// escapes.
func appendString(buf []byte, s string) []byte {
	buf = append(buf, '"')
	if isPlain(s) {
		buf = append(buf, s...)
	} else {
		buf = appendEscaped(buf, s)
	}
	return append(buf, '"')
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

// isPlain reports whether s is printable ASCII without quotes and backslashes, so that it is its own
// JSON form. It looks at eight bytes at a time; the last word overlaps the one before.
func isPlain(s string) bool {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	n := len(b)
	if n >= 8 {
		var bad uint64
		i := 0
		for ; i+8 < n; i += 8 {
			bad |= odd(binary.LittleEndian.Uint64(b[i:]))
		}
		return bad|odd(binary.LittleEndian.Uint64(b[n-8:])) == 0
	}
	if n >= 4 {
		x := uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
		return odd(x) == 0
	}
	for _, c := range b {
		if c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
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
