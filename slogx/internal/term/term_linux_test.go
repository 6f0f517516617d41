package term_test

import (
	"os"
	"testing"

	"github.com/slogx-go/slogx/slogx/internal/term"
)

func TestPseudoTerminal(t *testing.T) {
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0) // the master side is a terminal as well
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pty.Close(); err != nil {
			t.Error(err)
		}
	})
	if !term.IsTerminal(pty) || !term.EnableANSI(wrapper{pty}) {
		t.Error("a pseudo terminal is not seen as a terminal")
	}
}
