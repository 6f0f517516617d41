package slogxloki

import (
	"math"
	"slices"
	"time"
)

// streams are the streams that records go to, by their labels. The store's lock guards them.
type streams struct {
	labels []string // by number
	byName map[string]int
	clocks []streamClock
}

// number returns the number of the stream with the labels, which may be new.
func (s *streams) number(labels string) int {
	n, ok := s.byName[labels]
	if !ok {
		if s.byName == nil {
			s.byName = make(map[string]int)
		}
		n = len(s.labels)
		s.labels = append(s.labels, labels)
		s.clocks = append(s.clocks, streamClock{last: never})
		s.byName[labels] = n
	}
	return n
}

// find is number for labels that are bytes.
func (s *streams) find(labels []byte) int {
	if n, ok := s.byName[string(labels)]; ok {
		return n
	}
	return s.number(string(labels))
}

const (
	// never is before every record.
	never = math.MinInt64 / 2

	// checkAfter is how far a record may be from the one before it, in nanoseconds, until the clock is
	// looked at.
	checkAfter = int64(time.Second)

	// maxAhead is how far a stream may be ahead of the clock, in nanoseconds: servers refuse more.
	maxAhead = int64(5 * time.Minute)

	// maxSeen is how many records of a stream get the same time.
	maxSeen = 64
)

// streamClock gives the records of one stream the times that they are sent with: never less than the last,
// and never that of an identical line, of which a server would keep one only.
type streamClock struct {
	last int64
	seen []uint64 // hashes of the lines at that time
}

// assign returns the time for a line with the hash, logged at the time at; 0 means now.
func (c *streamClock) assign(at int64, hash uint64) int64 {
	if d := at - c.last; d > checkAfter || d < -checkAfter {
		now := time.Now().UnixNano()
		if at == 0 || at > now { // the future would take all later records with it
			at = now
		}
		if c.last > now+maxAhead { // the clock was wrong, and is right again
			c.last = never
		}
	}
	if at > c.last {
		c.last, c.seen = at, append(c.seen[:0], hash)
		return at
	}
	if len(c.seen) >= maxSeen || slices.Contains(c.seen, hash) {
		c.last++
		c.seen = c.seen[:0]
	}
	c.seen = append(c.seen, hash)
	return c.last
}
