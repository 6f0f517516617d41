package slogxloki

import "time"

// chunk is a block of records.
type chunk struct {
	buf   []byte // their fields; never grows beyond its capacity
	marks []mark // one a record, likewise
	low   int    // how many may be evicted
	first uint64 // seq of the first record
	since time.Time
}

// mark is a record in its chunk.
type mark struct {
	time   int64
	end    uint32 // of its fields
	stream uint32
	keep   bool
}

func (c *chunk) hasRoom(n int) bool {
	return n <= cap(c.buf)-len(c.buf) && len(c.marks) < cap(c.marks)
}

// evictLow gives up the records that are not to be kept. It returns how many they were, and their bytes.
func (c *chunk) evictLow() (n, bytes int) {
	buf, marks, start := c.buf[:0], c.marks[:0], uint32(0)
	for _, m := range c.marks {
		fields := c.buf[start:m.end]
		start = m.end
		if !m.keep {
			n++
			bytes += len(fields)
			continue
		}
		buf = append(buf, fields...)
		m.end = uint32(len(buf))
		marks = append(marks, m)
	}
	c.buf, c.marks, c.low = buf, marks, 0
	return n, bytes
}

// takes appends the records of from, if they fit.
func (c *chunk) takes(from *chunk) bool {
	if len(from.buf) > cap(c.buf)-len(c.buf) || len(from.marks) > cap(c.marks)-len(c.marks) {
		return false
	}
	shift := uint32(len(c.buf))
	c.buf = append(c.buf, from.buf...)
	for _, m := range from.marks {
		m.end += shift
		c.marks = append(c.marks, m)
	}
	c.low += from.low
	return true
}
