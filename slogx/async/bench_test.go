package async

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// mutexed is bufio behind a lock: what one would write without this package.
type mutexed struct {
	mu sync.Mutex
	w  *bufio.Writer
}

func (m *mutexed) WriteRecord(_ context.Context, _ slog.Level, line []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err := m.w.Write(line)
	return err
}

type recordWriter interface {
	WriteRecord(ctx context.Context, level slog.Level, line []byte) error
}

func BenchmarkWriteRecord(b *testing.B) {
	line := []byte(strings.Repeat("x", 199) + "\n")
	sinks := map[string]func(b *testing.B) io.Writer{
		"discard": func(*testing.B) io.Writer { return io.Discard },
		"file": func(b *testing.B) io.Writer {
			f, err := os.Create(filepath.Join(b.TempDir(), "log"))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = f.Close() })
			return f
		},
	}
	peers := map[string]func(io.Writer) recordWriter{
		"async": func(w io.Writer) recordWriter { return NewWriter(w, nil) },
		"bufio": func(w io.Writer) recordWriter { return &mutexed{w: bufio.NewWriterSize(w, 64<<10)} },
	}
	for sink, open := range sinks {
		for peer, wrap := range peers {
			b.Run(sink+"/"+peer, func(b *testing.B) {
				w := wrap(open(b))
				b.ReportAllocs()
				for b.Loop() {
					_ = w.WriteRecord(b.Context(), slog.LevelInfo, line)
				}
				closeQueue(b, w)
			})
			b.Run(sink+"Parallel/"+peer, func(b *testing.B) {
				w := wrap(open(b))
				b.ReportAllocs()
				b.SetParallelism(2)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						_ = w.WriteRecord(b.Context(), slog.LevelInfo, line)
					}
				})
				closeQueue(b, w)
			})
		}
	}
}

func BenchmarkLog(b *testing.B) {
	peers := map[string]func(io.Writer) io.Writer{
		"async": func(w io.Writer) io.Writer { return NewWriter(w, nil) },
		"bufio": func(w io.Writer) io.Writer { return &mutexed{w: bufio.NewWriterSize(w, 64<<10)} },
	}
	for peer, wrap := range peers {
		b.Run("fileFlood/"+peer, func(b *testing.B) {
			f, err := os.Create(filepath.Join(b.TempDir(), "log"))
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			w := wrap(f)
			l := slog.New(slog.NewJSONHandler(w, nil))
			b.SetParallelism(2)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					l.Info("request served", "method", "GET", "path", "/orders/42", "status", 200, "bytes", 5316, "ok", true)
				}
			})
			closeQueue(b, w)
		})
	}
}

func (m *mutexed) Write(p []byte) (int, error) {
	return len(p), m.WriteRecord(context.Background(), slog.LevelInfo, p)
}

func closeQueue(b *testing.B, w any) {
	b.Helper()
	if c, ok := w.(io.Closer); ok {
		if err := c.Close(); err != nil {
			b.Error(err)
		}
	}
}
