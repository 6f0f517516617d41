package console

import (
	"io"
	"log/slog"

	"github.com/slogx-go/slogx/slogx/internal/output"
	"github.com/slogx-go/slogx/slogx/internal/source"
)

// shared is what all handlers derived from one another have in common.
type shared struct {
	out output.Output

	level      slog.Leveler
	replace    func(groups []string, a slog.Attr) slog.Attr
	timeFormat string // empty: the default
	singleLine bool
	sources    *source.Cache[string] // nil: the source is not shown
	style      style
}

func newShared(w io.Writer, opts *Options) *shared {
	s := &shared{
		out:        output.New(w),
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
	return s
}
