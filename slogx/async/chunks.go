package async

// maxChunk is the size of a chunk in bytes, and so of a batch, in a queue that is large enough.
const maxChunk = 64 << 10

// maxLine is the size in bytes from which on a mark cannot hold the end of a line: 256 MiB.
const maxLine = 1 << 28

// chunk is a block of lines that one Write call can take.
type chunk struct {
	buf   []byte // lines, one after the other; never grows beyond its capacity
	marks []mark // one a line, likewise
	from  int    // bytes already written
	first int    // lines already written
	low   int    // lines not written yet that may be evicted
	last  uint64 // seq of the last line
	next  *chunk
}

// mark is the end of a line in its chunk, whether it is to be kept, and its band.
type mark uint32

func markOf(end int, m meta) mark {
	mk := mark(end)<<4 | mark(bandOf(m.level))
	if m.keep {
		mk |= 8
	}
	return mk
}

func (m mark) end() int   { return int(m >> 4) }
func (m mark) keep() bool { return m&8 != 0 }
func (m mark) band() band { return band(m & 7) }

// hasRoom reports whether a line of n bytes fits.
func (c *chunk) hasRoom(n int) bool {
	return n <= cap(c.buf)-len(c.buf) && len(c.marks) < cap(c.marks)
}

func (c *chunk) append(line []byte, m meta) {
	c.buf = append(c.buf, line...)
	c.marks = append(c.marks, markOf(len(c.buf), m))
	c.last = m.seq
	if !m.keep {
		c.low++
	}
}

func (c *chunk) reset() {
	*c = chunk{buf: c.buf[:0], marks: c.marks[:0], last: c.last}
}

// chunks are the memory of a Writer: a list of chunks with lines, and the empty ones that were used before.
// Together they have no more bytes than total, but for a single line that is larger.
type chunks struct {
	total, reserve int // bytes; the reserve is for lines to keep
	size           int // of a chunk, but for one made for a large line

	head, tail *chunk
	held       int // bytes of the chunks of the list
	free       []*chunk
	freed      int // bytes of the free chunks
	inFlight   bool
}

func (cs *chunks) init(total int) {
	cs.total, cs.reserve = total, total/8
	cs.size = min(maxChunk, max(1, total/16))
}

// add appends a line, unless there is no room.
func (cs *chunks) add(line []byte, m meta) bool {
	limit := cs.total
	if !m.keep {
		limit -= cs.reserve
	}
	if t := cs.tail; t != nil && t.hasRoom(len(line)) && cs.held <= max(limit, cap(t.buf)) {
		t.append(line, m)
		return true
	}
	size := cs.sizeFor(len(line))
	if cs.held > 0 && cs.held+size > limit {
		if cs.tail.empty() && cs.head == cs.tail && !cs.inFlight { // all that is held is the chunk that is kept warm
			cs.drop(cs.tail, nil)
			return cs.add(line, m)
		}
		return false
	}
	c := cs.get(size)
	if cs.tail == nil {
		cs.head = c
	} else {
		cs.tail.next = c
	}
	cs.tail = c
	cs.held += size
	c.append(line, m)
	return true
}

func (c *chunk) empty() bool { return c.from == len(c.buf) }

// sizeFor returns the size of a new chunk for a line of n bytes. A large line has one for itself, so that
// it does not leave most of a chunk unused.
func (cs *chunks) sizeFor(n int) int {
	if n <= cs.size/4 {
		return cs.size
	}
	step := max(1, cs.size/8)
	return (n + step - 1) / step * step
}

func (cs *chunks) get(size int) *chunk {
	for i, c := range cs.free {
		if cap(c.buf) == size {
			last := len(cs.free) - 1
			cs.free[i], cs.free[last] = cs.free[last], nil
			cs.free, cs.freed = cs.free[:last], cs.freed-size
			c.reset()
			return c
		}
	}
	for len(cs.free) > 0 && cs.held+cs.freed+size > cs.total {
		last := len(cs.free) - 1
		cs.freed -= cap(cs.free[last].buf)
		cs.free[last] = nil
		cs.free = cs.free[:last]
	}
	// A mark is a sixteenth of a line of 64 bytes. Shorter lines fill the marks before the bytes.
	return &chunk{buf: make([]byte, 0, size), marks: make([]mark, 0, max(1, size/64))}
}

