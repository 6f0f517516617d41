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
	var m memo
	secret, odd := keyVerdict{secret: true}, keyVerdict{odd: true}
	texts := []string{"", "a", "ab", "abc", "abcd", "abcdefgh", "abcdefghi", "abcdefgh-x-abcdefgh", "abcdefgh-y-abcdefgh"}
	for _, text := range texts[:8] {
		at, e := m.get(text)
		if e != nil {
			t.Errorf("%q is known before it was put", text)
		}
		at.put(text, secret)
		if _, e := m.get(text); e != nil && e.verdict != secret {
			t.Errorf("%q: got %v", text, e.verdict)
		}
	}
	// Two texts that share a place are never taken for one another.
	at, e := m.get(texts[7])
	if e == nil || e.verdict != secret {
		t.Errorf("%q: got %v", texts[7], e)
	}
	if other, e := m.get(texts[8]); other != at || e != nil {
		t.Error("the two last texts do not share a place, or both are known")
	}
	// One that comes often gets the place.
	for range 100 * replaceEach {
		at.put(texts[8], odd)
	}
	if _, e := m.get(texts[8]); e == nil || e.verdict != odd {
		t.Errorf("%q: got %v", texts[8], e)
	}
}

func TestAMemoKeepsItsOwnCopy(t *testing.T) {
	var m memo
	large := strings.Repeat("x", 1<<16)
	at, _ := m.get(large[:8])
	at.put(large[:8], keyVerdict{})
	if e := at.entry.Load(); e == nil || e.text != large[:8] || unsafe.StringData(e.text) == unsafe.StringData(large) {
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

// Whether a value is clean depends on its key: under another it is looked at anew.
func TestValuesAreRememberedWithTheirKey(t *testing.T) {
	keys := new(keyRules)
	put := func(key string) *memoEntry {
		at, _ := keys.known.get(key)
		at.put(key, keyVerdict{})
		_, e := keys.known.get(key)
		return e
	}
	user, phone := put("user"), put("phone")
	for _, value := range []string{"a", "ab", "abc", "abcd", "abcdefgh", "abcdefghi", "0123456789abcdef", "0123456789abcdef-", "0123456789abcdefghijklmn"} {
		var m valueMemo
		at, v, known := m.get(user, value)
		if at.put(v); known {
			t.Errorf("%q is known before it was put", value)
		}
		if _, _, known := m.get(user, value); !known {
			t.Errorf("%q is not known", value)
		}
		for _, other := range []string{value + "x", value[:len(value)/2] + "?" + value[len(value)/2+1:], value[1:], "x" + value[1:], value[:len(value)-1]} {
			if _, _, known := m.get(user, other); known && len(other) <= maxMemoValue {
				t.Errorf("%q is taken for %q", other, value)
			}
		}
		if _, _, known := m.get(phone, value); known {
			t.Errorf("%q is known under another key", value)
		}
	}
	r, err := compile(&Options{Detectors: []string{"ipv4"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // the third time it is known
		for key, want := range map[string]bool{"version": true, "addr": false} {
			rec, q := record(slog.String(key, "203.0.113.9")), r.quick()
			if got := q.record(nil, &rec); got != want {
				t.Errorf("%s: clean = %v, want %v", key, got, want)
			}
		}
	}
}
