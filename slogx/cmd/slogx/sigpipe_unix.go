//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreSIGPIPE makes a write to a closed pipe an error, which commands take as their end, where the signal
// would kill the program.
func ignoreSIGPIPE() { signal.Ignore(syscall.SIGPIPE) }
