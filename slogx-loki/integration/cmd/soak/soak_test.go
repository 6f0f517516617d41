package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
)

func TestMain(m *testing.M) {
	if ran, err := servers.RunReceiver(); ran {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// Twenty seconds of what is meant to run for thirty minutes.
func TestSoak(t *testing.T) {
	var out strings.Builder
	seed := uint64(time.Now().UnixNano())
	if err := soak(t.Context(), settings{duration: 20 * time.Second, rate: 2000, seed: seed, dir: t.TempDir()}, &out); err != nil {
		t.Error(err)
	}
	t.Log(out.String())
}

func TestMemoryThatGrowsIsFound(t *testing.T) {
	const mb = 1 << 20
	flat, grows, piles := &memory{}, &memory{}, &memory{}
	for i := range 100 {
		flat.heap = append(flat.heap, uint64(50+i%20)*mb)
		grows.heap = append(grows.heap, uint64(50+2*i)*mb)
		piles.goroutines = append(piles.goroutines, 30+i)
	}
	if err := flat.check(); err != nil {
		t.Errorf("flat: %v", err)
	}
	for name, m := range map[string]*memory{"memory": grows, "goroutines": piles} {
		if err := m.check(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s that grow: %v", name, err)
		}
	}
}

func TestRecordsThatAreNoneAreFound(t *testing.T) {
	seen := newIDs(10)
	for _, line := range []string{`{"id":3,"a":1}`, `{"id":4}`, `{"id":3}`} {
		if err := seen.add([]byte(line)); err != nil {
			t.Error(err)
		}
	}
	if want := (counted{distinct: 2, twice: 1}); seen.counted != want {
		t.Errorf("counted %+v, want %+v", seen.counted, want)
	}
	for _, line := range []string{``, `{"id":5`, `{"id":11}`, `{"id":x}`, `{"id":0}`, `{"a":1}`, `{"id":5,"p":"` + secret + `"}`} {
		if err := seen.add([]byte(line)); err == nil {
			t.Errorf("%q is taken for a record", line)
		}
	}
}
