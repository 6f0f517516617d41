package spool

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// maxFuzz bounds the inputs, in bytes.
const maxFuzz = 64 << 10

func FuzzReader(f *testing.F) {
	frames := appendFrame(appendFrame(nil, 1, "{}", []byte("one")), 2, `{a="b"}`, []byte("two"))
	number(frames, 1)
	f.Add(frames)
	f.Add(frames[:len(frames)-1])
	f.Add(append([]byte{0xFF, 'L', 0xFF}, frames...))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > maxFuzz {
			return
		}
		last := appendFrame(nil, 7, "{}", []byte("the last record"))
		number(last, 9)
		content = append(content, last...)
		r := reader{src: bytes.NewReader(content)}
		end, found := int64(0), false
		for {
			p, err := r.next(int64(len(content)))
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if p.off != end || p.size <= 0 {
				t.Fatalf("part at %d of %d bytes, want one at %d", p.off, p.size, end)
			}
			end += p.size
			found = !p.damaged && p.seq == 9 && string(p.Fields) == "the last record"
		}
		if end != int64(len(content)) || !found {
			t.Errorf("read %d of %d bytes; found the last record: %v", end, len(content), found)
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("cursor"), []byte("segment"))
	frames := appendFrame(nil, 1, "{}", []byte("one"))
	number(frames, 1)
	f.Add(make([]byte, 2*slotSpace), frames)
	f.Fuzz(func(t *testing.T, cursor, segment []byte) {
		if len(segment) > maxFuzz || len(cursor) > maxFuzz {
			return
		}
		dir := t.TempDir()
		errs := errors.Join(os.WriteFile(filepath.Join(dir, "cursor"), cursor, 0o600),
			os.WriteFile(filepath.Join(dir, segmentName(1)), segment, 0o600))
		if errs != nil {
			t.Fatal(errs)
		}
		s := open(t, dir, Options{})
		s.put(t, "new")
		got, lost := s.drain(t)
		if uint64(len(got)) != s.found.Records+1 || lost != 0 || got[len(got)-1] != "new" {
			t.Errorf("found %d, delivered %d, lost %d", s.found.Records, len(got), lost)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
