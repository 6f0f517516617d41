// Command redact masks the secrets in captured logs, or finds out whether there are any.
//
//	redact [flags] [file ...]          writes the lines of the files, or of standard input, redacted
//	redact -check [flags] [file ...]   writes where something was found, and exits with 1 if it was
//
// A line that is JSON is redacted as JSON, any other as text. What was found is reported by rule on standard
// error, never with what it was. What is masked already is not found again. The exit code is 2 where a flag is
// wrong or a file cannot be read.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	slogxredact "github.com/slogx-go/slogx/slogx-redact"
)

// Exit codes.
const (
	exitOK    = 0
	exitFound = 1
	exitError = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("redact", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: redact [flags] [file ...]\n\n")
		flags.PrintDefaults()
	}
	check := flags.Bool("check", false, "write where something is found instead of the lines, and exit with 1 if it is")
	opts := optionFlags(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitError
	}
	if err := opts.Validate(); err != nil {
		fmt.Fprintf(stderr, "redact: %v\n", err)
		return exitError
	}
	r := newRedactor(opts, *check)
	out := bufio.NewWriter(stdout)
	err := errors.Join(r.logs(flags.Args(), stdin, out), out.Flush())
	r.report(stderr)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "redact: %v\n", err)
		return exitError
	case *check && r.changed > 0:
		return exitFound
	default:
		return exitOK
	}
}

// optionFlags adds the flags that are options of the handler.
func optionFlags(flags *flag.FlagSet) *slogxredact.Options {
	opts := &slogxredact.Options{MaxBytes: 4 * maxLine, MaxNodes: maxLine} // a line is bounded by itself
	all := slogxredact.Presets()
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = string(p)
	}
	flags.Func("presets", "sets of rules, of "+strings.Join(names, ", ")+"; none for no set (default credentials)", func(s string) error {
		opts.Presets = []slogxredact.Preset{}
		for _, p := range list(s) {
			if p != "none" {
				opts.Presets = append(opts.Presets, slogxredact.Preset(p))
			}
		}
		return nil
	})
	for _, f := range []struct {
		name, usage string
		list        *[]string
	}{
		{"keys", "further keys whose values are masked, as in badge_number,secret_details", &opts.Keys},
		{"except", "keys that stay although a key rule matches, as in token_budget", &opts.Except},
		{"paths", "places in JSON whose values are masked, as in user.*.ssn,**.token", &opts.Paths},
		{"detectors", "further detectors of content, or with - those to leave out, as in email,-ipv4", &opts.Detectors},
	} {
		flags.Func(f.name, f.usage, func(s string) error {
			*f.list = append(*f.list, list(s)...)
			return nil
		})
	}
	return opts
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return c == ',' || c == ' ' })
}

// logs redacts the files, or standard input if there are none. It goes on behind one that cannot be read.
func (r *redactor) logs(names []string, stdin io.Reader, out io.Writer) error {
	if len(names) == 0 {
		return r.log("<stdin>", stdin, out)
	}
	var errs []error
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, r.log(name, f, out))
		_ = f.Close() // it was only read
	}
	return errors.Join(errs...)
}
