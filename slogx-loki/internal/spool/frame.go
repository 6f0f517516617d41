package spool

import (
	"encoding/binary"
	"hash/crc32"
)

// A segment is a sequence of frames, each of which is one record:
//
//	magic   4 bytes  0xFF "LS" 1
//	size    4 bytes  of the body
//	sum     4 bytes  CRC-32C of the body
//	seq     8 bytes  number of the record, one more than that of the record before it
//	check   4 bytes  CRC-32C of the header up to here
//	body    time (8 bytes), size of labels (4 bytes), labels, fields
//
// All numbers are little-endian. A frame needs nothing outside itself, so one that is damaged costs no
// other. 0xFF occurs in no labels, lines or metadata, which are UTF-8.
const (
	headerSize = 24
	bodyFixed  = 12
	checkAt    = 20
	seqAt      = 12
)

var (
	magic      = [4]byte{0xFF, 'L', 'S', 1}
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// Record is a record in the spool.
type Record struct {
	Time   int64 // nanoseconds since 1970
	Labels []byte
	Fields []byte
}

// appendFrame appends a record, whose number comes later.
func appendFrame(dst []byte, time int64, labels string, fields []byte) []byte {
	start := len(dst)
	dst = append(dst, magic[:]...)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(bodyFixed+len(labels)+len(fields)))
	dst = append(dst, make([]byte, headerSize-8)...)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(time))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(labels)))
	dst = append(dst, labels...)
	dst = append(dst, fields...)
	binary.LittleEndian.PutUint32(dst[start+8:], crc32.Checksum(dst[start+headerSize:], castagnoli))
	return dst
}

// number numbers the records of frames, the first of which is seq.
func number(frames []byte, seq uint64) {
	for len(frames) > 0 {
		binary.LittleEndian.PutUint64(frames[seqAt:], seq)
		binary.LittleEndian.PutUint32(frames[checkAt:], crc32.Checksum(frames[:checkAt], castagnoli))
		frames = frames[headerSize+int(binary.LittleEndian.Uint32(frames[4:])):]
		seq++
	}
}

// header returns what the header at the beginning of b says, if it is whole.
func header(b []byte) (size int, sum uint32, seq uint64, ok bool) {
	if len(b) < headerSize || [4]byte(b) != magic ||
		binary.LittleEndian.Uint32(b[checkAt:]) != crc32.Checksum(b[:checkAt], castagnoli) {
		return 0, 0, 0, false
	}
	return int(binary.LittleEndian.Uint32(b[4:])), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint64(b[seqAt:]), true
}

// body returns the record in b, if it is whole.
func body(b []byte, sum uint32) (Record, bool) {
	if len(b) < bodyFixed || crc32.Checksum(b, castagnoli) != sum {
		return Record{}, false
	}
	n := binary.LittleEndian.Uint32(b[8:])
	if uint64(n) > uint64(len(b)-bodyFixed) {
		return Record{}, false
	}
	return Record{
		Time:   int64(binary.LittleEndian.Uint64(b)),
		Labels: b[bodyFixed : bodyFixed+n : bodyFixed+n],
		Fields: b[bodyFixed+n:],
	}, true
}
