package failover

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/internal/report"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

// maxLines is how many lines the last resort writes in one report.Interval.
const maxLines = 100

// The keys that the last resort adds to a record.
const (
	lostErrorKey  = "failover.error"
	suppressedKey = "failover.suppressed"
)

// lastResort writes records that nobody took.
type lastResort struct {
	w io.Writer

	mu         sync.Mutex // not held while foreign code runs, which may log
	until      time.Time  // end of the interval
	lines      int        // in the interval
	suppressed uint64     // records since the last line
}

// admit reports whether the record may be written, and how many before it were not.
func (l *lastResort) admit() (suppressed uint64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); !now.Before(l.until) {
		l.until, l.lines = now.Add(report.Interval), 0
	}
	if l.lines == maxLines {
		l.suppressed++
		return 0, false
	}
	l.lines++
	suppressed, l.suppressed = l.suppressed, 0
	return suppressed, true
}

// write writes the record, with the error that it was lost for, or counts it.
func (l *lastResort) write(ctx context.Context, s *scope, top []slog.Attr, r slog.Record, lost error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	suppressed, ok := l.admit()
	if !ok {
		return nil
	}
	more := chain.Top(top, slog.String(lostErrorKey, lost.Error()))
	defer more.Release()
	if suppressed > 0 {
		more.Set(append(more.Attrs(), slog.Uint64(suppressedKey, suppressed)))
	}
	var line bytes.Buffer
	h := chain.Adapt(s.apply(jsonlog.NewHandler(&line, nil)))
	if err := h.HandleTop(ctx, more.Attrs(), r); err != nil {
		return err
	}
	_, err = l.w.Write(line.Bytes())
	return err
}

// scope is what WithAttrs and WithGroup made of a logger: the last of them, and those before. A nil scope
// is the root. The last resort applies it when it has a record to write, which is seldom.
type scope struct {
	parent *scope
	group  string // empty for attrs
	attrs  []slog.Attr
}

func (s *scope) apply(h slog.Handler) slog.Handler {
	switch {
	case s == nil:
		return h
	case s.group != "":
		return s.parent.apply(h).WithGroup(s.group)
	default:
		return s.parent.apply(h).WithAttrs(s.attrs)
	}
}