// drop takes c, which stands behind prev, out of the list.
func (cs *chunks) drop(c, prev *chunk) {
	if prev == nil {
		cs.head = c.next
	} else {
		prev.next = c.next
	}
	if cs.tail == c {
		cs.tail = prev
	}
	c.next = nil
	size := cap(c.buf)
	cs.held -= size
	if cs.held+cs.freed+size <= cs.total {
		cs.free = append(cs.free, c)
		cs.freed += size
	}
}

// evict drops the lines that are not to be kept, chunk by chunk, the oldest first, until m fits. It leaves
// the chunk alone that is being written.
func (cs *chunks) evict(m meta, lost func(band)) bool {
	var prev *chunk
	c := cs.head
	if cs.inFlight && c != nil {
		prev, c = c, c.next
	}
	for c != nil {
		next := c.next
		if c.low > 0 {
			c.evict(lost)
		}
		switch {
		case c.empty():
			cs.drop(c, prev)
		case prev != nil && !(cs.inFlight && prev == cs.head) && prev.takes(c):
			cs.drop(c, prev)
		default:
			prev = c
		}
		if cs.fits(m) {
			return true
		}
		c = next
	}
	return false
}

// evict drops the lines that are not to be kept.
func (c *chunk) evict(lost func(band)) {
	marks, buf, start := c.marks[:c.first], c.buf[:c.from], c.from
	for _, mk := range c.marks[c.first:] {
		line := c.buf[start:mk.end()]
		start = mk.end()
		if !mk.keep() {
			lost(mk.band())
			continue
		}
		buf = append(buf, line...)
		marks = append(marks, mark(len(buf))<<4|mk&15)
	}
	c.buf, c.marks, c.low = buf, marks, 0
}

// takes appends the lines of from, if they fit.
func (c *chunk) takes(from *chunk) bool {
	lines, marks := from.buf[from.from:], from.marks[from.first:]
	if len(lines) > cap(c.buf)-len(c.buf) || len(marks) > cap(c.marks)-len(c.marks) {
		return false
	}
	shift := len(c.buf) - from.from
	c.buf = append(c.buf, lines...)
	for _, mk := range marks {
		c.marks = append(c.marks, mark(mk.end()+shift)<<4|mk&15)
	}
	c.low += from.low
	c.last = from.last
	return true
}

// fits reports whether add would find room.
func (cs *chunks) fits(m meta) bool {
	limit := cs.total
	if !m.keep {
		limit -= cs.reserve
	}
	if t := cs.tail; t != nil && t.hasRoom(m.size) && cs.held <= max(limit, cap(t.buf)) {
		return true
	}
	return cs.held == 0 || cs.held+cs.sizeFor(m.size) <= limit
}

// batch returns the lines that are next, of at most limit bytes but at least one.
func (cs *chunks) batch(limit int) (lines []byte, marks []mark) {
	c := cs.head
	rest := c.marks[c.first:]
	n := len(rest)
	if len(c.buf)-c.from > limit {
		for n = 1; n < len(rest) && rest[n].end()-c.from <= limit; n++ { //nolint:revive // counts
		}
	}
	return c.buf[c.from:rest[n-1].end()], rest[:n]
}

// written takes the batch out of the list. It returns true if its chunk is done with.
func (cs *chunks) written(lines, marks int, low int) bool {
	c := cs.head
	c.from += lines
	c.first += marks
	c.low -= low
	if !c.empty() {
		return false
	}
	if c == cs.tail {
		c.reset() // used again while the processor still has it at hand
		if cap(c.buf) == cs.size {
			return true
		}
	}
	cs.drop(c, nil)
	return true
}

// used returns how many bytes wait.
func (cs *chunks) used() int {
	if cs.tail == nil {
		return 0
	}
	return cs.held - (cap(cs.tail.buf) - len(cs.tail.buf))
}

func (cs *chunks) clear() {
	cs.head, cs.tail, cs.held, cs.free, cs.freed = nil, nil, 0, nil, 0
}
