package sample

import (
	"math/rand/v2"
	"sync/atomic"
)

// counter counts from many goroutines without one cache line that all of them write to.
type counter [8]struct {
	n atomic.Uint64
	_ [56]byte
}

func (c *counter) add(n uint64) { c[rand.Uint32()%uint32(len(c))].n.Add(n) }

func (c *counter) load() uint64 {
	var n uint64
	for i := range c {
		n += c[i].n.Load()
	}
	return n
}
