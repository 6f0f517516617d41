package integration

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	slogxloki "github.com/slogx-go/slogx/slogx-loki"
	"github.com/slogx-go/slogx/slogx-loki/integration/servers"
)

// The environment of the program.
const (
	varURL   = "SLOGX_TEST_PROGRAM_URL"
	varSpool = "SLOGX_TEST_PROGRAM_SPOOL"
	varSync  = "SLOGX_TEST_PROGRAM_SYNC"
	varDone  = "SLOGX_TEST_PROGRAM_DONE"
)

const loggers = 4 // goroutines of the program

// done is, for each goroutine of the program, the number of the record whose Handle has not returned. It is memory
// that the program and the test share: it outlives a kill, and costs the program no time.
type done [loggers]atomic.Int64

// openDone maps a file of the size of done.
func openDone(path string) (*done, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := binary.Size([loggers]int64{})
	if err := f.Truncate(int64(size)); err != nil {
		return nil, err
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return (*done)(unsafe.Pointer(&data[0])), nil
}

// runProgram is the program: it logs to a spool until it is killed. In any other process it returns false at once.
func runProgram() (bool, error) {
	url := os.Getenv(varURL)
	if url == "" {
		return false, nil
	}
	d, err := openDone(os.Getenv(varDone))
	if err != nil {
		return true, err
	}
	opts := patient(url)
	opts.Service, opts.Level = "test", levels[0]
	opts.SpoolDir, opts.SpoolSync = os.Getenv(varSpool), slogxloki.Sync(os.Getenv(varSync))
	h, err := slogxloki.NewHandler(&opts)
	if err != nil {
		return true, err
	}
	for g := range loggers {
		go func() {
			log := slog.New(h)
			for n := d[g].Load(); ; n++ {
				logOne(log, g, int(n))
				d[g].Store(n + 1)
			}
		}()
	}
	select {}
}

// kills is how many programs TestProgramThatIsKilled kills: SLOGX_TEST_KILLS, or few.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SLOGX_TEST_KILLS")
	if text == "" {
		return 25
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A program with a spool that is killed with -9 at a random moment under load: once it runs again, every record
// whose Handle had returned is at the server. At times the server is killed, too.
func TestProgramThatIsKilled(t *testing.T) {
	s := startReceiver(t, &servers.ReceiverOptions{Delay: time.Millisecond})
	dir := t.TempDir()
	d, err := openDone(filepath.Join(dir, "done"))
	if err != nil {
		t.Fatal(err)
	}
	spool := filepath.Join(dir, "spool")
	unsure := make(map[row]bool) // records that a program was killed in
	rounds, serverKills := kills(t), 0
	var told bytes.Buffer
	defer func() {
		if t.Failed() {
			t.Logf("the programs told of:\n%s", &told)
		}
	}()
	for i := range rounds {
		sync := []slogxloki.Sync{slogxloki.SyncInterval, slogxloki.SyncNone, slogxloki.SyncAlways}[i%3]
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), varURL+"="+s.URL(), varSpool+"="+spool, varSync+"="+string(sync), varDone+"="+filepath.Join(dir, "done"))
		cmd.Stderr = &told
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, d, d.total()+rand.Int64N(4000))
		if i%5 == 4 { // the server first
			serverKills++
			if err := s.Kill(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, d, d.total()+rand.Int64N(2000))
		}
		err := errors.Join(cmd.Process.Kill(), ignoreKilled(cmd.Wait()))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(within(t)); err != nil {
			t.Fatal(err)
		}
		for g := range d { // the next one begins behind them
			unsure[row{g: int32(g), n: int32(d[g].Load())}] = true
			d[g].Add(1)
		}
	}

	opts := patient(s.URL())
	opts.SpoolDir = spool
	h := newHandler(t, opts)
	if err := h.Shutdown(within(t)); err != nil {
		t.Fatal(err)
	}
	balance(t, h.Stats())

	y := tallyOf(t, s, time.Time{}, false)
	for _, f := range y.faults {
		t.Error(f)
	}
	there := make(map[row]bool, len(y.rows))
	for _, r := range y.rows {
		there[row{g: r.g, n: r.n}] = true
	}
	lost := 0
	for g := range d {
		for n := range d[g].Load() {
			if r := (row{g: int32(g), n: int32(n)}); !there[r] && !unsure[r] {
				lost++
			}
		}
	}
	again := repeated(t, s)
	t.Logf("%d kills of the program, %d of the server: %d records, %d lost, %d batches came twice", rounds, serverKills, d.total(), lost, again)
	if lost > 0 {
		t.Errorf("%d of %d records are lost", lost, d.total())
	}
	if again > rounds+serverKills {
		t.Errorf("%d batches came twice, want at most one for each kill", again)
	}
}

func (d *done) total() int64 {
	var n int64
	for g := range d {
		n += d[g].Load()
	}
	return n
}

// waitFor waits until the programs have logged n records in all.
func waitFor(t *testing.T, d *done, n int64) {
	t.Helper()
	ctx := within(t)
	for d.total() < n {
		select {
		case <-ctx.Done():
			t.Fatalf("%d records are logged, want %d", d.total(), n)
		case <-time.After(100 * time.Microsecond):
		}
	}
}

// ignoreKilled returns err unless it says that a process was killed.
func ignoreKilled(err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return nil
	}
	return fmt.Errorf("it ended by itself: %w", err)
}
