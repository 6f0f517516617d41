package sample

import (
	"encoding/binary"
	"hash/maphash"
	"log/slog"
	"math/bits"
	"sync"
)

// maxKeys bounds [Options].MaxKeys.
const maxKeys = 1 << 20

// ways is how many keys share a bucket.
const ways = 8

// table remembers keys in a fixed amount of memory. Each key has a place in one bucket, where it pushes
// out the one that was used least recently. Keys are known by a hash of 64 bits with a random seed: that
// two of them meet is not to be expected.
type table struct {
	seed    maphash.Seed
	buckets []bucket // a power of two
}

type bucket struct {
	mu      sync.Mutex
	entries [ways]entry
}

// entry is what is known of one key. Times are those of clock, and 0 is never.
type entry struct {
	hash   uint64
	used   int64
	missed float64 // weight of what was dropped since a record was kept

	once    int64 // when one was kept
	started int64 // of the interval
	count   int   // in the interval

	tokens float64
	filled int64 // when tokens was right
}

func newTable(keys int) *table {
	n := max(1, (keys+ways-1)/ways)
	return &table{seed: maphash.MakeSeed(), buckets: make([]bucket, 1<<bits.Len(uint(n-1)))}
}

func (t *table) hash(by Key, r *slog.Record, logger string) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	if by&ByLevel != 0 {
		var level [8]byte
		binary.LittleEndian.PutUint64(level[:], uint64(r.Level))
		_, _ = h.Write(level[:])
	}
	if by&ByLogger != 0 {
		_, _ = h.WriteString(logger)
		_ = h.WriteByte(0)
	}
	if by&ByMessage != 0 {
		_, _ = h.WriteString(r.Message)
	}
	return h.Sum64()
}

func (t *table) bucket(hash uint64) *bucket { return &t.buckets[hash&uint64(len(t.buckets)-1)] }

// find returns the entry for hash, a new one if need be. The lock is held.
func (b *bucket) find(hash uint64, now int64) *entry {
	oldest := &b.entries[0]
	for i := range b.entries {
		e := &b.entries[i]
		if e.hash == hash && e.used != 0 {
			e.used = now
			return e
		}
		if e.used < oldest.used {
			oldest = e
		}
	}
	*oldest = entry{hash: hash, used: now}
	return oldest
}
