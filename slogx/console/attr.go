package console

import (
	"log/slog"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// loggerKey is the key whose attribute, at the top level and with a string as its value, is shown before
// the message.
const loggerKey = "logger"

const (
	// maxMadeGroups is the depth at which groups that LogValue methods made are cut: one that contains
	// itself has no end.
	maxMadeGroups = 100
	// maxMadeAttrs is how many attributes of such groups inside each other a record gets: one that
	// contains itself twice has 2^100.
	maxMadeAttrs = 10_000
	// maxNested is the depth at which groups that came as values are cut: a slice of attributes can be
	// made to contain itself. No stack overflows before.
	maxNested = 50_000

	madeGroupsError = "!ERROR:groups made by LogValue are nested too deep"
	nestedError     = "!ERROR:groups are nested too deep"
)

// attr writes an attribute of the record or the logger.
func (e *encoder) attr(a slog.Attr) {
	made := false
	if e.replace != nil {
		a, made = e.replaced(a)
	} else if a.Value.Kind() == slog.KindLogValuer {
		a.Value, made = attr.Resolve(a.Value), true
	}
	e.resolved(a, made)
}

// replaced returns what ReplaceAttr makes of a, resolved before and after, and whether a LogValue method
// was asked.
func (e *encoder) replaced(a slog.Attr) (_ slog.Attr, made bool) {
	if a.Value.Kind() == slog.KindLogValuer {
		a.Value, made = attr.Resolve(a.Value), true
	}
	if a.Value.Kind() == slog.KindGroup {
		return a, made
	}
	groups := slices.Clip(e.groups)
	if e.builtin {
		groups = nil
	}
	a = callReplace(e.replace, groups, a)
	if a.Value.Kind() == slog.KindLogValuer {
		a.Value, made = attr.Resolve(a.Value), true
	}
	return a, made
}

func callReplace(replace func([]string, slog.Attr) slog.Attr, groups []string, a slog.Attr) (out slog.Attr) {
	defer func() {
		if p := recover(); p != nil {
			out = slog.String(a.Key, attr.Panic(nil, p))
		}
	}()
	return replace(groups, a)
}

// isZero reports whether a is the zero Attr, which every handler ignores.
func isZero(a slog.Attr) bool {
	return a.Key == "" && a.Value.Kind() == slog.KindAny && a.Value.Any() == nil
}

// resolved writes a, which is resolved and replaced. made says whether a LogValue method made the value.
func (e *encoder) resolved(a slog.Attr, made bool) {
	v := a.Value
	switch v.Kind() {
	case slog.KindString:
		if a.Key == loggerKey && len(e.prefix) == 0 && !e.builtin {
			e.logger = v.String()
			return
		}
		e.text(a.Key, v.String(), "")
	case slog.KindGroup:
		e.group(a.Key, v.Group(), made)
	case slog.KindAny:
		if isZero(a) {
			return
		}
		e.any(a.Key, v.Any())
	default:
		e.key(a.Key)
		e.line = appendScalar(e.line, v)
	}
}

// group writes the attributes of a group.
func (e *encoder) group(key string, attrs []slog.Attr, made bool) {
	if len(attrs) == 0 {
		return
	}
	if made {
		e.made++
		defer func() { e.made-- }()
	}
	if e.made > 1 {
		e.budget -= len(attrs)
	}
	switch {
	case e.made > maxMadeGroups || e.budget < 0:
		e.text(key, madeGroupsError, e.style.err)
		return
	case e.nested > maxNested:
		e.text(key, nestedError, e.style.err)
		return
	}
	length, quoted := e.open(key)
	for i := range attrs {
		e.attr(attrs[i])
	}
	e.close(key, length, quoted)
}

// open opens a group; one without a name leaves its attributes where they are. The results are for close.
func (e *encoder) open(key string) (length int, quoted bool) {
	length, quoted = len(e.prefix), e.quoted
	e.nested++
	if key == "" {
		return length, quoted
	}
	e.prefix = append(append(e.prefix, key...), '.')
	e.quoted = quoted || examine(key)&needsQuotes != 0
	if e.replace != nil && !e.builtin {
		e.groups = append(e.groups, key)
	}
	return length, quoted
}

func (e *encoder) close(key string, length int, quoted bool) {
	e.nested--
	e.prefix, e.quoted = e.prefix[:length], quoted
	if key != "" && e.replace != nil && !e.builtin {
		e.groups = e.groups[:len(e.groups)-1]
	}
}

// key begins an attribute on the line.
func (e *encoder) key(key string) {
	e.line = append(e.line, ' ')
	e.line = append(e.line, e.style.key...)
	e.line = e.appendKey(e.line, key)
	e.line = append(e.line, '=')
	e.line = append(e.line, e.style.reset...)
}

// appendKey appends key with the open groups before it.
func (e *encoder) appendKey(dst []byte, key string) []byte {
	t := examine(key)
	if !e.quoted && t&needsQuotes == 0 && len(e.prefix)+len(key) > 0 {
		return append(append(dst, e.prefix...), key...)
	}
	return appendQuoted(dst, string(e.prefix)+key, needsEscape)
}

// text writes an attribute whose value is text, on the line or below it. style, which may be empty, is
// that of the value.
func (e *encoder) text(key, s, style string) {
	t := examine(s)
	if !e.singleLine && isBlock(s, t) {
		e.blockKey(key)
		e.blockText("", s, style)
		return
	}
	e.key(key)
	e.inlineText(s, t, style)
}

// inlineText writes a value on the line.
func (e *encoder) inlineText(s string, t traits, style string) {
	if style == "" {
		e.line = appendValueText(e.line, s, t)
		return
	}
	e.line = append(e.line, style...)
	e.line = appendValueText(e.line, s, t)
	e.line = append(e.line, e.style.reset...)
}

// sourceAttr writes an attribute that is a source.
func (e *encoder) sourceAttr(key string, src *slog.Source) {
	text := ""
	if e.replace != nil {
		text = e.replacedSource(key, src)
	} else if src != nil {
		text = sourceText(src.File, src.Line)
	}
	if text == "" {
		return
	}
	e.key(key)
	e.line = append(e.line, text...)
}

// replacedSource calls ReplaceAttr as slog.JSONHandler does, for which a source is a group, and returns
// the text of what it left. What it made something else is written as an attribute.
func (e *encoder) replacedSource(key string, src *slog.Source) string {
	if src == nil {
		return ""
	}
	var (
		file string
		line int
	)
	length, quoted := e.open(key)
	for _, a := range [...]slog.Attr{
		slog.String("function", src.Function), slog.String("file", src.File), slog.Int("line", src.Line),
	} {
		if a.Value.Equal(slog.StringValue("")) || a.Value.Equal(slog.IntValue(0)) {
			continue
		}
		a, made := e.replaced(a)
		switch kind := a.Value.Kind(); {
		case a.Key == "function" && kind == slog.KindString: // is not shown
		case a.Key == "file" && kind == slog.KindString:
			file = a.Value.String()
		case a.Key == "line" && kind == slog.KindInt64:
			line = int(a.Value.Int64())
		default:
			e.resolved(a, made)
		}
	}
	e.close(key, length, quoted)
	return sourceText(file, line)
}

func frameText(f runtime.Frame) string { return sourceText(f.File, f.Line) }

// sourceText returns the last directory, the file and the line, or an empty string if none is known.
func sourceText(file string, line int) string {
	if file == "" && line == 0 {
		return ""
	}
	file = strings.ReplaceAll(file, `\`, "/")
	dir, base := path.Split(file)
	text := path.Join(path.Base(dir), base) + ":" + strconv.Itoa(line)
	if dir == "" {
		text = base + ":" + strconv.Itoa(line)
	}
	return string(appendValueText(nil, text, examine(text)))
}
