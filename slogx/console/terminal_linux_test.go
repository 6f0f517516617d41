package console_test

import (
	"io"
	"log/slog"
	"os"
	"testing"

	"github.com/slogx-go/slogx/slogx/console"
)

// wrapper is a writer that says what it writes to.
type wrapper struct{ *os.File }

func (w wrapper) Unwrap() io.Writer { return w.File }

func TestColorOnATerminal(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := terminal.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, tt := range []struct {
		env  []string
		want bool
	}{
		{nil, true},
		{[]string{"TERM", "xterm"}, true},
		{[]string{"TERM", "dumb"}, false},
		{[]string{"NO_COLOR", "1"}, false},
		{[]string{"NO_COLOR", ""}, true},
	} {
		for _, w := range []io.Writer{terminal, wrapper{terminal}} {
			h := console.NewHandler(w, &console.Options{Lookup: env(tt.env...)})
			if got := colored(h); got != tt.want {
				t.Errorf("%q on %T: colours %t", tt.env, w, got)
			}
		}
	}
}

// colored reports whether h, whose writer cannot be read, uses colours.
func colored(h *console.Handler) bool {
	return console.AppendRecord(h, slog.Record{})[0] == '\x1b'
}
