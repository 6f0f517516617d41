package rotate

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// benchFiles opens a File with every check on, and a bare file.
func benchFiles(b *testing.B) (*File, *os.File) {
	b.Helper()
	dir := b.TempDir()
	f, err := Open(filepath.Join(dir, "app.log"), &Options{
		MaxSize: 1 << 40, Every: day, At: []time.Duration{0}, MaxBackups: 3, MaxAge: day, Compress: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	bare, err := os.OpenFile(filepath.Join(dir, "bare.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := f.Close(); err != nil {
			b.Error(err)
		}
		if err := bare.Close(); err != nil {
			b.Error(err)
		}
	})
	return f, bare
}

// BenchmarkWrite writes lines of 200 bytes.
func BenchmarkWrite(b *testing.B) {
	line := append(bytes.Repeat([]byte{'x'}, 199), '\n')
	f, bare := benchFiles(b)
	for _, peer := range []struct {
		name string
		w    io.Writer
	}{{"rotate", f}, {"os.File", bare}} {
		b.Run("200B/"+peer.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := peer.w.Write(line); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("200B/parallel/rotate", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := f.Write(line); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

// BenchmarkWriteRatio writes to both files in turn, so that both meet the same machine, and reports how
// many times as long as a bare file a File takes: the median over the turns, which leaves out those in which
// the machine was busy with something else.
func BenchmarkWriteRatio(b *testing.B) {
	const turn = 500
	line := append(bytes.Repeat([]byte{'x'}, 199), '\n')
	f, bare := benchFiles(b)
	lap := func(w io.Writer) float64 {
		start := time.Now()
		for range turn {
			if _, err := w.Write(line); err != nil {
				b.Fatal(err)
			}
		}
		return float64(time.Since(start).Nanoseconds()) / turn
	}
	var ours, theirs []float64
	for b.Loop() {
		ours = append(ours, lap(f))
		theirs = append(theirs, lap(bare))
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	mid := len(ours) / 2
	b.ReportMetric(ours[mid], "ns/write")
	b.ReportMetric(theirs[mid], "ns/write-os.File")
	b.ReportMetric(ours[mid]/theirs[mid], "×os.File")
}

// BenchmarkRotate rotates a file of one line.
func BenchmarkRotate(b *testing.B) {
	f, err := Open(filepath.Join(b.TempDir(), "app.log"), &Options{MaxBackups: 10})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	for b.Loop() {
		if _, err := f.Write([]byte("line\n")); err != nil {
			b.Fatal(err)
		}
		if err := f.Rotate(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHandler logs through slog's own JSON handler.
func BenchmarkHandler(b *testing.B) {
	f, bare := benchFiles(b)
	for _, peer := range []struct {
		name string
		w    io.Writer
	}{{"rotate", f}, {"os.File", bare}} {
		b.Run("json/"+peer.name, func(b *testing.B) {
			b.ReportAllocs()
			logger := slog.New(slog.NewJSONHandler(peer.w, nil))
			for b.Loop() {
				logger.Info("request", "method", "GET", "path", "/orders", "status", 200, "took", time.Second, "user", "u1")
			}
		})
	}
}
