package console_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/console"
)

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestEachRecordIsOneWrite(t *testing.T) {
	var writes []string
	h := console.NewHandler(writerFunc(func(p []byte) (int, error) {
		writes = append(writes, string(p))
		return len(p), nil
	}), &console.Options{ReplaceAttr: timeless})
	slog.New(h).Info("m", "text", "a\nb")
	slog.New(h).Info("m")
	want := []string{"INFO    m\n" + marker + "text:\n" + marker + "  a\n" + marker + "  b\n", "INFO    m\n"}
	if diff := cmp.Diff(want, writes); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsOfTheWriter(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		cut  int
		err  error
		want error
	}{{0, nil, nil}, {1, nil, io.ErrShortWrite}, {1, broken, broken}} {
		h := console.NewHandler(writerFunc(func(p []byte) (int, error) { return len(p) - tt.cut, tt.err }), nil)
		if err := h.Handle(context.Background(), slog.Record{}); !errors.Is(err, tt.want) {
			t.Errorf("%d bytes short, error %v: got %v", tt.cut, tt.err, err)
		}
	}
}

// queue is a writer with all the methods that a Handler looks for.
type queue struct {
	bytes.Buffer
	level  slog.Level
	ctx    context.Context
	called []string
	encode func([]byte, slog.Record) []byte
}

func (q *queue) WriteRecord(ctx context.Context, l slog.Level, line []byte) error {
	q.ctx, q.level = ctx, l
	_, err := q.Write(line)
	return err
}
func (q *queue) SetLossEncoder(encode func([]byte, slog.Record) []byte) { q.encode = encode }
func (q *queue) Flush(context.Context) error                            { q.called = append(q.called, "flush"); return nil }
func (q *queue) Shutdown(context.Context) error {
	q.called = append(q.called, "shutdown")
	return io.ErrClosedPipe
}
func (q *queue) Close() error { q.called = append(q.called, "close"); return nil }

func TestQueueAsWriter(t *testing.T) {
	q := new(queue)
	h := console.NewHandler(q, &console.Options{ReplaceAttr: timeless})
	type key struct{}
	ctx := context.WithValue(context.Background(), key{}, 1)
	slog.New(h).WithGroup("g").ErrorContext(ctx, "m", "k", 1)
	if q.String() != "ERROR   m g.k=1\n" || q.level != slog.LevelError || q.ctx != ctx {
		t.Errorf("wrote %q at %v", q.String(), q.level)
	}
	r := slog.Record{Level: slog.LevelWarn, Message: "lost"}
	r.AddAttrs(slog.Int("n", 3))
	if got := string(q.encode([]byte("before "), r)); got != "before WARN    lost n=3\n" {
		t.Errorf("a record of the queue's own: %q", got)
	}
	if err := chain.Flush(ctx, h); err != nil {
		t.Error(err)
	}
	if err := chain.Shutdown(ctx, h.WithGroup("g")); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"flush", "shutdown"}, q.called); diff != "" {
		t.Error(diff)
	}
	plain := console.NewHandler(io.Discard, nil)
	if err := errors.Join(plain.Flush(ctx), plain.Shutdown(ctx)); err != nil {
		t.Error(err)
	}
}

func TestConcurrentLoggersWriteWholeLines(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	for _, w := range []io.Writer{&buf, file} {
		base := slog.New(console.NewHandler(w, nil)).With("pad", "p")
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				log := base.With("g", g).WithGroup("h")
				for range 100 {
					log.Info("m", "text", "a\nb", "end", g)
				}
			})
		}
		wg.Wait()
	}
	fromFile, err := os.ReadFile(file.Name())
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{buf.String(), string(fromFile)} {
		records, err := parse([]byte(out))
		if err != nil || len(records) != 800 {
			t.Fatalf("%d records, error %v", len(records), err)
		}
		for _, r := range records {
			h, _ := r["h"].(map[string]any)
			if r["g"] != h["end"] || h["text"] != "a\nb" {
				t.Fatalf("mixed up: %v", r)
			}
		}
	}
}

func TestNilWriterIsStandardError(t *testing.T) {
	if console.NewHandler(nil, nil) == nil || strings.Contains(marker, "\n") {
		t.Error("no handler")
	}
}
