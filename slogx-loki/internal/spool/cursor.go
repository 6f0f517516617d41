package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// position is a place in the spool.
type position struct {
	segment uint64
	off     int64
	seq     uint64 // of the record there; 0: not known
}

// cursor is the file that says which records were delivered and which are on their way. It has two slots
// that are written in turn, so that a torn write costs only the newer of them:
//
//	turn      8 bytes  the higher of two counts
//	segment   8 bytes  id of the oldest segment with records to deliver
//	off       8 bytes  where in it they begin
//	seq       8 bytes  the number of the first of them
//	flying    8 bytes  up to where they may be on their way
//	sum       4 bytes  CRC-32C of the above
type cursor struct {
	file *os.File
	turn uint64

	done   position
	flying int64 // in the same segment
}

const (
	slotSize  = 44
	slotSpace = 64
)

// openCursor opens the cursor at path. One that is damaged counts as none: what was delivered may be
// delivered again, but nothing is lost.
func openCursor(path string) (cursor, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return cursor{}, fmt.Errorf("open spool cursor: %w", err)
	}
	c := cursor{file: file}
	var b [2 * slotSpace]byte
	n, err := file.ReadAt(b[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return cursor{}, errors.Join(fmt.Errorf("read spool cursor: %w", err), file.Close())
	}
	for slot := range 2 {
		s := b[slot*slotSpace:][:slotSize]
		turn := binary.LittleEndian.Uint64(s)
		if n < slot*slotSpace+slotSize || turn <= c.turn ||
			binary.LittleEndian.Uint32(s[slotSize-4:]) != crc32.Checksum(s[:slotSize-4], castagnoli) {
			continue
		}
		c.turn = turn
		c.done = position{
			segment: binary.LittleEndian.Uint64(s[8:]),
			off:     int64(binary.LittleEndian.Uint64(s[16:])),
			seq:     binary.LittleEndian.Uint64(s[24:]),
		}
		c.flying = int64(binary.LittleEndian.Uint64(s[32:]))
	}
	return c, nil
}

// set remembers that everything before done was delivered, and what lies between done and flying is on its
// way.
func (c *cursor) set(done position, flying int64) error {
	c.done, c.flying = done, flying
	c.turn++
	var b [slotSize]byte
	binary.LittleEndian.PutUint64(b[:], c.turn)
	binary.LittleEndian.PutUint64(b[8:], done.segment)
	binary.LittleEndian.PutUint64(b[16:], uint64(done.off))
	binary.LittleEndian.PutUint64(b[24:], done.seq)
	binary.LittleEndian.PutUint64(b[32:], uint64(flying))
	binary.LittleEndian.PutUint32(b[slotSize-4:], crc32.Checksum(b[:slotSize-4], castagnoli))
	if _, err := c.file.WriteAt(b[:], int64(c.turn%2)*slotSpace); err != nil {
		return fmt.Errorf("write spool cursor: %w", err)
	}
	return nil
}

func (c *cursor) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}
