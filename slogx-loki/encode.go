package slogxloki

import (
	"hash/maphash"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/internal/push"
)

// entry is the memory for one record.
type entry struct {
	buf  []byte
	meta metadata
	top  []slog.Attr
}

var entries = sync.Pool{New: func() any { return &entry{buf: make([]byte, 0, 1<<10)} }}

// Entries that grew beyond this many bytes or attributes are left to the garbage collector.
const (
	maxPooledBytes = 64 << 10
	maxPooledAttrs = 64
)

func (e *entry) release() {
	if cap(e.buf) > maxPooledBytes || cap(e.meta.bytes) > maxPooledBytes || cap(e.top) > maxPooledAttrs {
		return
	}
	clear(e.top[:cap(e.top)])
	entries.Put(e)
}

// seed is for hashes that never leave the process.
var seed = maphash.MakeSeed()

// encode returns the record as the store takes it, in the memory of e.
func (h *Handler) encode(e *entry, top []slog.Attr, r slog.Record) record {
	e.meta.set(h.meta)
	if !h.noMetadata {
		top = h.takeTop(e, top)
		if h.groups == 0 || h.prefix != "" {
			h.takeOwn(e, &r)
		}
	}
	var room [push.LineRoom]byte
	buf := h.line.AppendRecord(append(e.buf[:0], room[:]...), top, r)
	buf = buf[:len(buf)-1] // the line break
	hash := maphash.Bytes(seed, buf[push.LineRoom:])
	fields := append(push.PutLineHeader(buf), e.meta.bytes...)
	if cap(fields) > cap(buf) {
		e.buf = fields[:0]
	} else {
		e.buf = buf
	}
	return record{
		stream: h.set.streams[bandOf(r.Level)], level: r.Level,
		time: unixNano(r.Time), hash: hash, fields: fields,
	}
}

// takeTop moves what is metadata out of top.
func (h *Handler) takeTop(e *entry, top []slog.Attr) []slog.Attr {
	e.top = e.top[:0]
	for _, a := range top {
		if !h.selects(a.Key) {
			e.top = append(e.top, a)
		} else if a, taken := e.meta.take("", a); !taken {
			e.top = append(e.top, a)
		}
	}
	return e.top
}

// takeOwn moves what is metadata out of the record's own attributes.
func (h *Handler) takeOwn(e *entry, r *slog.Record) {
	some := h.prefix != ""
	if !some {
		r.Attrs(func(a slog.Attr) bool {
			some = h.selects(a.Key)
			return !some
		})
	}
	if !some {
		return
	}
	rest := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if a, taken := h.take(&e.meta, a); !taken {
			rest.AddAttrs(a)
		}
		return true
	})
	*r = rest
}

// take moves an attribute of the open groups into m, if it is metadata.
func (h *Handler) take(m *metadata, a slog.Attr) (slog.Attr, bool) {
	if h.noMetadata || h.groups > 0 && h.prefix == "" || h.groups == 0 && !h.selects(a.Key) {
		return a, false
	}
	return m.take(h.prefix, a)
}

// selects reports whether a top-level attribute or group called key is metadata.
func (c *core) selects(key string) bool {
	if c.noMetadata {
		return false
	}
	if c.allMetadata {
		return true
	}
	return slices.Contains(c.metadata, key)
}

// maxSeconds is how far from 1970 nanoseconds can be counted.
const maxSeconds = math.MaxInt64 / int64(time.Second)

// unixNano returns t in nanoseconds since 1970, or 0 where that cannot be said.
func unixNano(t time.Time) int64 {
	if s := t.Unix(); t.IsZero() || s >= maxSeconds || s <= -maxSeconds {
		return 0
	}
	return t.UnixNano()
}
