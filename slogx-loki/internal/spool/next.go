package spool

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Batch is records in the order in which they were put.
type Batch struct {
	Records []Record

	// Flown says that the records may have been delivered before a crash: they are those, and only those,
	// that were on their way then.
	Flown bool

	seg   *segment
	next  []position // behind each record
	done  int        // how many of the records are done with
	arena []byte
	bytes int // of fields
}

func (b *Batch) reset(seg *segment) {
	b.Records, b.next, b.arena = b.Records[:0], b.next[:0], b.arena[:0]
	b.Flown, b.seg, b.done, b.bytes = false, seg, 0, 0
}

func (b *Batch) add(p part) {
	start := len(b.arena)
	b.arena = append(append(b.arena, p.Labels...), p.Fields...)
	mid := start + len(p.Labels)
	b.Records = append(b.Records, Record{
		Time: p.Time, Labels: b.arena[start:mid:mid], Fields: b.arena[mid:len(b.arena):len(b.arena)],
	})
	b.next = append(b.next, position{b.seg.id, p.off + p.size, p.seq + 1})
	b.bytes += len(p.Fields)
}

// Next fills b with the oldest records that were not delivered, of about maxBytes but at least one. It
// returns no records if there are none. lost is how many records proved damaged on the way. Done must have
// been called for all of the batch before. After an error, the same can be tried again.
func (s *Spool) Next(b *Batch, maxBytes int) (lost uint64, err error) {
	s.mu.Lock()
	defer s.unlock()
	for {
		seg := s.oldest()
		b.reset(seg)
		if s.closed || seg == nil || seg.left == 0 {
			return lost, nil
		}
		end, err := s.prepare(b, seg)
		if err != nil {
			return lost, err
		}
		size := seg.size
		s.mu.Unlock()
		err = s.read(b, end, maxBytes)
		s.mu.Lock()
		for s.writing && seg == s.last() {
			s.written.Wait()
		}
		switch {
		case seg.evicted: // and its records counted
		case len(b.Records) > 0:
			seg.flying = uint64(len(b.Records))
			s.setCursor(s.cursor.done, s.reader.off)
			return lost, nil
		case !errors.Is(err, io.EOF):
			return lost, err
		case b.Flown: // damaged, all of them
			s.cursor.flying = 0
		case seg.size == size: // what is missing will not come
			lost += seg.left
			s.discard(seg)
		}
	}
}

func (s *Spool) setCursor(done position, flying int64) {
	if err := s.cursor.set(done, flying); err != nil {
		s.failed(err)
	}
}

// oldest returns the oldest segment, behind those that are done with.
func (s *Spool) oldest() *segment {
	for len(s.segments) > 1 && s.segments[0].left == 0 {
		s.finish(s.segments[0])
	}
	if len(s.segments) == 0 {
		return nil
	}
	return s.segments[0]
}

// prepare has the reader stand where the records of seg begin that were not delivered, and returns up to
// where to read.
func (s *Spool) prepare(b *Batch, seg *segment) (end int64, err error) {
	if seg.file == nil {
		if seg.file, err = os.Open(seg.path); err != nil {
			return 0, fmt.Errorf("read spool: %w", err)
		}
	}
	if s.cursor.done.segment != seg.id {
		s.cursor.done, s.cursor.flying = position{segment: seg.id, seq: seg.id}, 0
	}
	if s.reader.src != seg.file {
		s.reader.src = seg.file
		s.reader.seek(s.cursor.done.off)
	}
	if b.Flown = s.cursor.flying > s.reader.off; b.Flown {
		return min(seg.size, s.cursor.flying), nil
	}
	return seg.size, nil
}

func (s *Spool) read(b *Batch, end int64, maxBytes int) error {
	for b.bytes < maxBytes || b.Flown {
		p, err := s.reader.next(end)
		if err != nil {
			return err
		}
		if !p.damaged {
			b.add(p)
		}
	}
	return nil
}

// Done says that the next n records of b need not be kept any longer. A Spool that is closed keeps them all
// the same.
func (s *Spool) Done(b *Batch, n int) {
	if n == 0 {
		return
	}
	b.done += n
	end := b.next[b.done-1]
	s.mu.Lock()
	defer s.unlock()
	if s.closed {
		return
	}
	seg := b.seg
	seg.left -= uint64(n)
	seg.flying -= uint64(n)
	switch {
	case seg.evicted:
	case seg.left == 0 && !s.writing && s.group.n == 0:
		s.finish(seg)
	default:
		s.setCursor(end, s.cursor.flying)
	}
}

// finish removes the oldest segment, all of whose records are delivered.
func (s *Spool) finish(seg *segment) {
	next := s.nextSeq
	if len(s.segments) > 1 {
		next = s.segments[1].id
	}
	s.setCursor(position{segment: next, seq: next}, 0)
	s.remove(seg)
}

// discard sets the oldest segment aside: it holds nothing that can be read any more.
func (s *Spool) discard(seg *segment) {
	_ = seg.close() // some systems move no file that is open
	if err := os.Rename(seg.path, seg.path+damagedSuffix); err != nil {
		s.failed(fmt.Errorf("set damaged spool segment aside: %w", err))
	}
	seg.left = 0
	s.finish(seg)
}

// Range returns the numbers of the first record that was not delivered and of the next that will be put.
func (s *Spool) Range() (first, next uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, seg := range s.segments {
		switch {
		case seg.left == 0:
		case s.cursor.done.segment == seg.id:
			return s.cursor.done.seq, s.nextSeq
		default:
			return seg.id, s.nextSeq
		}
	}
	return s.nextSeq, s.nextSeq
}
