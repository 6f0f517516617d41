package main

import (
	"iter"
	"regexp"
	"strings"
)

// A block is a fenced block of code in a Markdown file.
type block struct {
	line int    // of its first line of code, from 1
	lang string // the word behind the fence
	code string
}

var fence = regexp.MustCompile("^\\s*(```+|~~~+)\\s*([^\\s`]*)[^`]*$")

// blocks returns the fenced blocks of text.
func blocks(text string) []block {
	var (
		found []block
		open  string // the fence of the block that we are in; "" outside
		cur   block
	)
	for i, s := range lines(text) {
		m := fence.FindStringSubmatch(s)
		switch {
		case open == "" && m != nil:
			open, cur = m[1], block{line: i + 1, lang: m[2]}
		case open != "" && m != nil && m[2] == "" && strings.HasPrefix(m[1], open):
			found = append(found, cur)
			open = ""
		case open != "":
			cur.code += s + "\n"
		}
	}
	return found
}

// prose yields the lines of text that stand outside of fenced blocks, with their numbers from 1.
func prose(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		inside := make(map[int]bool)
		for _, b := range blocks(text) {
			for i := range strings.Count(b.code, "\n") {
				inside[b.line+i] = true
			}
		}
		for i, s := range lines(text) {
			if !inside[i] && !yield(i, s) {
				return
			}
		}
	}
}

// lines yields the lines of text with their numbers from 1.
func lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		i := 0
		for s := range strings.Lines(text) {
			i++
			if !yield(i, strings.TrimRight(s, "\r\n")) {
				return
			}
		}
	}
}
