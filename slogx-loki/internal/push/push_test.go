package push

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/snappy"
)

// The message types, as [decode] reads them.
type (
	stream struct {
		Labels  string
		Entries []entry
	}
	entry struct {
		Seconds, Nanos int64
		Line           string
		Metadata       [][2]string
	}
)

// decode reads a request without the help of what wrote it.
func decode(body []byte) (streams []stream, err error) {
	plain, err := snappy.Decode(nil, body)
	if err != nil {
		return nil, err
	}
	err = fields(plain, func(_ int, b []byte, _ uint64) error {
		var s stream
		err := fields(b, func(n int, b []byte, _ uint64) error {
			if n == 1 {
				s.Labels = string(b)
				return nil
			}
			e, err := decodeEntry(b)
			s.Entries = append(s.Entries, e)
			return err
		})
		streams = append(streams, s)
		return err
	})
	return streams, err
}

func decodeEntry(b []byte) (e entry, err error) {
	err = fields(b, func(n int, b []byte, _ uint64) error {
		switch n {
		case 1:
			return fields(b, func(n int, _ []byte, v uint64) error {
				*map[int]*int64{1: &e.Seconds, 2: &e.Nanos}[n] = int64(v)
				return nil
			})
		case 2:
			e.Line = string(b)
			return nil
		default:
			var pair [2]string
			err := fields(b, func(n int, b []byte, _ uint64) error {
				pair[n-1] = string(b)
				return nil
			})
			e.Metadata = append(e.Metadata, pair)
			return err
		}
	})
	return e, err
}

// fields calls f for each field of a message: bytes or a number.
func fields(b []byte, f func(n int, b []byte, v uint64) error) error {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		v, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 {
			return errors.New("no tag or no value")
		}
		b = b[n+m:]
		var err error
		switch {
		case tag&7 == 0:
			err = f(int(tag>>3), nil, v)
		case tag&7 == 2 && v <= uint64(len(b)):
			err = f(int(tag>>3), b[:v], 0)
			b = b[v:]
		default:
			err = fmt.Errorf("wire type %d, %d of %d bytes", tag&7, v, len(b))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// item returns an item as a handler makes it.
func item(stream int, at int64, line string, metadata ...string) Item {
	fields := PutLineHeader(append(make([]byte, LineRoom), line...))
	for i := 0; i < len(metadata); i += 2 {
		fields = AppendMetadata(fields, metadata[i], metadata[i+1])
	}
	return Item{Stream: stream, Time: at, Fields: fields}
}

func TestRequestReadsBack(t *testing.T) {
	var e Encoder
	labels := []string{`{a="1"}`, `{unused="1"}`, `{b="2"}`}
	items := []Item{
		item(2, 1_500_000_000_000_000_007, "first of b"),
		item(0, 0, "first of a", "k", "v", "", ""),
		item(2, -1, "second of b", "name", "value"),
		item(0, math.MaxInt64, ""),
		item(0, math.MinInt64, "last"),
	}
	want := []stream{
		{Labels: `{b="2"}`, Entries: []entry{
			{Seconds: 1_500_000_000, Nanos: 7, Line: "first of b"},
			{Seconds: -1, Nanos: 999_999_999, Line: "second of b", Metadata: [][2]string{{"name", "value"}}},
		}},
		{Labels: `{a="1"}`, Entries: []entry{
			{Line: "first of a", Metadata: [][2]string{{"k", "v"}, {"", ""}}},
			{Seconds: 9223372036, Nanos: 854775807},
			{Seconds: -9223372037, Nanos: 145224192, Line: "last"},
		}},
	}
	for range 2 { // the second with the memory of the first
		body, plain := e.Encode(labels, items)
		got, err := decode(body)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if n, err := snappy.DecodedLen(body); err != nil || n != plain {
			t.Errorf("%d bytes before compression, said %d, %v", n, plain, err)
		}
	}
	if body, plain := e.Encode(labels, nil); plain != 0 {
		t.Errorf("no items are %d bytes, %q", plain, body)
	}
}

func TestHasMetadata(t *testing.T) {
	b := AppendMetadata(AppendMetadata(nil, "a", "x"), "bb", "a")
	for name, want := range map[string]bool{"a": true, "bb": true, "b": false, "x": false, "": false} {
		if got := HasMetadata(b, name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add(int64(1), "line", "name", "value", uint8(3))
	f.Add(int64(-1), "", "", "", uint8(200))
	var e Encoder
	f.Fuzz(func(t *testing.T, at int64, line, name, value string, n uint8) {
		if len(line)+len(name)+len(value) > 64<<10 {
			return
		}
		labels := []string{"{}", "{" + name + "}", value}
		var items []Item
		var want [3]stream
		var order []int
		for i := range int(n % 16) {
			s := (int(n) + i*i) % len(labels)
			it := item(s, at+int64(i), line[:len(line)*i/16], name, value)
			if !bytes.Equal(Line(it.Fields), []byte(line[:len(line)*i/16])) {
				t.Fatalf("line %q", Line(it.Fields))
			}
			items = append(items, it)
			if want[s].Entries == nil {
				order = append(order, s)
				want[s].Labels = labels[s]
			}
			seconds, nanos := split(at + int64(i))
			want[s].Entries = append(want[s].Entries, entry{seconds, nanos, line[:len(line)*i/16], [][2]string{{name, value}}})
			if seconds*1e9+nanos != at+int64(i) || nanos < 0 || nanos > 999_999_999 {
				t.Fatalf("%d is %d s %d ns", at, seconds, nanos)
			}
		}
		body, _ := e.Encode(labels, items)
		got, err := decode(body)
		if err != nil || len(got) != len(order) {
			t.Fatalf("%d streams, want %d, %v", len(got), len(order), err)
		}
		for i, s := range order {
			if diff := cmp.Diff(want[s], got[i]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	})
}
