package console

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"

	"github.com/slogx-go/slogx/slogx/internal/source"
)

// recordWriter is a writer that wants to know the level of what it writes.
type recordWriter interface {
	WriteRecord(ctx context.Context, level slog.Level, line []byte) error
}

// shared is what all handlers derived from one another have in common. Only mu changes.
type shared struct {
	w       io.Writer
	records recordWriter // w, if it is one
	serial  bool         // whether writes to w must not overlap
	mu      sync.Mutex

	level      slog.Leveler
	replace    func(groups []string, a slog.Attr) slog.Attr
	timeFormat string // empty: the default
	singleLine bool
	sources    *source.Cache[string] // nil: the source is not shown
	style      style
}

func newShared(w io.Writer, opts *Options) *shared {
	s := &shared{
		w:          w,
		level:      opts.Level,
		replace:    opts.ReplaceAttr,
		timeFormat: opts.TimeFormat,
		singleLine: opts.SingleLine,
	}
	if s.timeFormat == TimeFormat {
		s.timeFormat = ""
	}
	if opts.AddSource {
		s.sources = new(source.Cache[string])
	}
	if opts.Color.enabled(w, opts.Lookup) {
		s.style = colored
	}
	s.records, _ = w.(recordWriter)
	_, isFile := w.(*os.File) // has a lock of its own
	s.serial = !isFile && w != io.Discard
	return s
}

// write hands the writer one record.
func (s *shared) write(ctx context.Context, level slog.Level, line []byte) error {
	if s.records != nil {
		return s.records.WriteRecord(ctx, level, line)
	}
	if s.serial {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	n, err := s.w.Write(line)
	if err == nil && n < len(line) {
		return io.ErrShortWrite
	}
	return err
}
