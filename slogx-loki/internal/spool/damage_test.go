package spool

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// segmentOf64 returns a folder with one segment of 64 records, and where each record ends in it.
func segmentOf64(t *testing.T) (content []byte, ends []int) {
	t.Helper()
	dir := t.TempDir()
	s := open(t, dir, Options{})
	s.put(t, numbered(0, 64)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(segments(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := range 64 {
		ends = append(ends, (i+1)*len(content)/64)
	}
	return content, ends
}

// scan returns the records of a segment, and how many are missing.
func scan(t *testing.T, content []byte) (texts []string, corrupt uint64) {
	t.Helper()
	r := reader{src: bytes.NewReader(content)}
	c := counter{next: 1}
	for {
		p, err := r.next(int64(len(content)))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		c.count(p)
		if !p.damaged {
			texts = append(texts, string(p.Fields))
		}
	}
	return texts, c.end()
}

func TestSegmentCutAtEveryByte(t *testing.T) {
	content, ends := segmentOf64(t)
	all := numbered(0, 64)
	for cut := range content {
		got, corrupt := scan(t, content[:cut])
		whole, torn := 0, uint64(0)
		for whole < 64 && ends[whole] <= cut {
			whole++
		}
		if whole == 0 && cut > 0 || whole > 0 && ends[whole-1] != cut {
			torn = 1
		}
		if !slices.Equal(got, all[:whole]) || corrupt != torn {
			t.Fatalf("cut at %d: %d counted, want %d; records: %q", cut, corrupt, torn, got)
		}
	}
}

func TestSegmentWithEveryByteFlipped(t *testing.T) {
	content, ends := segmentOf64(t)
	all := numbered(0, 64)
	for at := range content {
		bad := bytes.Clone(content)
		bad[at] ^= 0xFF
		got, corrupt := scan(t, bad)
		hit := 0
		for ends[hit] <= at {
			hit++
		}
		if !slices.Equal(got, slices.Concat(all[:hit], all[hit+1:])) || corrupt != 1 {
			t.Fatalf("byte %d flipped: %d counted, want 1; records: %q", at, corrupt, got)
		}
	}
}

func TestDamagedSpoolIsDeliveredWithoutHelp(t *testing.T) {
	content, ends := segmentOf64(t)
	bad := bytes.Clone(content)
	bad[ends[9]+5] ^= 1           // the size of record 10
	bad[ends[19]+headerSize] ^= 1 // the body of record 20
	copy(bad[ends[29]:], make([]byte, ends[39]-ends[29]))
	bad = bad[:ends[60]+7]
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, segmentName(1)), bad, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, junk := range []string{"cursor", "junk.segment", "0000000000000100.segment"} {
		if err := os.WriteFile(filepath.Join(dir, junk), []byte("junk"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, dir, Options{})
	s.put(t, "new")
	got, lost := s.drain(t)
	survivors := append(append(append(numbered(0, 10), numbered(11, 20)...), numbered(21, 30)...), numbered(40, 61)...)
	want(t, "records", got, append(survivors, "new"))
	wantCorrupt := uint64(12) + (0x100 - 62) + 1 // in the segment; between it and the next; in that one
	if s.found.Corrupt != wantCorrupt || lost != 0 {
		t.Errorf("%d corrupt, %d lost later, want %d and 0", s.found.Corrupt, lost, wantCorrupt)
	}
	aside, err := filepath.Glob(filepath.Join(dir, "*"+damagedSuffix))
	if err != nil || len(aside) != 2 {
		t.Errorf("set aside: %v, %v", aside, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, Options{})
	want(t, "the next start", s.found, Found{Last: map[string]int64{}})
}

func TestSegmentDamagedWhileInUse(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{SegmentBytes: 300})
	s.put(t, numbered(0, 20)...)
	first := segments(t, dir)[0]
	if err := os.Truncate(first, 10); err != nil {
		t.Fatal(err)
	}
	got, lost := s.drain(t)
	if len(got) == 0 || len(got)+int(lost) != 20 {
		t.Errorf("%d delivered, %d lost", len(got), lost)
	}
	want(t, "records", got, numbered(20-len(got), 20))
	if _, err := os.Stat(first + damagedSuffix); err != nil {
		t.Error(err)
	}
}

func TestWriterGoesOnAfterDamageToItsSegment(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	s.put(t, numbered(0, 3)...)
	if err := os.Truncate(segments(t, dir)[0], 10); err != nil {
		t.Fatal(err)
	}
	got, lost := s.drain(t)
	if len(got) != 0 || lost != 3 {
		t.Errorf("%v, %d lost", got, lost)
	}
	s.put(t, numbered(3, 6)...)
	got, lost = s.drain(t)
	want(t, "records", got, numbered(3, 6))
	if lost != 0 {
		t.Errorf("%d lost", lost)
	}
}

func TestNotTooManyDamagedFilesAreKept(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 * maxDamaged {
		name := segmentName(uint64(i)) + damagedSuffix
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir, Options{})
	left, err := filepath.Glob(filepath.Join(dir, "*"+damagedSuffix))
	if err != nil || len(left) != maxDamaged || filepath.Base(left[0]) != segmentName(2*maxDamaged)+damagedSuffix {
		t.Errorf("%d left, %v", len(left), err)
	}
}
