package tracectx

import (
	"errors"
	"slices"
	"strings"
)

// ErrMissing is what [Parse] returns when there is no traceparent header: the request starts a trace, and
// nothing is wrong with it.
var ErrMissing = errors.New("parse traceparent: no header")

// The errors for a traceparent that is there and wrong. They do not repeat it: it comes from anybody.
var (
	errSeveral = errors.New("parse traceparent: several headers, want one")
	errLength  = errors.New("parse traceparent: wrong length, want 55 characters, or more after a dash in versions above 00")
	errVersion = errors.New("parse traceparent: invalid version, want two lower-case hexadecimal digits other than ff")
	errDashes  = errors.New("parse traceparent: want dashes between version, trace-id, parent-id and flags")
	errTraceID = errors.New("parse traceparent: invalid trace-id, want 32 lower-case hexadecimal digits that are not all zero")
	errSpanID  = errors.New("parse traceparent: invalid parent-id, want 16 lower-case hexadecimal digits that are not all zero")
	errFlags   = errors.New("parse traceparent: invalid flags, want two lower-case hexadecimal digits")
)

const (
	parentLen     = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	maxMembers    = 32
	maxKeyLen     = 256
	maxValueLen   = 256
	optionalSpace = " \t"
)

// Parse reads the trace of a request from all lines of its traceparent and tracestate headers, for
// example r.Header.Values("Traceparent"). The package documentation has the rules.
//
// An error means that the request has no trace that could be continued: restart it with [New]. It is
// [ErrMissing] if there is no traceparent. A tracestate that is invalid only leaves State empty.
func Parse(traceparent, tracestate []string) (Trace, error) {
	switch len(traceparent) {
	case 0:
		return Trace{}, ErrMissing
	case 1:
	default:
		return Trace{}, errSeveral
	}
	t, err := parseParent(strings.Trim(traceparent[0], optionalSpace))
	if err != nil {
		return Trace{}, err
	}
	t.State = parseState(tracestate)
	return t, nil
}

func parseParent(s string) (t Trace, err error) {
	if len(s) < parentLen {
		return Trace{}, errLength
	}
	var version, flags [1]byte
	if !decode(version[:], s[:2]) || version[0] == 0xff {
		return Trace{}, errVersion
	}
	if len(s) > parentLen && (version[0] == 0 || s[parentLen] != '-') {
		return Trace{}, errLength
	}
	if s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return Trace{}, errDashes
	}
	if !decode(t.TraceID[:], s[3:35]) || t.TraceID == [16]byte{} {
		return Trace{}, errTraceID
	}
	if !decode(t.SpanID[:], s[36:52]) || t.SpanID == [8]byte{} {
		return Trace{}, errSpanID
	}
	if !decode(flags[:], s[53:55]) {
		return Trace{}, errFlags
	}
	t.Flags = flags[0] & knownFlags
	return t, nil
}

// decode reads the lower-case hexadecimal digits s, two for each byte of dst. Package hex takes upper
// case too.
func decode(dst []byte, s string) bool {
	for i := range dst {
		hi, lo := digit(s[2*i]), digit(s[2*i+1])
		if hi > 0xf || lo > 0xf {
			return false
		}
		dst[i] = hi<<4 | lo
	}
	return true
}

func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	default:
		return 0xff
	}
}

// parseState returns the list that lines hold together as one line, or "" if it is empty or invalid.
func parseState(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	var members, keys [maxMembers]string
	count, n, size := 0, 0, 0
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			member = strings.Trim(member, optionalSpace)
			if member == "" {
				continue
			}
			key, value, _ := strings.Cut(member, "=")
			if count++; count > maxMembers || !validKey(key) || !validValue(value) {
				return ""
			}
			if slices.Contains(keys[:n], key) {
				continue
			}
			members[n], keys[n] = member, key
			n++
			size += len(member)
		}
	}
	switch {
	case n == 0:
		return ""
	case n == 1:
		return members[0]
	case len(lines) == 1 && len(lines[0]) == size+n-1:
		return lines[0] // nothing to leave out
	default:
		return strings.Join(members[:n], ",")
	}
}

func validKey(s string) bool {
	if s == "" || len(s) > maxKeyLen {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case i > 0 && (c == '_' || c == '-' || c == '*' || c == '/' || c == '@'):
		default:
			return false
		}
	}
	return true
}

// validValue takes no trailing space: the caller has trimmed it.
func validValue(s string) bool {
	if s == "" || len(s) > maxValueLen {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '=' { // a comma has ended the member
			return false
		}
	}
	return true
}
