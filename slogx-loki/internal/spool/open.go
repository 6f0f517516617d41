package spool

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	fileMode      = 0o600 // logs are not for everybody
	dirMode       = 0o700
	segmentSuffix = ".segment"
	damagedSuffix = ".damaged"

	minSegment = 64 << 10
	maxSegment = 16 << 20

	// maxDamaged is how many files with damaged bytes are kept.
	maxDamaged = 16
)

// Found is what Open found in the folder.
type Found struct {
	Records uint64           // to deliver
	Corrupt uint64           // lost
	Last    map[string]int64 // the latest time by labels
}

// Open opens the spool in the folder dir, which it makes if need be.
func Open(dir string, opts Options) (*Spool, Found, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, Found{}, fmt.Errorf("open spool: %w", err)
	}
	lock, err := acquire(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, Found{}, fmt.Errorf("open spool %s: %w", dir, err)
	}
	if opts.SegmentBytes == 0 {
		opts.SegmentBytes = min(max(opts.MaxBytes/16, minSegment), maxSegment)
	}
	s := &Spool{dir: dir, opts: opts, lock: lock, nextSeq: 1, group: &group{}}
	s.written.L = &s.mu
	found, err := s.load()
	if err != nil {
		return nil, Found{}, fmt.Errorf("open spool %s: %w", dir, errors.Join(err, s.cursor.close(), lock.Close()))
	}
	return s, found, nil
}

func segmentName(id uint64) string { return fmt.Sprintf("%016x%s", id, segmentSuffix) }

// load reads what is in the folder.
func (s *Spool) load() (Found, error) {
	found := Found{Last: make(map[string]int64)}
	var err error
	if s.cursor, err = openCursor(filepath.Join(s.dir, "cursor")); err != nil {
		return found, err
	}
	ids, err := s.list()
	if err != nil {
		return found, err
	}
	s.nextSeq = max(s.nextSeq, s.cursor.done.segment)
	for i, id := range ids {
		seg := &segment{id: id, path: filepath.Join(s.dir, segmentName(id)), sealed: true}
		if id < s.cursor.done.segment {
			_ = os.Remove(seg.path) // delivered; a crash kept it from being removed
			continue
		}
		corrupt, err := s.scan(seg, &found)
		if err != nil { // it stays where it is; the next start may be able to read it
			s.opts.Failed(err)
			s.nextSeq = max(s.nextSeq, id+1)
		}
		if i+1 < len(ids) && ids[i+1] > s.nextSeq {
			corrupt += ids[i+1] - s.nextSeq // the end of this segment is missing
			s.nextSeq = ids[i+1]
		}
		found.Corrupt += corrupt
		if seg.left == 0 {
			if err == nil {
				_ = os.Remove(seg.path)
			}
			continue
		}
		found.Records += seg.left
		s.segments = append(s.segments, seg)
		s.bytes += seg.size
	}
	// Both slots are written now, so that a full disk cannot hinder later changes.
	done, flying := s.cursor.done, s.cursor.flying
	return found, errors.Join(s.cursor.set(done, flying), s.cursor.set(done, flying))
}

// list returns the ids of the segments, in order, and sees to it that not too many damaged ones are kept.
func (s *Spool) list() ([]uint64, error) {
	entries, err := os.ReadDir(s.dir) // sorted
	if err != nil {
		return nil, err
	}
	var ids []uint64
	var damaged []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, damagedSuffix) {
			damaged = append(damaged, name)
			continue
		}
		hex, ok := strings.CutSuffix(name, segmentSuffix)
		if !ok {
			continue
		}
		if id, err := strconv.ParseUint(hex, 16, 62); err == nil && name == segmentName(id) { // 62: nothing overflows
			ids = append(ids, id)
		}
	}
	for len(damaged) > maxDamaged {
		_ = os.Remove(filepath.Join(s.dir, damaged[0]))
		damaged = damaged[1:]
	}
	slices.Sort(ids)
	return ids, nil
}

// scan counts the records of a segment that were not delivered, and copies aside what is damaged. It
// returns how many records are missing.
func (s *Spool) scan(seg *segment, found *Found) (corrupt uint64, err error) {
	file, err := os.Open(seg.path)
	if err != nil {
		return 0, fmt.Errorf("read spool: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return 0, fmt.Errorf("read spool: %w", err)
	}
	seg.size = info.Size()
	var aside []part
	r := reader{src: file}
	missing := counter{next: max(s.nextSeq, seg.id)}
	if s.cursor.done.segment == seg.id {
		r.seek(min(s.cursor.done.off, seg.size))
		missing.next = s.cursor.done.seq
	}
	for {
		p, err := r.next(seg.size)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return missing.n, err
		}
		missing.count(p)
		if p.damaged {
			aside = append(aside, p)
			continue
		}
		seg.left++
		if seg.since == 0 {
			seg.since = p.Time
		}
		found.Last[string(p.Labels)] = max(found.Last[string(p.Labels)], p.Time)
	}
	corrupt = missing.end()
	s.nextSeq = max(s.nextSeq, seg.id+1, missing.next)
	if len(aside) > 0 {
		s.setAside(seg, file, aside)
	}
	return corrupt, nil
}

// counter counts the records that are missing from a segment, by their numbers.
type counter struct {
	next   uint64 // the number of the record to come
	n      uint64
	broken bool // what came last was damaged
}

func (c *counter) count(p part) {
	if c.broken = p.damaged; p.damaged {
		return
	}
	if p.seq > c.next {
		c.n += p.seq - c.next
	}
	c.next = p.seq + 1
}

// end returns how many are missing. Of damaged bytes at the end nobody can say how many records they were:
// they count as one, unless the number of the next segment tells of more.
func (c *counter) end() uint64 {
	if c.broken {
		c.n++
		c.next++
	}
	return c.n
}

// setAside copies what is damaged, for whoever wants to look at it.
func (s *Spool) setAside(seg *segment, from io.ReaderAt, parts []part) {
	err := func() error {
		to, err := os.OpenFile(seg.path+damagedSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
		if err != nil {
			return err
		}
		var errs []error
		for _, p := range parts {
			_, err := io.Copy(to, io.NewSectionReader(from, p.off, p.size))
			errs = append(errs, err)
		}
		return errors.Join(append(errs, to.Close())...)
	}()
	if err != nil {
		s.opts.Failed(fmt.Errorf("set damaged part of %s aside: %w", seg.path, err))
	}
}
