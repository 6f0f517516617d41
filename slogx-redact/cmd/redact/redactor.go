package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	slogxredact "github.com/slogx-go/slogx/slogx-redact"
)

// redactor redacts pieces of logs, as the messages of records.
type redactor struct {
	handler *slogxredact.Handler
	check   bool

	message string         // of the last record, redacted
	hits    map[string]int // of the last record, by rule

	read, changed int // lines
	found         map[string]int
}

const (
	mask      = "REDACTED" // what stands for a line that is too long
	ruleLimit = "limit"    // what that counts as
)

func newRedactor(opts *slogxredact.Options, check bool) *redactor {
	r := &redactor{check: check, found: make(map[string]int)}
	r.handler = slogxredact.NewHandler(sink{slog.DiscardHandler, r}, opts)
	r.handler.SetObserver(r)
	return r
}

// sink hands over the message of each record.
type sink struct {
	slog.Handler

	to *redactor
}

func (s sink) Handle(_ context.Context, r slog.Record) error {
	s.to.message = r.Message
	return nil
}

// Observe is told of each hit by its rule.
func (r *redactor) Observe(_ string, _ float64, labels ...string) { r.hits[labels[1]]++ }

// log redacts what in holds, and writes it, or what was found where.
func (r *redactor) log(name string, in io.Reader, out io.Writer) error {
	src := newReader(in)
	for number := 1; ; {
		p, err := src.next()
		if p.lines > 0 {
			if err := r.piece(name, number, p, out); err != nil {
				return err
			}
			number += p.lines
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
}

func (r *redactor) piece(name string, number int, p piece, out io.Writer) error {
	text := r.redact(p)
	r.read += p.lines
	if text == p.text {
		r.hits = nil // what was masked before
	} else {
		r.changed += p.lines
	}
	for rule, n := range r.hits {
		r.found[rule] += n
	}
	var err error
	switch {
	case !r.check:
		_, err = io.WriteString(out, text+p.end)
	case len(r.hits) > 0:
		_, err = fmt.Fprintf(out, "%s:%d: %s\n", name, number, strings.Join(slices.Sorted(maps.Keys(r.hits)), ", "))
	}
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// redact returns what stands for a piece, and leaves the rules that hit in r.hits.
func (r *redactor) redact(p piece) string {
	r.hits = make(map[string]int)
	if p.tooLong {
		r.hits[ruleLimit]++
		return mask
	}
	record := slog.NewRecord(time.Time{}, slog.LevelInfo, p.text, 0)
	_ = r.handler.Handle(context.Background(), record) // the sink refuses nothing
	return r.message
}

// report writes what was found.
func (r *redactor) report(w io.Writer) {
	fmt.Fprintf(w, "redact: %d of %d lines hold something to mask\n", r.changed, r.read)
	for _, rule := range slices.Sorted(maps.Keys(r.found)) {
		fmt.Fprintf(w, "%8d  %s\n", r.found[rule], rule)
	}
}
