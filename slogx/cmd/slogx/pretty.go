package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/slogx-go/slogx/slogx/console"
)

const prettyUsage = `usage: slogx pretty [flags] [file]

Reads JSON lines from the file, or from standard input, and shows them as the console does: time, level,
source, logger and message first, then the other keys in their order. It knows the keys of log/slog, of the
schemas otel, ecs and gcp, and those that zap, zerolog, logrus and pino use.

Lines that are no JSON object pass through, whatever -level and -logger say, with control characters other
than tab escaped.

`

// followInterval is how often a file that is followed is looked at.
const followInterval = 250 * time.Millisecond

// prettyFlags are the flags of slogx pretty.
type prettyFlags struct {
	level      slog.Level
	logger     string
	follow     bool
	color      console.Color
	timeFormat string
	file       string
}

func (f *prettyFlags) parse(args []string, stderr io.Writer) error {
	fs := flag.NewFlagSet("slogx pretty", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprint(stderr, prettyUsage)
		fs.PrintDefaults()
	}
	f.level = math.MinInt
	fs.Func("level", "show records of this `level` and above: trace, debug, info, warn, error, info+2, …", func(s string) error {
		var ok bool
		if f.level, ok = parseLevel(s); !ok {
			return errors.New("want a level such as debug, warn or info+2")
		}
		return nil
	})
	fs.StringVar(&f.logger, "logger", "", "show records of the logger of this `name` and of those below it")
	fs.BoolVar(&f.follow, "f", false, "go on with what is added to the file, also after it was truncated or replaced")
	fs.TextVar(&f.color, "color", console.Auto, "use colours: `auto`, always or never")
	fs.StringVar(&f.timeFormat, "time", console.TimeFormat, "`layout` of the time, as package time has it")
	if err := fs.Parse(args); err != nil {
		return err
	}
	var err error
	switch f.file = fs.Arg(0); {
	case fs.NArg() > 1:
		err = fmt.Errorf("want at most one file, got %d", fs.NArg())
	case f.follow && (f.file == "" || f.file == "-"):
		err = errors.New("-f needs a file")
	}
	if err != nil {
		fmt.Fprintln(stderr, "slogx pretty:", err)
	}
	return err
}

// pretty is the sub-command.
func pretty(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var flags prettyFlags
	if err := flags.parse(args, stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitUsage
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in := io.NopCloser(stdin)
	if flags.file != "" && flags.file != "-" {
		file, err := os.Open(flags.file)
		if err != nil {
			fmt.Fprintln(stderr, "slogx pretty:", err)
			return exitError
		}
		in = file
		if flags.follow {
			in = &follower{ctx: ctx, path: flags.file, file: file, interval: followInterval}
		}
	}
	err := newPrinter(stdout, &flags).copy(ctx, in)
	if err != nil && !errors.Is(err, syscall.EPIPE) && !errors.Is(err, io.ErrClosedPipe) { // whoever read has enough
		fmt.Fprintln(stderr, "slogx pretty:", err)
		return exitError
	}
	return exitOK
}

// printer shows lines.
type printer struct {
	flags   *prettyFlags
	out     output
	handler *console.Handler
	source  slog.Source // of the record that is being shown
}

// output is a buffer before a writer that may be a terminal.
type output struct {
	*bufio.Writer
	w io.Writer
}

// Unwrap lets the console find the terminal.
func (o output) Unwrap() io.Writer { return o.w }

func newPrinter(stdout io.Writer, flags *prettyFlags) *printer {
	p := &printer{flags: flags, out: output{bufio.NewWriterSize(stdout, 64<<10), stdout}}
	p.handler = console.NewHandler(p.out, &console.Options{
		AddSource:   true,
		Color:       flags.color,
		TimeFormat:  flags.timeFormat,
		ReplaceAttr: p.replace,
	})
	return p
}

// replace puts the source that was read in the place of the one that a record does not have.
func (p *printer) replace(groups []string, a slog.Attr) slog.Attr {
	if _, ok := a.Value.Any().(*slog.Source); ok && len(groups) == 0 {
		a.Value = slog.AnyValue(&p.source)
	}
	return a
}

// copy shows the lines of in, until it ends or ctx is done.
func (p *printer) copy(ctx context.Context, in io.ReadCloser) error {
	lines, failed := readLines(ctx, in)
	for {
		select {
		case <-ctx.Done():
			return p.out.Flush()
		case line, ok := <-lines:
			if !ok {
				return errors.Join(p.out.Flush(), <-failed)
			}
			if err := p.line(ctx, line); err != nil {
				return err
			}
			if len(lines) == 0 { // a person waits for it
				if err := p.out.Flush(); err != nil {
					return err
				}
			}
		}
	}
}

// readLines sends the lines of in, which may be long, and then how reading ended. It reads, and closes in,
// in a goroutine of its own, since a read from a terminal or a pipe cannot be interrupted.
func readLines(ctx context.Context, in io.ReadCloser) (<-chan []byte, <-chan error) {
	lines, failed := make(chan []byte, 64), make(chan error, 1)
	go func() {
		defer close(lines)
		err := sendLines(ctx, bufio.NewReaderSize(in, 64<<10), lines)
		failed <- errors.Join(err, in.Close())
	}()
	return lines, failed
}

func sendLines(ctx context.Context, in *bufio.Reader, lines chan<- []byte) error {
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			select {
			case lines <- line:
			case <-ctx.Done():
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// line shows one line.
func (p *printer) line(ctx context.Context, line []byte) error {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
	e, ok := decodeLine(line)
	if !ok {
		_, err := p.out.Write(append(appendEscaped(nil, line), '\n'))
		return err
	}
	if e.level < p.flags.level || !isUnder(e.logger, p.flags.logger) {
		return nil
	}
	r := slog.NewRecord(e.time, e.level, e.message, 0)
	if e.logger != "" {
		r.AddAttrs(slog.String("logger", e.logger))
	}
	r.AddAttrs(e.attrs...)
	p.source = e.source
	return p.handler.Handle(ctx, r)
}

// isUnder reports whether the logger called name is the one called root or below it.
func isUnder(name, root string) bool {
	rest, ok := strings.CutPrefix(name, root)
	return ok && (root == "" || rest == "" || rest[0] == '.')
}

// appendEscaped appends a line with all that a terminal could obey, but tabs, escaped as in Go.
func appendEscaped(dst, line []byte) []byte {
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		switch invalid := r == utf8.RuneError && size == 1; {
		case !invalid && (r == '\t' || strconv.IsPrint(r)):
			dst = append(dst, line[:size]...)
		default:
			quoted := strconv.AppendQuote(nil, string(line[:size]))
			dst = append(dst, quoted[1:len(quoted)-1]...)
		}
		line = line[size:]
	}
	return dst
}
