// Package buffer lends byte slices from a pool.
package buffer

import "sync"

// maxPooled is the capacity in bytes above which a buffer is left to the garbage collector, so that one
// huge record does not stay in memory for good.
const maxPooled = 64 << 10

var pool = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

// Get returns an empty buffer. The caller gives it back with Put.
func Get() *[]byte { return pool.Get().(*[]byte) }

// Put gives b back to the pool. Nothing of it may be used afterwards.
func Put(b *[]byte) {
	if cap(*b) > maxPooled {
		return
	}
	*b = (*b)[:0]
	pool.Put(b)
}
