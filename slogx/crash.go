package slogx

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

// CrashOutput has the runtime append its last words, the goroutines of a program that ends with a panic or
// a fatal error, to the file at path as well as to standard error. No log handler sees those: the program
// is gone. A file that is missing is made with mode 0600. A program has one such file, the last it set.
//
// stop ends it. The file is written by the runtime itself, and is neither rotated nor part of a pipeline:
// use a path of its own.
func CrashOutput(path string) (stop func() error, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("set crash output: %w", err)
	}
	err = debug.SetCrashOutput(f, debug.CrashOptions{})
	if err = errors.Join(err, f.Close()); err != nil { // the runtime has a descriptor of its own
		return nil, fmt.Errorf("set crash output %s: %w", path, err)
	}
	return func() error { return debug.SetCrashOutput(nil, debug.CrashOptions{}) }, nil
}
