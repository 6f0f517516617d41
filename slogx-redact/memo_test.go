package slogxredact

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/slogx-go/slogx/slogx/slogxtest"
)

func TestAMemoKnowsOnlyWhatItWasTold(t *testing.T) {
	var m memo[int]
	texts := []string{"", "a", "ab", "abc", "abcd", "abcdefgh", "abcdefghi", "abcdefgh-x-abcdefgh", "abcdefgh-y-abcdefgh"}
	for i, text := range texts {
		if _, ok := m.get(text); ok {
			t.Errorf("%q is known before it was put", text)
		}
		m.put(text, i)
		if got, ok := m.get(text); ok && got != i {
			t.Errorf("%q: got %d, want %d", text, got, i)
		}
	}
	// Two texts that share a place are never taken for one another.
	if m.place(texts[7]) != m.place(texts[8]) {
		t.Error("the two last texts do not share a place")
	}
	if got, ok := m.get(texts[7]); !ok || got != 7 {
		t.Errorf("%q: %d, %v", texts[7], got, ok)
	}
	// One that comes often gets the place.
	for range 100 * replaceEach {
		m.put(texts[8], 8)
	}
	if got, ok := m.get(texts[8]); !ok || got != 8 {
		t.Errorf("%q: %d, %v", texts[8], got, ok)
	}
}

func TestAMemoKeepsItsOwnCopy(t *testing.T) {
	var m memo[int]
	large := strings.Repeat("x", 1<<16)
	m.put(large[:8], 1)
	e := m.place(large[:8]).Load()
	if e == nil || e.text != large[:8] || unsafe.StringData(e.text) == unsafe.StringData(large) {
		t.Error("the text of the caller is kept, and all that it is a part of")
	}
}

// What is remembered about keys and messages is shared by all loggers of a handler.
func TestManyGoroutinesManyKeys(t *testing.T) {
	rec := slogxtest.NewRecorder(t)
	l := slog.New(NewHandler(rec, nil))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 300 {
				key := fmt.Sprintf("k%d", (i*7+g)%2000)
				l.Info("message "+key, key, "x", key+"_token", plain, "n", i)
			}
		})
	}
	wg.Wait()
	for _, r := range rec.Records() {
		m := r.Map()
		masks := 0
		for k, v := range m {
			if strings.HasSuffix(k, "_token") != (v == masked) {
				t.Errorf("%s is %v", k, v)
			}
			if v == masked {
				masks++
			}
		}
		if masks != 1 {
			t.Errorf("%d masks in %v", masks, m)
		}
	}
}
