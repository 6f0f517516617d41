package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/slogx-go/slogx/slogx"
)

// satellites are the variables of the modules beside the core, which this program does not link: name, who reads
// it, default and usage, a line each. A test of docs/demo, which links them, writes the file and holds it equal.
//
//go:embed satellites.tsv
var satellites string

// env writes the table of variables.
func env(_ context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintln(stderr, "usage: slogx env\n\nLists the environment variables that set slogx up, with their defaults.")
		if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
			return exitOK
		}
		return exitUsage
	}
	for line := range strings.Lines(satellites) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 4 {
			slogx.RegisterVars(f[1], slogx.Var{Name: f[0], Default: f[2], Usage: f[3]})
		}
	}
	if err := slogx.WriteEnv(stdout); err != nil {
		fmt.Fprintln(stderr, "slogx env:", err)
		return exitError
	}
	return exitOK
}
