package rotate

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// child is set in the environment of a test binary that plays another process.
const child = "SLOGX_ROTATE_TEST_CHILD"

// children are the programs of other processes, by the value of child.
var children = map[string]func() error{}

func TestMain(m *testing.M) {
	name := os.Getenv(child)
	if name == "" {
		os.Exit(m.Run())
	}
	run, ok := children[name]
	if !ok {
		fmt.Fprintln(os.Stderr, "no such child:", name)
		os.Exit(2)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Now().Round(0)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// problems collects what OnError is told.
type problems struct {
	mu   sync.Mutex
	errs []error
}

func (p *problems) add(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errs = append(p.errs, err)
}

func (p *problems) all() []error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errs
}

// openTest opens a File that is closed with the test. Problems fail the test unless opts has an OnError.
func openTest(t *testing.T, path string, opts *Options, change ...func(*system)) *File {
	t.Helper()
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.OnError == nil {
		o.OnError = func(err error) { t.Errorf("problem: %v", err) }
	}
	sys := realSystem()
	for _, c := range change {
		c(&sys)
	}
	f, err := open(path, &o, sys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return f
}

func write(t *testing.T, f *File, line string) {
	t.Helper()
	if n, err := f.Write([]byte(line)); err != nil || n != len(line) {
		t.Fatalf("write %.40q: %d, %v", line, n, err)
	}
}

func rotate(t *testing.T, f *File) {
	t.Helper()
	if err := f.Rotate(); err != nil {
		t.Fatal(err)
	}
}

func wait(t *testing.T, f *File) {
	t.Helper()
	if err := f.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// backupsOf returns the paths of the backups of the file at path, in the order of their names.
func backupsOf(t *testing.T, path string) []string {
	t.Helper()
	ext := filepath.Ext(path)
	found, err := filepath.Glob(strings.TrimSuffix(path, ext) + "-*")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// read returns what is in a file, uncompressed.
func read(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(b)
}

// readAll returns what is in the backups and in the file at path, in the order of time.
func readAll(t *testing.T, path string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range append(backupsOf(t, path), path) {
		b.WriteString(read(t, p))
	}
	return b.String()
}

// contents returns what is in each backup.
func contents(t *testing.T, path string) []string {
	t.Helper()
	var all []string
	for _, p := range backupsOf(t, path) {
		all = append(all, read(t, p))
	}
	return all
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
