package spool

import (
	"fmt"
	"os"
	"slices"
	"time"
)

// dirtied notes a write, and has it synced within the interval.
func (s *Spool) dirtied(seg *segment) {
	if s.opts.Sync != SyncInterval || seg.dirty {
		return
	}
	seg.dirty = true
	s.unsynced = append(s.unsynced, seg)
	switch {
	case len(s.unsynced) > 1: // the timer runs
	case s.syncer == nil:
		s.syncer = time.AfterFunc(s.opts.SyncInterval, s.syncLater)
	default:
		s.syncer.Reset(s.opts.SyncInterval)
	}
}

// syncLater syncs what was written since the last time. Writers go on meanwhile.
func (s *Spool) syncLater() {
	s.mu.Lock()
	var files []*os.File
	folder := false
	for _, seg := range s.unsynced {
		seg.dirty = false
		if seg.file != nil {
			files = append(files, seg.file)
			folder = folder || seg.fresh
			seg.fresh = false
		}
	}
	s.unsynced = s.unsynced[:0]
	s.mu.Unlock()
	for _, file := range files {
		if err := file.Sync(); err != nil && s.has(file) {
			s.opts.Failed(fmt.Errorf("sync spool: %w", err))
		}
	}
	if folder {
		s.syncFolder()
	}
}

// has reports whether file is still part of the spool.
func (s *Spool) has(file *os.File) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed && slices.ContainsFunc(s.segments, func(seg *segment) bool { return seg.file == file })
}

// syncFolder makes new segments last. Not every system can.
func (s *Spool) syncFolder() {
	d, err := os.Open(s.dir)
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}
