package buffer_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/internal/buffer"
)

func TestGetIsEmpty(t *testing.T) {
	for range 100 {
		b := buffer.Get()
		if len(*b) != 0 {
			t.Fatalf("got %d bytes, want an empty buffer", len(*b))
		}
		*b = append(*b, "something"...)
		buffer.Put(b)
	}
}

func TestBuffersAreNotShared(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			want := bytes.Repeat([]byte{byte(g)}, 2000)
			for range 200 {
				b := buffer.Get()
				*b = append(*b, want...)
				if !bytes.Equal(*b, want) {
					t.Error("somebody else wrote to the buffer")
				}
				buffer.Put(b)
			}
		})
	}
	wg.Wait()
}

func TestHugeBuffersAreNotKept(t *testing.T) {
	for range 100 {
		b := buffer.Get()
		*b = make([]byte, 0, 1<<20)
		buffer.Put(b)
	}
	for range 100 {
		if b := buffer.Get(); cap(*b) >= 1<<20 {
			t.Fatalf("got a buffer of %d bytes from the pool", cap(*b))
		}
	}
}

func BenchmarkGet(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		buffer.Put(buffer.Get())
	}
}
