package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRunQueuePrintsTables(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"queue", "-rounds", "2", "-records", "1100", "-dir", t.TempDir()}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"medians of 2 rounds: 100 records at 100000/s from one goroutine, then 1000 from 4 that never pause",
		"| To a file, 5 attributes | p50 ns | p99.9 ns | allocations | records/s | lost, at most |",
		"| slogx against | p50 | p99.9 | records/s |",
		"| the best that loses nothing |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// A peer that loses nothing under a load that it can carry is set up right.
func TestQueuePeersWriteEveryRecord(t *testing.T) {
	load := queueLoad{paced: 100, every: time.Microsecond, flood: 1000, goroutines: 4}
	for _, p := range queuePeers {
		r, err := measureQueue(p, load, t.TempDir())
		if err != nil || r.lost != 0 {
			t.Errorf("%s: lost %d of 1100 records, %v", p.name, r.lost, err)
		}
		if r.p50 <= 0 || r.p999 < r.p50 || r.rate <= 0 {
			t.Errorf("%s: figures %+v", p.name, r)
		}
	}
}

func TestCountLost(t *testing.T) {
	const good = `{"time":"2026-03-14T15:09:26Z","level":"INFO","msg":"request served","method":"GET","path":"/api/v1/orders/4711","status":200,"elapsed":1234567,"id":%s}`
	for name, c := range map[string]struct {
		lines string
		want  int
	}{
		"all there":     {fmt.Sprintf(good+"\n"+good+"\n", "1", "0"), 0},
		"one twice":     {fmt.Sprintf(good+"\n"+good+"\n", "0", "0"), 1},
		"one torn":      {fmt.Sprintf(good+"\n", "0") + good[:40] + "\n", 1},
		"two run on":    {fmt.Sprintf(good+good+"\n", "0", "1"), 2},
		"other value":   {strings.Replace(fmt.Sprintf(good+"\n", "0"), "200", "404", 1), 2},
		"out of range":  {fmt.Sprintf(good+"\n"+good+"\n", "2", "-1"), 2},
		"without time":  {strings.Replace(fmt.Sprintf(good+"\n", "0"), `"time":"2026-03-14T15:09:26Z",`, "", 1), 2},
		"an empty file": {"", 2},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, []byte(c.lines), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := countLost(path, 2); got != c.want || err != nil {
			t.Errorf("%s: lost %d, %v, want %d", name, got, err, c.want)
		}
	}
	if _, err := countLost(filepath.Join(t.TempDir(), "missing"), 2); err == nil {
		t.Error("a log that is missing has lost nothing")
	}
}

// Who loses records is no measure, however quick.
func TestBestPeerLosesNothing(t *testing.T) {
	results := make([][]queueResult, len(queuePeers))
	for i := range results {
		results[i] = []queueResult{{p50: float64(1000 + i), p999: float64(9000 - i), rate: float64(100 * i)}}
	}
	last := len(results) - 1
	results[last][0] = queueResult{p50: 1, p999: 1, rate: 1e9, lost: 1}
	if got, want := bestOf(results, 0), (queueResult{p50: 1002, p999: float64(9000 - last + 1), rate: float64(100 * (last - 1))}); got != want {
		t.Errorf("best is %+v, want %+v", got, want)
	}
}

func TestRunRotatePrintsATable(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"rotate", "-rounds", "2", "-writes", "10", "-dir", t.TempDir()}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"median of 2 rounds of 10 writes of 200 bytes each", "| os.File |", "| 1.000× |", "| slogx/rotate |", "| lumberjack |", "| timberjack |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// A peer that wrote less than the others would look quicker than it is.
func TestFilePeersWriteTheLines(t *testing.T) {
	for _, p := range filePeers {
		path := filepath.Join(t.TempDir(), "log")
		f, err := p.open(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := f.Write([]byte("text\n")); err != nil {
				t.Error(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(path); string(got) != strings.Repeat("text\n", 3) || err != nil {
			t.Errorf("%s wrote %q, %v", p.name, got, err)
		}
	}
}
