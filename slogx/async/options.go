package async

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Overflow says what happens to a record for which a full queue has no room. Records of the Keep level
// and above are treated better: see [WriterOptions].
type Overflow string

const (
	// Block makes the caller wait for room, until its context ends or the sink has delivered nothing
	// for MaxWait. It is the default.
	Block Overflow = "block"

	// DropNewest gives up the new record.
	DropNewest Overflow = "drop_newest"

	// DropOldest gives up the oldest records below Keep. [Writer] gives them up a block of up to 64 KiB
	// at a time, which is at most a sixteenth of its capacity.
	DropOldest Overflow = "drop_oldest"

	// Sample thins out records below Keep once the queue is half full, the lower the level and the
	// fuller the queue the more of them, until the queue is down to a quarter. What a full queue has no
	// room for is given up.
	Sample Overflow = "sample"
)

// The defaults of [WriterOptions] and [Options].
const (
	DefaultCapacity      = 1 << 20 // bytes, of a Writer
	DefaultRecords       = 8192    // records, of a Handler
	DefaultBytes         = 8 << 20 // bytes, of a Handler
	DefaultKeep          = slog.LevelWarn
	DefaultFlushLevel    = slog.LevelError + 4
	DefaultMaxWait       = time.Second
	DefaultKeepWait      = 100 * time.Millisecond
	DefaultFlushInterval = 10 * time.Millisecond
)

// WriterOptions are the options of [NewWriter]. A nil *WriterOptions means the defaults.
type WriterOptions struct {
	// Capacity is the memory in bytes that lines take while they wait, those being written among them.
	// An eighth of it is reserved for records to keep. 0 means [DefaultCapacity].
	Capacity int

	// Overflow is what happens when the queue is full. Empty means [Block].
	Overflow Overflow

	// Keep is the level from which on records are worth more than others: they have room of their own,
	// evict records below when the sink stalls (under the Drop policies and Sample at once), and wait for
	// at most KeepWait before they are given up. Nil means WARN. It is asked for once.
	Keep slog.Leveler

	// FlushLevel is the level from which on the caller waits until its record is written, or the sink has
	// delivered nothing for MaxWait. Nil means ERROR+4. It is asked for once.
	FlushLevel slog.Leveler

	// MaxWait bounds the waits of Block and of FlushLevel, KeepWait those of records to keep. Both run only
	// while the sink delivers nothing: each delivery starts them again. 0 means 1 s and 100 ms; less than
	// 0 means not to wait.
	MaxWait, KeepWait time.Duration

	// FlushInterval is how long lines may wait for others to be written with. It does not delay the first
	// line after a pause. 0 means 10 ms; less than 0 means not to wait.
	FlushInterval time.Duration

	// OnError is told of errors and panics of the sink and of callers that gave up waiting for it, at most
	// one every 10 seconds. Nil means a line on standard error.
	OnError func(error)
}

// Validate returns what is wrong with o. [NewWriter] takes the defaults for these settings.
func (o *WriterOptions) Validate() error {
	if o == nil {
		return nil
	}
	return errors.Join(notNegative("Capacity", o.Capacity), o.Overflow.validate())
}

// Options are the options of [NewHandler]. A nil *Options means the defaults.
type Options struct {
	// Records and Bytes are the capacity of the queue; whichever is reached first. The size of a record is
	// what it keeps in memory, by estimate. An eighth of each is reserved for records to keep. 0 means
	// [DefaultRecords] and [DefaultBytes].
	Records, Bytes int

	// Overflow is what happens when the queue is full. Empty means [Block].
	Overflow Overflow

	// Keep, FlushLevel, MaxWait and KeepWait are as in [WriterOptions].
	Keep, FlushLevel  slog.Leveler
	MaxWait, KeepWait time.Duration

	// OnError is told of errors and panics of the next handler and of callers that gave up waiting for it,
	// at most one every 10 seconds. Nil means a line on standard error.
	OnError func(error)
}

// Validate returns what is wrong with o. [NewHandler] takes the defaults for these settings.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	return errors.Join(notNegative("Records", o.Records), notNegative("Bytes", o.Bytes), o.Overflow.validate())
}

func (o Overflow) validate() error {
	switch o {
	case "", Block, DropNewest, DropOldest, Sample:
		return nil
	default:
		return fmt.Errorf("set up queue: Overflow is %q, want %q, %q, %q or %q", string(o), Block, DropNewest, DropOldest, Sample)
	}
}

func notNegative(name string, v int) error {
	if v < 0 {
		return fmt.Errorf("set up queue: %s is %d, want more than 0, or 0 for the default", name, v)
	}
	return nil
}

// settings are the options that both queues share, with the defaults filled in.
type settings struct {
	overflow          Overflow
	keep, flush       slog.Level
	maxWait, keepWait time.Duration
	interval          time.Duration
	onError           func(error)
}

func (s settings) withDefaults(keep, flush slog.Leveler) settings {
	s.keep, s.flush = DefaultKeep, DefaultFlushLevel
	if keep != nil {
		s.keep = keep.Level()
	}
	if flush != nil {
		s.flush = flush.Level()
	}
	if s.overflow == "" || s.overflow.validate() != nil {
		s.overflow = Block
	}
	s.maxWait = orDefault(s.maxWait, DefaultMaxWait)
	s.keepWait = orDefault(s.keepWait, DefaultKeepWait)
	s.interval = orDefault(s.interval, DefaultFlushInterval)
	return s
}

// orDefault returns def for 0, and 0 for what is less.
func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return max(d, 0)
}

// positive returns def for what is not more than 0.
func positive(v, def int) int {
	if v <= 0 {
		return def
	}
	return v
}
