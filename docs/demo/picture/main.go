package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	err := run(os.Args[1:], os.Stdin, os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("picture", flag.ContinueOnError)
	lines := flags.Int("lines", 14, "how many `lines` are shown")
	columns := flags.Int("columns", 132, "how many `columns` the terminal has")
	match := flags.String("match", "", "begin with the first line that matches this `regexp`")
	before := flags.Int("before", 0, "and so many `lines` before it")
	title := flags.String("title", "go run ./docs/demo", "title of the window")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *lines < 1 || *columns < 1 || *before < 0 {
		return fmt.Errorf("-lines %d, -columns %d, -before %d: must be at least 1, 1 and 0", *lines, *columns, *before)
	}
	begin, err := regexp.Compile(*match)
	if err != nil {
		return fmt.Errorf("-match: %w", err)
	}
	text, err := read(in)
	if err != nil {
		return err
	}
	first := slices.IndexFunc(text, func(line []span) bool { return begin.MatchString(plain(line)) })
	if first < 0 {
		return fmt.Errorf("draw a picture: no line matches %q", *match)
	}
	first = max(0, first-*before)
	var rows [][]span
	for _, line := range text[first:min(len(text), first+*lines)] {
		rows = append(rows, wrap(line, *columns)...)
	}
	return writeSVG(out, *title, rows, *columns)
}

// read returns the lines of the text.
func read(in io.Reader) ([][]span, error) {
	var lines [][]span
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		line, err := parse(scanner.Text())
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read the text: %w", err)
	}
	return lines, nil
}

// plain returns the text without its styles.
func plain(line []span) string {
	var text strings.Builder
	for _, s := range line {
		text.WriteString(s.text)
	}
	return text.String()
}
