package spool

import (
	"bytes"
	"fmt"
	"io"
)

// reader reads the frames of a segment and steps over what is damaged.
type reader struct {
	src io.ReaderAt
	off int64  // of what next returns
	buf []byte // what was read from off on
	mem []byte // backs buf
}

// readBlock is how many bytes are read at once.
const readBlock = 256 << 10

// part is a piece of a segment: a record, or bytes that are none.
type part struct {
	Record
	seq     uint64
	off     int64
	size    int64
	damaged bool
}

// next returns the next part before end, or io.EOF. The record is valid until the next call.
func (r *reader) next(end int64) (part, error) {
	if r.off >= end {
		return part{}, io.EOF
	}
	if err := r.fill(headerSize, end); err != nil {
		return part{}, err
	}
	size, sum, seq, ok := header(r.buf)
	whole := int64(headerSize) + int64(size)
	if !ok || r.off+whole > end {
		return r.skip(end)
	}
	if err := r.fill(int(whole), end); err != nil {
		return part{}, err
	}
	rec, ok := body(r.buf[headerSize:whole], sum)
	if !ok {
		return r.skip(end)
	}
	p := part{Record: rec, seq: seq, off: r.off, size: whole}
	r.advance(whole)
	return p, nil
}

// skip steps over bytes that are no frame, up to where one may begin.
func (r *reader) skip(end int64) (part, error) {
	start := r.off
	for {
		for at := 1; at < len(r.buf); {
			i := bytes.IndexByte(r.buf[at:], magic[0])
			if i < 0 {
				break
			}
			at += i
			if r.off+int64(at)+headerSize > end || len(r.buf)-at < headerSize {
				break
			}
			if _, _, _, ok := header(r.buf[at:]); ok {
				r.advance(int64(at))
				return part{damaged: true, off: start, size: r.off - start}, nil
			}
			at++
		}
		if r.off+int64(len(r.buf)) >= end {
			r.advance(end - r.off)
			return part{damaged: true, off: start, size: end - start}, nil
		}
		r.advance(int64(max(1, len(r.buf)-headerSize))) // a header may begin in what is left
		if err := r.fill(headerSize, end); err != nil {
			return part{}, err
		}
	}
}

func (r *reader) advance(n int64) {
	r.buf = r.buf[min(n, int64(len(r.buf))):]
	r.off += n
}

// seek goes to off.
func (r *reader) seek(off int64) { r.off, r.buf = off, nil }

// fill reads until buf has n bytes, or all up to end.
func (r *reader) fill(n int, end int64) error {
	want := min(int64(n), end-r.off)
	if int64(len(r.buf)) >= want {
		return nil
	}
	size := min(max(want, readBlock), end-r.off)
	if int64(cap(r.mem)) < size {
		r.mem = append(make([]byte, 0, size), r.buf...)
	} else {
		r.mem = append(r.mem[:0], r.buf...) // moves what is left to the front
	}
	have := len(r.mem)
	r.mem = r.mem[:size]
	got, err := r.src.ReadAt(r.mem[have:], r.off+int64(have))
	r.buf = r.mem[:have+got]
	if int64(len(r.buf)) < want {
		return fmt.Errorf("read spool: %w", err)
	}
	return nil
}
