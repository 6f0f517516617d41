package console

import (
	"log/slog"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx/internal/output"
)

// encoder builds one record's line, and the block of indented lines below it.
type encoder struct {
	*shared

	line   []byte
	blocks []byte
	logger string // the last attribute "logger" at the top level

	prefix []byte   // the names of open groups, each with a dot behind it
	quoted bool     // whether keys with this prefix need quotes
	groups []string // the names, for ReplaceAttr; never nil
	nested int      // how many groups are open that came as values

	builtin bool // a built-in attribute is being written: for ReplaceAttr it is in no group
	made    int  // how many of the open groups LogValue methods made
	budget  int  // how many more attributes in groups that LogValue methods made are written
}

var encoders = sync.Pool{New: func() any { return &encoder{groups: make([]string, 0, 8)} }}

// maxPooled is the capacity in bytes above which a buffer is left to the garbage collector.
const maxPooled = 64 << 10

func newEncoder(s *shared) *encoder {
	e := encoders.Get().(*encoder)
	e.shared, e.budget = s, maxMadeAttrs
	return e
}

func (e *encoder) release() {
	if cap(e.line)+cap(e.blocks)+cap(e.prefix) > maxPooled || cap(e.groups) > maxPooled/16 {
		return
	}
	clear(e.groups[:cap(e.groups)])
	*e = encoder{line: e.line[:0], blocks: e.blocks[:0], prefix: e.prefix[:0], groups: e.groups[:0]}
	encoders.Put(e)
}

// enter opens the groups of h.
func (e *encoder) enter(h *Handler) {
	e.prefix = append(e.prefix[:0], h.prefix...)
	e.quoted = h.quoted
	if e.replace != nil {
		e.groups = append(e.groups[:0], h.groups...)
	}
}

// leave makes the attributes that follow stand at the top level.
func (e *encoder) leave() {
	e.prefix, e.quoted, e.groups = e.prefix[:0], false, e.groups[:0]
}

// record writes all of a record.
func (e *encoder) record(h *Handler, top []slog.Attr, r *slog.Record) {
	e.blocks = append(e.blocks, h.blocks...)
	var nameAt int
	if e.replace == nil {
		nameAt = e.header(r)
	} else {
		nameAt = e.replacedHeader(r)
	}
	e.logger = h.logger
	e.line = append(e.line, h.pre...)
	e.enter(h)
	r.Attrs(func(a slog.Attr) bool {
		e.attr(a)
		return true
	})
	e.leave()
	for i := range top { // last: a person reads what the record is about before its ids
		e.attr(top[i])
	}
	if e.logger != "" {
		e.insertLogger(nameAt)
	}
	if len(e.line) > 0 && e.line[0] == ' ' { // attributes without anything before them
		e.line = e.line[:copy(e.line, e.line[1:])]
	}
	e.line = append(e.line, '\n')
	e.line = append(e.line, e.blocks...)
}

// header writes time, level, source and message, and returns where the name of the logger belongs.
func (e *encoder) header(r *slog.Record) int {
	if !r.Time.IsZero() {
		e.time(r.Time)
	}
	e.level(r.Level)
	if e.sources != nil && r.PC != 0 {
		if src := e.sources.Get(r.PC, frameText); src != "" {
			e.source(src)
		}
	}
	nameAt := len(e.line)
	e.message(r.Message)
	return nameAt
}

// replacedHeader is header with ReplaceAttr.
func (e *encoder) replacedHeader(r *slog.Record) int {
	e.builtin = true
	if !r.Time.IsZero() {
		e.replacedBuiltin(slog.Time(slog.TimeKey, r.Time), r.Level) // slog.Time strips the monotonic clock
	}
	e.replacedBuiltin(slog.Any(slog.LevelKey, r.Level), r.Level)
	if e.sources != nil {
		src := r.Source()
		if src == nil {
			src = new(slog.Source)
		}
		e.replacedBuiltin(slog.Any(slog.SourceKey, src), r.Level)
	}
	nameAt := len(e.line)
	e.replacedBuiltin(slog.String(slog.MessageKey, r.Message), r.Level)
	e.builtin = false
	return nameAt
}

