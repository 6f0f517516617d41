// Package source finds the file, line and function of a program counter, and remembers them.
package source

import (
	"runtime"
	"sync/atomic"
)

// slots bounds a Cache. A program has fewer hot log statements than this; more of them cost a symbol
// table look-up each now and then, never memory.
const slots = 1024

// Cache remembers what was made of a program counter's frame. It is safe for concurrent use, takes no
// locks, and a hit allocates nothing. The zero Cache is ready.
type Cache[T any] struct {
	table [slots]atomic.Pointer[entry[T]]
}

type entry[T any] struct {
	pc  uintptr
	val T
}

// Get returns what derive made of the frame of pc, which is a [log/slog.Record]'s PC. For a pc without a
// frame derive gets the zero frame.
func (c *Cache[T]) Get(pc uintptr, derive func(runtime.Frame) T) T {
	slot := &c.table[(uint64(pc)*0x9E3779B97F4A7C15)>>54]
	if e := slot.Load(); e != nil && e.pc == pc {
		return e.val
	}
	var f runtime.Frame
	if pc != 0 {
		f, _ = runtime.CallersFrames([]uintptr{pc}).Next()
	}
	e := &entry[T]{pc, derive(f)}
	slot.Store(e)
	return e.val
}
