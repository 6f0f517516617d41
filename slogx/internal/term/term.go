// Package term knows whether a writer ends in a terminal, and prepares that terminal for colour.
package term

import (
	"io"
	"syscall"
)

// maxUnwrap bounds the walk through writers around writers.
const maxUnwrap = 16

// IsTerminal reports whether w is a terminal: an [os.File] that is one, or a writer around such a file
// with a method Unwrap() io.Writer. It is false on systems where the question cannot be asked.
func IsTerminal(w io.Writer) bool { return control(w, isTerminal) }

// EnableANSI makes the terminal that w is obey ANSI escape sequences, and reports whether it does.
// Windows has to be told; the terminals of other systems obey anyway.
func EnableANSI(w io.Writer) bool { return control(w, enableANSI) }

// control asks about the file descriptor behind w. It goes through RawConn, because File.Fd is not safe
// against a Close at the same time.
func control(w io.Writer, ask func(fd uintptr) bool) (ok bool) {
	for range maxUnwrap {
		if c, isConn := w.(syscall.Conn); isConn {
			raw, err := c.SyscallConn()
			if err != nil {
				return false
			}
			err = raw.Control(func(fd uintptr) { ok = ask(fd) })
			return ok && err == nil
		}
		u, isWrapper := w.(interface{ Unwrap() io.Writer })
		if !isWrapper {
			return false
		}
		w = u.Unwrap()
	}
	return false
}
