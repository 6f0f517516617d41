package jsonlog

import (
	"bytes"
	"slices"
)

// keepLast removes from the object at buf[start:], and from those inside it, every member whose key comes
// again later in the same object. It works in place, in one pass: bytes move to the left only.
func keepLast(buf []byte, start int) []byte {
	d := deduper{buf: buf, read: start, write: start}
	d.object()
	return buf[:d.write]
}

type deduper struct {
	buf         []byte
	read, write int
	members     []member // of the objects that are open, in the places where they were written
}

// copyTo copies what was read up to end.
func (d *deduper) copyTo(end int) {
	d.write += copy(d.buf[d.write:], d.buf[d.read:end])
	d.read = end
}

// object copies the object at the place of reading.
func (d *deduper) object() {
	base := len(d.members)
	d.copyTo(d.read + 1) // the brace
	for d.buf[d.read] != '}' {
		if d.buf[d.read] == ',' {
			d.read++
		}
		if len(d.members) > base {
			d.buf[d.write] = ','
			d.write++
		}
		m := member{key: d.write}
		d.copyTo(stringEnd(d.buf, d.read))
		m.colon = d.write
		d.copyTo(d.read + 1)
		if d.buf[d.read] == '{' {
			d.object()
		} else {
			d.copyTo(valueEnd(d.buf, d.read))
		}
		m.end = d.write
		d.members = append(d.members, m)
	}
	d.compact(d.members[base:])
	d.members = d.members[:base]
	d.copyTo(d.read + 1)
}

// compact removes those of ms, the members of the object just written, whose key comes again.
func (d *deduper) compact(ms []member) {
	again := d.again(ms)
	if again == nil {
		return
	}
	d.write = ms[0].key
	for i, m := range ms {
		if again[i] {
			continue
		}
		if d.write > ms[0].key {
			d.buf[d.write] = ','
			d.write++
		}
		d.write += copy(d.buf[d.write:], d.buf[m.key:m.end])
	}
}

// Up to this many members are compared with each other, which allocates nothing.
const fewMembers = 24

// again says which of ms have a key that comes again, or returns nil if none has.
func (d *deduper) again(ms []member) (again []bool) {
	mark := func(i int) {
		if again == nil {
			again = make([]bool, len(ms))
		}
		again[i] = true
	}
	if len(ms) <= fewMembers {
		for i, m := range ms {
			if slices.ContainsFunc(ms[i+1:], func(m2 member) bool { return bytes.Equal(d.keyOf(m), d.keyOf(m2)) }) {
				mark(i)
			}
		}
		return again
	}
	last := make(map[string]int, len(ms))
	for i, m := range ms {
		if j, ok := last[string(d.keyOf(m))]; ok {
			mark(j)
		}
		last[string(d.keyOf(m))] = i
	}
	return again
}

func (d *deduper) keyOf(m member) []byte { return d.buf[m.key:m.colon] }
