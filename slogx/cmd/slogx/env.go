package main

import (
	"context"
	"fmt"
	"io"

	"github.com/slogx-go/slogx/slogx"
)

// env writes the table of variables.
func env(_ context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintln(stderr, "usage: slogx env\n\nLists the environment variables that set slogx up, with their defaults.")
		if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
			return exitOK
		}
		return exitUsage
	}
	if err := slogx.WriteEnv(stdout); err != nil {
		fmt.Fprintln(stderr, "slogx env:", err)
		return exitError
	}
	return exitOK
}
