package jsonlog

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx/internal/buffer"
)

const (
	truncatedKey = "truncated_bytes"

	// truncatedRoom is what the mark may take: its key, punctuation and a number.
	truncatedRoom = len(`,"`+truncatedKey+`":`) + 20

	// maxKeptBytes is the size up to which a member of a kept key is kept whatever else is cut.
	maxKeptBytes = 256

	// minCutBytes is the least room in which a value is cut instead of left out.
	minCutBytes = 16

	maxCutDepth = 100
)

// keptKeys are the keys, beside those of the schema's own fields, that say which request and service a
// record is about.
var keptKeys = []string{
	"trace_id", "span_id", "trace_flags", "trace.id", "span.id", "request_id", "logger", "log.logger",
	"service.name", "logging.googleapis.com/trace", "logging.googleapis.com/spanId",
	"logging.googleapis.com/trace_sampled", "severity_number", "ecs.version",
}

// cut makes the object at buf[start:] fit MaxRecordBytes, with room for a newline, and says in it how
// many of its bytes are missing.
func (f *format) cut(buf []byte, start int) []byte {
	scratch := buffer.Get()
	defer buffer.Put(scratch)
	line := buf[start:]
	room := f.opts.MaxRecordBytes - len("\n") - truncatedRoom
	out, _ := f.cutObject((*scratch)[:0], line, 0, room, 0, true)
	missing := len(line) - len(out)
	out = append(appendKey(out[:len(out)-1], truncatedKey), strconv.Itoa(missing)...)
	out = append(out, '}')
	*scratch = out
	return append(buf[:start], out...)
}

// cutObject appends the object at b[i], cut to fit room bytes, and reports whether it is not empty. With
// keep it keeps what tells records apart.
func (f *format) cutObject(dst, b []byte, i, room, depth int, keep bool) ([]byte, bool) {
	ms := members(nil, b, i)
	room -= len("{}")
	whole := make([]bool, len(ms)) // members that are taken before the others
	msg := -1
	if keep {
		for j, m := range ms {
			key, size := string(b[m.key+1:m.colon-1]), m.size()
			switch {
			case depth == 0 && key == f.schema.msg:
				msg = j
			case size <= min(maxKeptBytes, room) && f.keeps(key):
				whole[j] = true
				room -= size
			}
		}
	}
	msgRoom := 0
	if msg >= 0 {
		others := 0
		for j, m := range ms {
			if !whole[j] && j != msg {
				others += m.size()
			}
		}
		// The message gets half of the room, and what the attributes leave.
		msgRoom = min(ms[msg].size(), max(room/2, room-others))
		room -= msgRoom
	}
	dst = append(dst, '{')
	empty := len(dst)
	for j, m := range ms {
		before := len(dst)
		switch {
		case whole[j]:
			dst = appendMember(dst, b, m)
			continue
		case j == msg:
			dst = f.cutMember(dst, b, m, msgRoom, depth)
			continue
		}
		dst = f.cutMember(dst, b, m, room, depth)
		room -= len(dst) - before
	}
	return append(dst, '}'), len(dst) > empty
}

// size is what m takes with a comma.
func (m member) size() int { return m.end - m.key + len(",") }

func (f *format) keeps(key string) bool {
	s := f.schema
	return key == s.time || key == s.levelKey || key == s.sourceKey || slices.Contains(keptKeys, key)
}

func appendMember(dst, b []byte, m member) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(dst, b[m.key:m.end]...)
}

// cutMember appends m whole, or cut, or not at all, in at most room bytes.
func (f *format) cutMember(dst, b []byte, m member, room, depth int) []byte {
	if m.size() <= room {
		return appendMember(dst, b, m)
	}
	before, value := len(dst), m.colon+1
	room -= value - m.key + len(",")
	if room < minCutBytes {
		return dst
	}
	switch {
	case b[value] == '"':
		return cutString(appendMember(dst, b, member{m.key, m.colon, value}), b[value:m.end], room)
	case b[value] == '{' && depth < maxCutDepth:
		dst = appendMember(dst, b, member{m.key, m.colon, value})
		keep := depth == 0 && string(b[m.key+1:m.colon-1]) == f.schema.open // top-level attributes are in there
		var some bool
		if dst, some = f.cutObject(dst, b, value, room, depth+1, keep); some {
			return dst
		}
	}
	return dst[:before]
}

// cutString appends the string s, its quotes included, cut to at most room bytes, with an ellipsis at its
// end.
func cutString(dst, s []byte, room int) []byte {
	end := room - len(`…"`)
	for !utf8.RuneStart(s[end]) {
		end--
	}
	// An escape is at most six bytes. If one began just before end, leave it out.
	for i := 1; i < end; {
		n := 1
		if s[i] == '\\' {
			if n = 2; s[i+1] == 'u' {
				n = 6
			}
		}
		if i+n > end {
			end = i
			break
		}
		i += n
	}
	return append(append(dst, s[:end]...), `…"`...)
}
