//go:build unix

package slogxloki

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The child's settings.
const (
	childURL   = "SLOGX_TEST_URL"
	childDir   = "SLOGX_TEST_DIR"
	childFirst = "SLOGX_TEST_FIRST"
	childSync  = "SLOGX_TEST_SYNC"
)

func init() {
	// Logs numbered records from two goroutines, and prints each number when Handle has returned, until it is
	// killed.
	children["log"] = func() error {
		first, err := strconv.Atoi(os.Getenv(childFirst))
		if err != nil {
			return err
		}
		h, err := NewHandler(&Options{
			URL: os.Getenv(childURL), SpoolDir: os.Getenv(childDir), SpoolSync: Sync(os.Getenv(childSync)), Service: "test",
			BatchBytes: 2 << 10, BatchWait: time.Millisecond, SpoolBytes: 64 << 20,
		})
		if err != nil {
			return err
		}
		failed := make(chan error)
		for g := range 2 {
			go func() {
				for i := first + g; ; i += 2 {
					err := h.Handle(context.Background(), at(time.Now(), strconv.Itoa(i)))
					if err == nil {
						_, err = os.Stdout.WriteString(strconv.Itoa(i) + "\n")
					}
					if err != nil {
						failed <- err
						return
					}
				}
			}()
		}
		return <-failed
	}
}

// kills is how many processes TestKilledProcessLosesNothing kills: SLOGX_TEST_KILLS, or few.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SLOGX_TEST_KILLS")
	if text == "" {
		return 15
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// receiver is a server that remembers what it was sent, before it answers.
type receiver struct {
	mu      sync.Mutex
	times   map[string]int // that a record came
	bodies  map[string]int // the same of whole batches
	doubled int            // batches that came again
	odd     []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // killed in the middle
	}
	entries, err := decodePush(body)
	r.mu.Lock()
	if err != nil {
		r.odd = append(r.odd, err.Error())
	}
	again := false
	for _, e := range entries {
		_, msg, _ := strings.Cut(e.Line, `"msg":"`)
		msg, _, _ = strings.Cut(msg, `"`)
		r.times[msg]++
		again = again || r.times[msg] > 1
	}
	r.bodies[string(body)]++
	if again {
		r.doubled++
		if r.bodies[string(body)] == 1 {
			r.odd = append(r.odd, fmt.Sprintf("a batch of %d records repeats some of another", len(entries)))
		}
	}
	r.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func TestKilledProcessLosesNothing(t *testing.T) {
	r := &receiver{times: make(map[string]int), bodies: make(map[string]int)}
	srv := httptest.NewServer(r)
	defer srv.Close()
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	first, n := 0, kills(t)
	for i := range n {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		sync := []Sync{SyncNone, SyncInterval, SyncAlways}[i%3]
		cmd.Env = append(os.Environ(), child+"=log", childURL+"="+srv.URL, childDir+"="+dir,
			fmt.Sprintf("%s=%d", childFirst, first), childSync+"="+string(sync))
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err := errors.Join(err, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for left := 1 + rand.N(300); lines.Scan(); left-- {
			if left == 0 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			acknowledged[lines.Text()] = true
			number, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatal(err)
			}
			first = max(first, number+2)
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("child: %v", err)
		}
		first += 10 // records that were not acknowledged may have been spooled
	}
	h, err := NewHandler(&Options{URL: srv.URL, SpoolDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	lost := 0
	for msg := range acknowledged {
		if r.times[msg] == 0 {
			lost++
		}
	}
	if lost > 0 || r.doubled > n || r.odd != nil {
		t.Errorf("%d of %d acknowledged records lost, %d batches doubled in %d kills; odd: %q",
			lost, len(acknowledged), r.doubled, n, r.odd)
	}
	if st := h.Stats(); st.DroppedTotal() > uint64(n) { // a torn record was not acknowledged
		t.Errorf("%+v", st)
	}
	t.Logf("%d records acknowledged, %d received, %d batches doubled", len(acknowledged), len(r.times), r.doubled)
}
