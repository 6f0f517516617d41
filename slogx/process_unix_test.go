//go:build unix

package slogx_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx"
)

func init() {
	children["service"] = service
	children["crash"] = crash
}

// start starts this test program as one of its children.
func start(t *testing.T, name string, vars ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), append(vars, child+"="+name)...)
	cmd.Stderr = new(bytes.Buffer)
	return cmd
}

// service is a program that logs until it is told to stop, as the documentation shows it.
func service() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	p, err := slogx.Build()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	slog.SetDefault(p.Logger())

	var logged [8]atomic.Uint64
	var working sync.WaitGroup
	for g := range logged {
		working.Go(func() {
			for ctx.Err() == nil {
				slog.Info("work", "g", g, "n", logged[g].Load())
				if logged[g].Add(1) == 1000 {
					fmt.Println("busy")
				}
			}
		})
	}
	<-ctx.Done()
	working.Wait()

	end, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.Shutdown(end); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var total uint64
	for g := range logged {
		total += logged[g].Load()
	}
	fmt.Println("logged", total, "accepted", p.Stats().Sinks["file"].Accepted)
	return 0
}

func TestTerminationUnderLoadLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	cmd := start(t, "service", "SLOGX_PRESET=production", "SLOGX_USE=-redact", "SLOGX_SINKS=file", "SLOGX_FILE_PATH="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for busy := 0; busy < 8 && lines.Scan(); {
		if lines.Text() == "busy" {
			busy++
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, cmd.Stderr)
	}
	var logged, accepted int
	if _, err := fmt.Sscanf(last, "logged %d accepted %d", &logged, &accepted); err != nil {
		t.Fatalf("%q: %v", last, err)
	}
	next := map[any]float64{}
	records := readFile(t, path)
	for _, r := range records {
		if r["n"] != next[r["g"]] {
			t.Fatalf("goroutine %v: record %v, want %v", r["g"], r["n"], next[r["g"]])
		}
		next[r["g"]]++
	}
	if len(records) != logged || accepted != logged || logged < 8000 {
		t.Errorf("%d records in the file, %d accepted, %d logged", len(records), accepted, logged)
	}
}

// crash is a program that dies of a panic.
func crash() int {
	stop, err := slogx.CrashOutput(os.Getenv("CRASH_PATH"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if os.Getenv("CRASH_STOP") != "" {
		if err := stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	done := make(chan struct{})
	go func() {
		panic("last words")
	}()
	<-done
	return 0
}

func TestCrashOutput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crash.log")
	for _, tt := range []struct {
		name string
		vars []string
		want int // crashes in the file
	}{
		{"first crash", nil, 1},
		{"second crash is appended", nil, 2},
		{"stopped", []string{"CRASH_STOP=1"}, 2},
	} {
		cmd := start(t, "crash", append(tt.vars, "CRASH_PATH="+path)...)
		if err := cmd.Run(); err == nil || !strings.Contains(fmt.Sprint(cmd.Stderr), "panic: last words") {
			t.Fatalf("%s: %v, standard error %s", tt.name, err, cmd.Stderr)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b, []byte("panic: last words")); n != tt.want || !bytes.Contains(b, []byte("slogx_test.crash")) {
			t.Errorf("%s: %d crashes in the file, want %d: %s", tt.name, n, tt.want, b)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
}

func TestCrashOutputThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	if _, err := slogx.CrashOutput(dir); err == nil || !strings.Contains(err.Error(), "set crash output") || !strings.Contains(err.Error(), dir) {
		t.Errorf("a directory: %v", err)
	}
}
