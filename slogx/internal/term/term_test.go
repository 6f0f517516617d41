package term_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/slogx-go/slogx/slogx/internal/term"
)

type wrapper struct{ io.Writer }

func (w wrapper) Unwrap() io.Writer { return w.Writer }

type loop struct{ io.Writer }

func (l *loop) Unwrap() io.Writer { return l }

func TestWhatIsNoTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	closed, err := os.Create(filepath.Join(t.TempDir(), "closed"))
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, w := range map[string]io.Writer{
		"file": file, "closed file": closed, "nil file": (*os.File)(nil), "nil": nil, "discard": io.Discard,
		"wrapped file": wrapper{file}, "endless wrapper": new(loop),
	} {
		if term.IsTerminal(w) {
			t.Errorf("IsTerminal(%s) = true", name)
		}
		if term.EnableANSI(w) {
			t.Errorf("EnableANSI(%s) = true", name)
		}
	}
}
