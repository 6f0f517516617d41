package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Sync says when writes are forced to the disk.
type Sync int

// The ways to sync.
const (
	SyncNone Sync = iota
	SyncInterval
	SyncAlways
)

// Options are the options of [Open].
type Options struct {
	MaxBytes     int64 // of all segments; the oldest go beyond it
	SegmentBytes int64 // of one segment, about; 0: by MaxBytes
	Sync         Sync
	SyncInterval time.Duration

	// Evicted is told how many records a full spool gave up, Failed what goes wrong behind the back of the
	// callers. Both are called without locks, and so may call the Spool.
	Evicted func(n uint64)
	Failed  func(error)
}

// ErrClosed is what a closed Spool answers.
var ErrClosed = errors.New("spool is closed")

// Spool is a queue of records in files. It is safe for concurrent use, but Next and Done are for one
// goroutine.
type Spool struct {
	dir  string
	opts Options
	lock *lockFile

	mu       sync.Mutex
	segments []*segment // the oldest first; the last is written to, unless it is sealed
	bytes    int64      // of all segments
	nextSeq  uint64
	cursor   cursor
	written  sync.Cond // a group was written
	writing  bool
	group    *group // that comes next
	free     *group
	closed   bool
	unsynced []*segment
	syncer   *time.Timer
	news     news

	reader reader // of the oldest segment; belongs to who calls Next
}

// news is what the functions of the options are to be told once the lock is given up: they may call the
// Spool.
type news struct {
	evicted uint64
	errs    []error
}

// unlock gives up the lock and tells the news.
func (s *Spool) unlock() {
	n := s.news
	s.news = news{}
	s.mu.Unlock()
	if n.evicted > 0 {
		s.opts.Evicted(n.evicted)
	}
	for _, err := range n.errs {
		s.opts.Failed(err)
	}
}

func (s *Spool) failed(err error) { s.news.errs = append(s.news.errs, err) }

// segment is a file of frames.
type segment struct {
	id      uint64 // the number of its first record, and its name
	path    string
	file    *os.File // nil: not open
	size    int64    // of whole frames
	left    uint64   // records not delivered
	flying  uint64   // of these, those that Next returned
	evicted bool     // removed while some fly
	since   int64    // the time of its first record
	sealed  bool     // nothing is appended any more
	fresh   bool     // the folder was not synced since it was made
	dirty   bool     // it is among the unsynced
}

// group is the records that are written by one call.
type group struct {
	frames []byte
	n      uint64
	first  int64 // the time of the first
	users  int   // callers that wait for it, or will
	done   bool
	err    error
	next   *group
}

// Ticket stands for a record that Put took and Wait has yet to see written.
type Ticket struct{ g *group }

// Put takes a record, which follows all that were put before. Nothing of it is kept. Wait must be called
// with the ticket.
func (s *Spool) Put(at int64, labels string, fields []byte) Ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.group
	if g.n == 0 {
		g.first = at
	}
	g.frames = appendFrame(g.frames, at, labels, fields)
	g.n++
	g.users++
	return Ticket{g}
}

// Wait waits until the record is in its file and, with SyncAlways, on the disk. One of the callers whose
// records are written together does it for all.
func (s *Spool) Wait(t Ticket) error {
	s.mu.Lock()
	defer s.unlock()
	for !t.g.done {
		if s.writing {
			s.written.Wait()
		} else {
			s.writeGroup()
		}
	}
	err := t.g.err
	if t.g.users--; t.g.users == 0 {
		s.recycle(t.g)
	}
	return err
}

// maxKeptGroup is the size in bytes beyond which the memory of a group is not kept.
const maxKeptGroup = 1 << 20

func (s *Spool) recycle(g *group) {
	if cap(g.frames) <= maxKeptGroup {
		*g = group{frames: g.frames[:0], next: s.free}
		s.free = g
	}
}

func (s *Spool) newGroup() *group {
	g := s.free
	if g == nil {
		return &group{}
	}
	s.free, g.next = g.next, nil
	return g
}

