package main

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// Bounds of what is in memory at once.
const (
	maxLine    = 8 << 20 // bytes; a line that is longer is masked whole
	maxKeyLine = 128     // bytes; a private key has no longer ones
	maxKey     = 64 << 10
)

// reader reads a log.
type reader struct {
	src *bufio.Reader

	ahead    piece // the next line, if it was read already
	aheadErr error
}

func newReader(r io.Reader) *reader { return &reader{src: bufio.NewReaderSize(r, 64<<10)} }

// piece is what is redacted at once: a line, or the lines of a private key.
type piece struct {
	text    string // without the end of the last line
	end     string // "\n", "\r\n", or "" at the end of a file
	lines   int
	tooLong bool // text is not all of it
}

// next returns the next piece. With an error, io.EOF at the end, there may be one too: it has lines then.
func (r *reader) next() (piece, error) {
	p, err := r.line()
	for err == nil && !p.tooLong && len(p.text) < maxKey && opensKey(p.text) {
		var more piece
		if more, err = r.line(); !isOfKey(more) {
			r.ahead, r.aheadErr = more, err
			return p, nil
		}
		p.text += p.end + more.text
		p.end = more.end
		p.lines += more.lines
	}
	return p, err
}

// opensKey reports whether text ends within a private key.
func opensKey(text string) bool {
	begin := strings.LastIndex(text, "-----BEGIN ")
	if begin < 0 {
		return false
	}
	label, rest, _ := strings.Cut(text[begin+len("-----BEGIN "):], "-----")
	return strings.Contains(label, "PRIVATE KEY") && !strings.Contains(rest, "-----END ")
}

// isOfKey reports whether a line can be one of a private key: base64, a header such as DEK-Info, or the end.
func isOfKey(p piece) bool {
	return p.lines > 0 && len(p.text) <= maxKeyLine && strings.IndexFunc(p.text, func(c rune) bool {
		return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("+/=-_:, \t", c)
	}) < 0
}

// line reads a line.
func (r *reader) line() (p piece, err error) {
	if r.ahead.lines > 0 || r.aheadErr != nil {
		p, err = r.ahead, r.aheadErr
		r.ahead, r.aheadErr = piece{}, nil
		return p, err
	}
	var b []byte
	for {
		chunk, err := r.src.ReadSlice('\n')
		p.tooLong = p.tooLong || len(b)+len(chunk) > maxLine
		if !p.tooLong {
			b = append(b, chunk...)
		}
		if len(chunk) > 0 {
			p.lines = 1
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		p.text = string(b)
		for _, end := range []string{"\r\n", "\n"} {
			if strings.HasSuffix(string(chunk), end) {
				p.text, p.end = strings.TrimSuffix(p.text, end), end
				break
			}
		}
		return p, err
	}
}
