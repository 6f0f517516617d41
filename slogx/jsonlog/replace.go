package jsonlog

import (
	"log/slog"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// replacer appends attributes after ReplaceAttr saw them. Calls, their order and their arguments are
// those of [slog.JSONHandler].
type replacer struct {
	replace func([]string, slog.Attr) slog.Attr
	groups  []string // the open groups
	builtIn bool     // the attribute is a built-in one: log/slog counts no groups inside it
}

// apply resolves a, and hands it to ReplaceAttr unless it is a group.
func (p *replacer) apply(a slog.Attr, in nesting) (slog.Attr, nesting) {
	a, in = resolve(a, in)
	if a.Value.Kind() != slog.KindGroup {
		a, in = resolve(p.call(a), in)
	}
	return a, in
}

// call is ReplaceAttr; if it panics, the value says so.
func (p *replacer) call(a slog.Attr) (out slog.Attr) {
	defer func() {
		if r := recover(); r != nil {
			out = slog.String(a.Key, attr.Panic(nil, r))
		}
	}()
	return p.replace(p.groups, a)
}

// appendAttr is the function of that name with ReplaceAttr.
func (p *replacer) appendAttr(buf []byte, a slog.Attr, in nesting) ([]byte, bool) {
	a, in = p.apply(a, in)
	return p.appendReplaced(buf, a, in)
}

// appendReplaced appends a, which ReplaceAttr saw. The attributes of a group were not yet seen.
func (p *replacer) appendReplaced(buf []byte, a slog.Attr, in nesting) ([]byte, bool) {
	if src, ok := sourceOf(a.Value); ok {
		if src == nil || *src == (slog.Source{}) {
			return buf, false
		}
		a.Value = slog.GroupValue(sourceAttrs(src)...)
	}
	if a.Value.Kind() != slog.KindGroup {
		return appendAttr(buf, a, in)
	}
	attrs := a.Value.Group()
	if len(attrs) == 0 {
		return buf, true
	}
	in, ok := in.inGroup()
	if !ok {
		return appendString(appendKey(buf, a.Key), groupsError), true
	}
	inner, start := *p, len(buf)
	if a.Key != "" {
		buf = append(appendKey(buf, a.Key), '{')
		if !p.builtIn {
			inner.groups = append(p.groups, a.Key) //nolint:gocritic // siblings may overwrite it: ReplaceAttr keeps nothing
		}
	}
	some := false
	for _, a := range attrs {
		buf, ok = inner.appendAttr(buf, a, in)
		some = some || ok
	}
	if !some {
		return buf[:start], false
	}
	if a.Key != "" {
		buf = append(buf, '}')
	}
	return buf, true
}

// appendAs appends a top-level attribute for which a schema has a field. Where ReplaceAttr changes the
// key, that is the user's word.
func (p *replacer) appendAs(buf []byte, a slog.Attr, fd field, opts *Options) ([]byte, bool) {
	out, in := p.apply(a, 0)
	if fd.key == "" || out.Key != a.Key {
		return p.appendReplaced(buf, out, in)
	}
	return fd.appendTo(buf, out, opts)
}

// appendReplacedHead appends time, level, source and message as ReplaceAttr leaves them.
func (f *format) appendReplacedHead(buf []byte, r *slog.Record) []byte {
	if !r.Time.IsZero() {
		buf = f.appendBuiltIn(buf, slog.Time(slog.TimeKey, r.Time), f.schema.time)
	}
	buf = f.appendBuiltIn(buf, slog.Any(slog.LevelKey, r.Level), f.schema.levelKey)
	if f.opts.AddSource && !f.schema.sourceInBody {
		buf = f.appendReplacedSource(buf, r)
	}
	buf = f.appendBuiltIn(buf, slog.String(slog.MessageKey, r.Message), f.schema.msg)
	return append(buf, f.schema.tail...)
}

func (f *format) appendReplacedSource(buf []byte, r *slog.Record) []byte {
	src := r.Source()
	if src == nil {
		src = &slog.Source{}
	}
	return f.appendBuiltIn(buf, slog.Any(slog.SourceKey, src), slog.SourceKey)
}

// appendBuiltIn appends a built-in attribute under key, the schema's, unless ReplaceAttr changed its
// own. A level or source that ReplaceAttr left alone takes the schema's form.
func (f *format) appendBuiltIn(buf []byte, a slog.Attr, key string) []byte {
	p := replacer{replace: f.opts.ReplaceAttr, builtIn: true}
	out, in := p.apply(a, 0)
	if out.Key == a.Key {
		out.Key = key
		if l, ok := levelOf(out.Value); ok && a.Key == slog.LevelKey {
			return f.schema.level(buf, l)
		}
		// slog shows the parts of its source group to ReplaceAttr too; other schemas have no such group.
		if src, ok := sourceOf(out.Value); ok && src != nil && f.schema.fields != nil {
			return f.schema.source(buf, src)
		}
	}
	buf, _ = p.appendReplaced(buf, out, in)
	return buf
}

func levelOf(v slog.Value) (slog.Level, bool) {
	if v.Kind() != slog.KindAny {
		return 0, false
	}
	l, ok := v.Any().(slog.Level)
	return l, ok
}

func sourceOf(v slog.Value) (*slog.Source, bool) {
	if v.Kind() != slog.KindAny {
		return nil, false
	}
	src, ok := v.Any().(*slog.Source)
	return src, ok
}

func sourceAttrs(src *slog.Source) []slog.Attr {
	var attrs []slog.Attr
	if src.Function != "" {
		attrs = append(attrs, slog.String("function", src.Function))
	}
	if src.File != "" {
		attrs = append(attrs, slog.String("file", src.File))
	}
	if src.Line != 0 {
		attrs = append(attrs, slog.Int("line", src.Line))
	}
	return attrs
}