// writeGroup writes the group that comes next. It gives up the lock meanwhile.
func (s *Spool) writeGroup() {
	g := s.group
	s.group = s.newGroup()
	s.writing = true
	seg, err := s.segmentFor(int64(len(g.frames)))
	if err == nil {
		number(g.frames, s.nextSeq)
		size := seg.size
		s.mu.Unlock()
		if err = seg.write(g.frames, size, s.opts.Sync == SyncAlways); err == nil && s.opts.Sync == SyncAlways && seg.fresh {
			seg.fresh = false
			s.syncFolder()
		}
		s.mu.Lock()
	}
	if err == nil {
		if seg.left == 0 && seg.size == 0 {
			seg.since = g.first
		}
		seg.size += int64(len(g.frames))
		seg.left += g.n
		s.bytes += int64(len(g.frames))
		s.nextSeq += g.n
		s.dirtied(seg)
		s.evict()
	} else if errors.Is(err, errTorn) {
		seg.sealed = true
		s.nextSeq++ // the next segment has another name
	}
	g.err, g.done, s.writing = err, true, false
	s.written.Broadcast()
}

// errTorn is part of the error of a write that left something behind.
var errTorn = errors.New("and the file could not be cut back")

// write writes frames at the end. What a failed write left is cut off again.
func (seg *segment) write(frames []byte, end int64, sync bool) error {
	_, err := seg.file.WriteAt(frames, end)
	if err == nil && sync {
		err = seg.file.Sync()
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("write spool: %w", err)
	if cut := seg.file.Truncate(end); cut != nil {
		return fmt.Errorf("%w, %w: %w", err, errTorn, cut)
	}
	return err
}

// segmentFor returns the segment that n more bytes go to.
func (s *Spool) segmentFor(n int64) (*segment, error) {
	if s.closed {
		return nil, ErrClosed
	}
	if last := s.last(); last != nil && !last.sealed && (last.size == 0 || last.size+n <= s.opts.SegmentBytes) {
		return last, nil
	}
	if last := s.last(); last != nil {
		last.sealed = true
	}
	return s.addSegment()
}

func (s *Spool) last() *segment {
	if len(s.segments) == 0 {
		return nil
	}
	return s.segments[len(s.segments)-1]
}

func (s *Spool) addSegment() (*segment, error) {
	seg := &segment{id: s.nextSeq, path: filepath.Join(s.dir, segmentName(s.nextSeq))}
	file, err := os.OpenFile(seg.path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return nil, fmt.Errorf("add spool segment: %w", err)
	}
	seg.file, seg.fresh = file, true
	s.segments = append(s.segments, seg)
	return seg, nil
}

// evict removes the oldest segments while there are too many bytes. Records that fly are not lost yet: who
// got them from Next still has them.
func (s *Spool) evict() {
	for s.bytes > s.opts.MaxBytes && len(s.segments) > 1 {
		seg := s.segments[0]
		s.news.evicted += seg.left - seg.flying
		seg.left, seg.evicted = seg.flying, true
		s.remove(seg)
	}
}

// remove takes the oldest segment out of the spool, and its file out of the folder.
func (s *Spool) remove(seg *segment) {
	s.segments = s.segments[1:]
	s.bytes -= seg.size
	_ = seg.close() // it was read, or is done with
	if err := os.Remove(seg.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.failed(fmt.Errorf("remove spool segment: %w", err))
	}
}

func (seg *segment) close() error {
	if seg.file == nil {
		return nil
	}
	err := seg.file.Close()
	seg.file = nil
	return err
}

// Usage is how full a spool is.
type Usage struct {
	Records uint64 // not delivered
	Bytes   int64  // of all segments
	Oldest  int64  // the time of the oldest record, about; 0: there is none
}

// Usage returns how full the spool is.
func (s *Spool) Usage() Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := Usage{Bytes: s.bytes}
	for _, seg := range s.segments {
		if u.Records == 0 && seg.left > 0 {
			u.Oldest = seg.since
		}
		u.Records += seg.left
	}
	return u
}

// Close writes what is pending, syncs unless Sync is SyncNone, and gives the folder free.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.unlock()
	for s.writing || s.group.n > 0 {
		if s.writing {
			s.written.Wait()
		} else {
			s.writeGroup()
		}
	}
	if s.closed {
		return nil
	}
	s.closed = true
	if s.syncer != nil {
		s.syncer.Stop()
	}
	var errs []error
	for _, seg := range s.segments {
		if seg.dirty && seg.file != nil {
			errs = append(errs, seg.file.Sync())
		}
		errs = append(errs, seg.close())
	}
	s.unsynced = nil
	errs = append(errs, s.cursor.close(), s.lock.Close())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close spool: %w", err)
	}
	return nil
}
