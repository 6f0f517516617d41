package console

import (
	"errors"
	"strings"
)

// marker begins every line that continues a record. No record begins like that: a message or a key that
// does is quoted.
const marker = "    │ "

// blockKey writes the heading of a value that stands below the line.
func (e *encoder) blockKey(key string) {
	e.blockStart()
	e.blocks = append(e.blocks, e.style.key...)
	e.blocks = e.appendKey(e.blocks, key)
	e.blocks = append(e.blocks, ':')
	e.blocks = append(e.blocks, e.style.reset...)
	e.blocks = append(e.blocks, '\n')
}

func (e *encoder) blockStart() {
	e.blocks = append(e.blocks, e.style.marker...)
	e.blocks = append(e.blocks, marker...)
	e.blocks = append(e.blocks, e.style.reset...)
}

// blockText writes s below the line, behind indent and in a style. Its first line goes behind the dash of
// a list if indent ends in one.
func (e *encoder) blockText(indent, s, style string) {
	if t := examine(s); !isBlock(s, t) {
		e.blockLine(indent, string(appendBlockLine(nil, s, t)), style)
		return
	}
	s = strings.TrimSuffix(s, "\n")
	for line := range strings.SplitSeq(s, "\n") {
		e.blockLine(indent, strings.ReplaceAll(line, "\t", "    "), style)
		indent = strings.ReplaceAll(indent, "-", " ")
	}
}

// appendBlockLine appends a text of one line: raw, or quoted if it cannot be shown raw.
func appendBlockLine(dst []byte, s string, t traits) []byte {
	if t&needsCare != 0 {
		return appendQuoted(dst, s, t)
	}
	return append(dst, s...)
}

func (e *encoder) blockLine(indent, line, style string) {
	e.blockStart()
	e.blocks = append(e.blocks, "  "...)
	e.blocks = append(e.blocks, indent...)
	e.blocks = append(e.blocks, style...)
	e.blocks = append(e.blocks, line...)
	if style != "" {
		e.blocks = append(e.blocks, e.style.reset...)
	}
	e.blocks = append(e.blocks, '\n')
}

// An error that wraps several is shown as a tree. One whose methods lie may have no end.
const (
	maxErrors     = 100 // in one tree
	maxErrorDepth = 10
	maxUnwrap     = 100 // errors that wrap one
)

// error writes an attribute that is an error with the given text.
func (e *encoder) error(key string, err error, text string) {
	several := wrapped(err)
	if e.singleLine || len(several) == 0 {
		e.text(key, text, e.style.err)
		return
	}
	t := examine(text)
	tree := errorTree{encoder: e}
	if isBlock(text, t) {
		e.blockKey(key)
		tree.write("", "", text, several, 0)
		return
	}
	e.key(key)
	e.inlineText(text, t, e.style.err)
	e.blockKey(key)
	tree.children("", several, tree.texts(several), 0)
}

// errorTree writes an error that wraps several below the line.
type errorTree struct {
	*encoder
	n int // errors written
}

// write writes the error's own text behind first, and the errors that it wraps as a list behind indent.
func (t *errorTree) write(first, indent, text string, several []error, depth int) {
	texts := t.texts(several)
	own := text
	if len(several) > 0 {
		own = strings.TrimRight(strings.TrimSuffix(text, strings.Join(texts, "\n")), " \n:")
	}
	switch {
	case own != "":
		t.blockText(first, own, t.style.err)
	case first != "":
		t.blockLine(first, "several errors", "")
	}
	t.children(indent, several, texts, depth)
}

func (t *errorTree) children(indent string, several []error, texts []string, depth int) {
	for i, err := range several {
		t.n++
		if t.n > maxErrors || depth >= maxErrorDepth {
			t.blockLine(indent+"- ", "…", "")
			return
		}
		t.write(indent+"- ", indent+"  ", texts[i], wrapped(err), depth+1)
	}
}

func (t *errorTree) texts(several []error) []string {
	texts := make([]string, 0, min(len(several), maxErrors))
	for _, err := range several {
		text, ok := callText(err)
		if !ok {
			text = "<nil>"
		}
		texts = append(texts, text)
	}
	return texts
}

// wrapped returns the errors that err, or the first that it wraps alone, wraps together.
func wrapped(err error) (several []error) {
	defer func() {
		if recover() != nil {
			several = nil // the text must do
		}
	}()
	for range maxUnwrap {
		if u, ok := err.(interface{ Unwrap() []error }); ok {
			switch several = u.Unwrap(); len(several) {
			case 0:
				return nil
			case 1:
				err = several[0]
				continue
			default:
				return several
			}
		}
		if err = errors.Unwrap(err); err == nil {
			return nil
		}
	}
	return nil
}
