// Package push encodes Loki's PushRequest: the streams of a batch with their entries, in protocol buffers
// compressed with snappy. The messages are those of pkg/push/push.proto of Loki:
//
//	message PushRequest   { repeated Stream streams = 1; }
//	message Stream        { string labels = 1; repeated Entry entries = 2; }
//	message Entry         { google.protobuf.Timestamp timestamp = 1; string line = 2; repeated LabelPair structuredMetadata = 3; }
//	message LabelPair     { string name = 1; string value = 2; }
package push

import (
	"github.com/klauspost/compress/s2"
	"google.golang.org/protobuf/encoding/protowire"
)

// The numbers of the fields.
const (
	requestStreams = 1

	streamLabels  = 1
	streamEntries = 2

	entryTimestamp = 1
	entryLine      = 2
	entryMetadata  = 3

	timestampSeconds = 1
	timestampNanos   = 2

	pairName  = 1
	pairValue = 2
)

// LineRoom is how many bytes PutLineHeader may need before a line.
const LineRoom = 1 + 10

// PutLineHeader makes buf[LineRoom:] the line of an entry: it writes what goes before it, and returns the
// slice of buf that begins there. The first LineRoom bytes of buf are not part of the line.
func PutLineHeader(buf []byte) []byte {
	n := uint64(len(buf) - LineRoom)
	size := 1 + protowire.SizeVarint(n)
	start := LineRoom - size
	header := protowire.AppendTag(buf[start:start], entryLine, protowire.BytesType)
	protowire.AppendVarint(header, n)
	return buf[start:]
}

// AppendMetadata appends one entry of structured metadata.
func AppendMetadata(dst []byte, name, value string) []byte {
	dst = protowire.AppendTag(dst, entryMetadata, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(sizeOf(len(name))+sizeOf(len(value))))
	dst = protowire.AppendTag(dst, pairName, protowire.BytesType)
	dst = protowire.AppendString(dst, name)
	dst = protowire.AppendTag(dst, pairValue, protowire.BytesType)
	return protowire.AppendString(dst, value)
}

// HasMetadata reports whether what AppendMetadata appended has an entry called name.
func HasMetadata(metadata []byte, name string) bool {
	for len(metadata) > 0 {
		pair, n := protowire.ConsumeBytes(metadata[1:])
		key, _ := protowire.ConsumeBytes(pair[1:])
		if string(key) == name {
			return true
		}
		metadata = metadata[1+n:]
	}
	return false
}

// Line returns the line of an entry's fields.
func Line(fields []byte) []byte {
	line, _ := protowire.ConsumeBytes(fields[1:])
	return line
}

// Item is one entry of a batch.
type Item struct {
	Stream int    // an index into the labels of the streams
	Time   int64  // nanoseconds since 1970
	Fields []byte // the line and the metadata, encoded
}

// Encoder encodes batches. It keeps its memory from one to the next.
type Encoder struct {
	groups       []group
	index        []int // of the group of a stream, plus one
	plain, small []byte
}

// group is the entries of one stream.
type group struct {
	stream int
	size   int // of the message Stream without the labels
	items  []int
}

// Encode returns the request for items, compressed, and its size before. Entries of a stream keep their
// order. The result is valid until the next call.
func (e *Encoder) Encode(labels []string, items []Item) (body []byte, plain int) {
	e.collect(len(labels), items)
	b := e.plain[:0]
	for i := range e.groups {
		g := &e.groups[i]
		name := labels[g.stream]
		b = protowire.AppendTag(b, requestStreams, protowire.BytesType)
		b = protowire.AppendVarint(b, uint64(sizeOf(len(name))+g.size))
		b = protowire.AppendTag(b, streamLabels, protowire.BytesType)
		b = protowire.AppendString(b, name)
		for _, at := range g.items {
			b = appendEntry(b, &items[at])
		}
		e.index[g.stream] = 0
	}
	e.plain = b
	if need := s2.MaxEncodedLen(len(b)); cap(e.small) < need {
		e.small = make([]byte, need)
	}
	return s2.EncodeSnappyBetter(e.small[:cap(e.small)], b), len(b)
}

// collect sorts items into groups, in the order in which the streams appear.
func (e *Encoder) collect(streams int, items []Item) {
	if len(e.index) < streams {
		e.index = make([]int, streams)
	}
	e.groups = e.groups[:0]
	for i := range items {
		it := &items[i]
		at := e.index[it.Stream]
		if at == 0 {
			if len(e.groups) < cap(e.groups) {
				e.groups = e.groups[:len(e.groups)+1]
			} else {
				e.groups = append(e.groups, group{})
			}
			at = len(e.groups)
			e.index[it.Stream] = at
			g := &e.groups[at-1]
			g.stream, g.size, g.items = it.Stream, 0, g.items[:0]
		}
		g := &e.groups[at-1]
		g.items = append(g.items, i)
		g.size += sizeOf(entrySize(it))
	}
}

func appendEntry(b []byte, it *Item) []byte {
	seconds, nanos := split(it.Time)
	b = protowire.AppendTag(b, streamEntries, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(entrySize(it)))
	b = protowire.AppendTag(b, entryTimestamp, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(timestampSize(seconds, nanos)))
	if seconds != 0 {
		b = protowire.AppendTag(b, timestampSeconds, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(seconds))
	}
	if nanos != 0 {
		b = protowire.AppendTag(b, timestampNanos, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(nanos))
	}
	return append(b, it.Fields...)
}

func entrySize(it *Item) int {
	return sizeOf(timestampSize(split(it.Time))) + len(it.Fields)
}

func timestampSize(seconds, nanos int64) (n int) {
	if seconds != 0 {
		n += 1 + protowire.SizeVarint(uint64(seconds))
	}
	if nanos != 0 {
		n += 1 + protowire.SizeVarint(uint64(nanos))
	}
	return n
}

// split returns the fields of a google.protobuf.Timestamp, whose nanos are never negative.
func split(t int64) (seconds, nanos int64) {
	seconds, nanos = t/1e9, t%1e9
	if nanos < 0 {
		seconds, nanos = seconds-1, nanos+1e9
	}
	return seconds, nanos
}

// sizeOf returns the size of a field of n bytes. All our field numbers take one byte.
func sizeOf(n int) int { return 1 + protowire.SizeBytes(n) }
