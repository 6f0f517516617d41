package console

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/slogx-go/slogx/slogx/internal/term"
)

// TimeFormat is the default layout of the time at the start of a line.
const TimeFormat = "15:04:05.000"

// Options are the options of [NewHandler]. A nil *Options means the defaults. The first three are those
// of [slog.HandlerOptions].
type Options struct {
	// AddSource shows where the record was made: the last directory, the file and the line.
	AddSource bool

	// Level is the lowest level that is written. It is asked for each record. Nil means slog.LevelInfo.
	Level slog.Leveler

	// ReplaceAttr rewrites attributes, those of time, level, source and message too. It is called exactly
	// as [slog.JSONHandler] calls it, but for one thing: behind a group whose attributes it all removed it
	// gets the groups that are open, where slog.JSONHandler goes on with the removed one. What it returns
	// for a built-in attribute is shown in that attribute's place whatever its new key is; the zero Attr
	// leaves it out.
	ReplaceAttr func(groups []string, a slog.Attr) slog.Attr

	// Color says when to use colours. The zero value is Auto.
	Color Color

	// TimeFormat is the layout (see [time.Layout]) of the record's time. Empty means [TimeFormat].
	TimeFormat string

	// SingleLine keeps everything on the record's line: text of several lines is quoted, and errors that
	// wrap several show their own text only.
	SingleLine bool

	// Lookup finds the environment variables that Auto reads. Nil means [os.LookupEnv].
	Lookup func(key string) (string, bool)
}

// Color says when output is coloured.
type Color int

// The values of [Color].
const (
	// Auto uses colours on a terminal only, unless the environment says otherwise. The first of these
	// that holds decides: NO_COLOR is set and not empty, no colours; FORCE_COLOR is set and neither
	// empty nor "0", colours; TERM is "dumb", no colours; the writer is a terminal that obeys ANSI
	// sequences (on Windows they are switched on), colours.
	Auto Color = iota
	// Always uses colours, whatever the writer and the environment are.
	Always
	// Never uses none.
	Never
)

var colorNames = [...]string{Auto: "auto", Always: "always", Never: "never"}

// String returns "auto", "always" or "never".
func (c Color) String() string {
	if c < 0 || int(c) >= len(colorNames) {
		return fmt.Sprintf("Color(%d)", int(c))
	}
	return colorNames[c]
}

// MarshalText implements [encoding.TextMarshaler].
func (c Color) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what String writes, in any case.
func (c *Color) UnmarshalText(text []byte) error {
	for v, name := range colorNames {
		if strings.EqualFold(string(text), name) {
			*c = Color(v)
			return nil
		}
	}
	return fmt.Errorf("parse color %q: want auto, always or never", text)
}

// enabled reports whether output to w is coloured.
func (c Color) enabled(w io.Writer, lookup func(string) (string, bool)) bool {
	switch c {
	case Never:
		return false
	case Always:
		term.EnableANSI(w)
		return true
	default:
	}
	if lookup == nil {
		lookup = os.LookupEnv
	}
	env := func(key string) string { v, _ := lookup(key); return v }
	switch force := env("FORCE_COLOR"); {
	case env("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		term.EnableANSI(w)
		return true
	case env("TERM") == "dumb":
		return false
	default:
		return term.EnableANSI(w)
	}
}