// replacedBuiltin writes what ReplaceAttr makes of the built-in attribute a: in its usual form if it still
// is what it was, as text if not, and as attributes if it has become a group.
func (e *encoder) replacedBuiltin(a slog.Attr, level slog.Level) {
	slot := a.Key
	a, made := e.replaced(a)
	if isZero(a) {
		return
	}
	v := a.Value
	switch v.Kind() {
	case slog.KindGroup:
		e.group(a.Key, v.Group(), made)
		return
	case slog.KindTime:
		if slot == slog.TimeKey {
			e.time(v.Time())
			return
		}
	case slog.KindString:
		if slot == slog.MessageKey {
			e.message(v.String())
			return
		}
	case slog.KindAny:
		switch x := v.Any().(type) {
		case slog.Level:
			if slot == slog.LevelKey {
				e.level(x)
				return
			}
		case *slog.Source:
			if text := e.replacedSource(a.Key, x); text != "" {
				e.source(text)
			}
			return
		}
	}
	e.separate()
	open, width := "", 0
	switch slot {
	case slog.TimeKey:
		open = e.style.time
	case slog.LevelKey:
		open, width = e.style.level(level), levelWidth
	case slog.SourceKey:
		open = e.style.source
	case slog.MessageKey:
		open = e.style.message
	}
	e.line = append(e.line, open...)
	start := len(e.line)
	e.inlineValue(v)
	e.pad(start, width)
}

// separate begins a part of the header.
func (e *encoder) separate() {
	if len(e.line) > 0 {
		e.line = append(e.line, ' ')
	}
}

// pad ends a style, and fills up what was written since start to width bytes.
func (e *encoder) pad(start, width int) {
	n := len(e.line) - start
	e.line = append(e.line, e.style.reset...)
	for ; n < width; n++ {
		e.line = append(e.line, ' ')
	}
}

func (e *encoder) time(t time.Time) {
	e.separate()
	e.line = append(e.line, e.style.time...)
	if e.timeFormat == "" {
		e.line = appendClock(e.line, t)
	} else {
		start := len(e.line)
		e.line = t.AppendFormat(e.line, e.timeFormat)
		if text := e.line[start:]; examine(text)&needsCare != 0 { // the name of a time zone may be anything
			e.line = appendQuoted(e.line[:start], string(text), needsEscape)
		}
	}
	e.line = append(e.line, e.style.reset...)
}

// appendClock appends t in the layout [TimeFormat].
func appendClock(dst []byte, t time.Time) []byte {
	h, m, s := t.Clock()
	ms := t.Nanosecond() / int(time.Millisecond)
	return append(dst,
		'0'+byte(h/10), '0'+byte(h%10), ':',
		'0'+byte(m/10), '0'+byte(m%10), ':',
		'0'+byte(s/10), '0'+byte(s%10), '.',
		'0'+byte(ms/100), '0'+byte(ms/10%10), '0'+byte(ms%10))
}

func (e *encoder) level(l slog.Level) {
	e.separate()
	e.line = append(e.line, e.style.level(l)...)
	start := len(e.line)
	e.line = output.AppendLevel(e.line, l)
	e.pad(start, levelWidth)
}

func (e *encoder) source(text string) {
	e.separate()
	e.line = append(e.line, e.style.source...)
	e.line = append(e.line, text...)
	e.line = append(e.line, e.style.reset...)
}

func (e *encoder) message(msg string) {
	if msg == "" {
		return
	}
	e.separate()
	e.line = append(e.line, e.style.message...)
	e.line = appendMessage(e.line, msg)
	e.line = append(e.line, e.style.reset...)
}

// insertLogger writes the name of the logger, which may be known only after the attributes, at nameAt.
func (e *encoder) insertLogger(nameAt int) {
	end := len(e.line)
	if nameAt > 0 {
		e.line = append(e.line, ' ')
	}
	e.line = append(e.line, e.style.logger...)
	e.line = append(e.line, '[')
	if t := examine(e.logger); t&(needsQuotes|hasBracket) != 0 {
		e.line = appendQuoted(e.line, e.logger, t)
	} else {
		e.line = append(e.line, e.logger...)
	}
	e.line = append(e.line, ']')
	e.line = append(e.line, e.style.reset...)
	if nameAt == 0 && end > 0 && e.line[0] != ' ' {
		e.line = append(e.line, ' ')
	}
	n := len(e.line) - end
	e.line = append(e.line, e.line[nameAt:end]...) // a second copy of what the name goes before
	copy(e.line[nameAt:], e.line[end:])
	e.line = e.line[:end+n]
}
