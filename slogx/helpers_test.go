package slogx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/slogx-go/slogx/slogx"
	"github.com/slogx-go/slogx/slogx/chain"
)

// env is an environment with nothing but vars.
type env = map[string]string

func environment(vars env) slogx.Option { return slogx.WithLookuper(slogx.MapLookuper(vars)) }

// build builds a pipeline on an environment, and shuts it down at the end of the test.
func build(t *testing.T, vars env, opts ...slogx.Option) *slogx.Pipeline {
	t.Helper()
	p, err := slogx.Build(append(opts, environment(vars))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, p) })
	return p
}

func shutdown(t *testing.T, p *slogx.Pipeline) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

// output is a writer that tests read.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// records returns the JSON lines, without their times.
func (o *output) records(t *testing.T) []map[string]any {
	t.Helper()
	return decode(t, []byte(o.String()))
}

func decode(t *testing.T, lines []byte) []map[string]any {
	t.Helper()
	var records []map[string]any
	for dec := json.NewDecoder(bytes.NewReader(lines)); ; {
		var r map[string]any
		err := dec.Decode(&r)
		if err == io.EOF {
			return records
		}
		if err != nil {
			t.Fatalf("decode %q: %v", lines, err)
		}
		delete(r, slog.TimeKey)
		records = append(records, r)
	}
}

// readFile returns the records in a file.
func readFile(t *testing.T, path string) []map[string]any {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, b)
}

// standardError returns what f writes to standard error.
func standardError(t *testing.T, f func()) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	defer func() { os.Stderr = old }()
	os.Stderr = file
	f()
	b, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sink is a handler that does with a message what a func does, and keeps those that it took.
type sink struct {
	do   func(msg string) error // nil: take it
	mu   *sync.Mutex
	took *[]string
}

func newSink(do func(msg string) error) sink { return sink{do, new(sync.Mutex), new([]string)} }

func (s sink) Enabled(context.Context, slog.Level) bool { return true }

func (s sink) Handle(_ context.Context, r slog.Record) error {
	if s.do != nil {
		if err := s.do(r.Message); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.took = append(*s.took, r.Message)
	return nil
}

func (s sink) WithAttrs([]slog.Attr) slog.Handler { return s }
func (s sink) WithGroup(string) slog.Handler      { return s }

func (s sink) messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), *s.took...)
}

// checkBooks fails the test unless the books of every sink add up.
func checkBooks(t *testing.T, st slogx.Stats) {
	t.Helper()
	for name, s := range st.Sinks {
		if s.Accepted != s.Delivered+s.DroppedTotal()+s.Queued+s.Spooled {
			t.Errorf("the books of sink %q do not add up: %+v", name, s)
		}
	}
}

func quiet(error) {}

var _ chain.Handler = (*spy)(nil)

// spy is a wrapper that tells of each record that passes.
type spy struct {
	next chain.Handler
	see  func(top []slog.Attr, r slog.Record)
}

func spying(see func(top []slog.Attr, r slog.Record)) func(slog.Handler) slog.Handler {
	return func(next slog.Handler) slog.Handler { return &spy{chain.Adapt(next), see} }
}

func (s *spy) Enabled(ctx context.Context, l slog.Level) bool { return s.next.Enabled(ctx, l) }

func (s *spy) Handle(ctx context.Context, r slog.Record) error { return s.HandleTop(ctx, nil, r) }

func (s *spy) HandleTop(ctx context.Context, top []slog.Attr, r slog.Record) error {
	s.see(top, r)
	return s.next.HandleTop(ctx, top, r)
}

func (s *spy) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &spy{chain.Adapt(s.next.WithAttrs(attrs)), s.see}
}

func (s *spy) WithGroup(name string) slog.Handler {
	return &spy{chain.Adapt(s.next.WithGroup(name)), s.see}
}

func (s *spy) Unwrap() slog.Handler { return s.next }
