package jsonlog

import (
	"log/slog"
	"slices"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// appendAnyWay appends r under any schema and with ReplaceAttr:
//
//	{ time level source message lifted  ( open )  pre[:topLen] top record objects pre[topLen:] closers }
//
// where a record whose attributes are in a group comes behind pre[topLen:].
func (h *Handler) appendAnyWay(buf []byte, top []slog.Attr, r *slog.Record) []byte {
	root, grouped := attrList{attrs: top}, attrList{}
	if len(h.groups) == 0 {
		root.record = r
	} else {
		grouped.record = r
	}
	if h.opts.ReplaceAttr == nil {
		buf = h.appendHead(buf, r)
	} else {
		buf = h.appendReplacedHead(append(buf, '{'), r)
	}
	start := len(buf)
	buf = join(buf, h.lifted)
	if h.schema.open != "" {
		buf, _ = h.appendRoot(buf, inLifted, &root)
		start = len(buf)
		buf = append(appendKey(buf, h.schema.open), '{')
		switch {
		case !h.opts.AddSource:
		case h.opts.ReplaceAttr != nil:
			buf = h.appendReplacedSource(buf, r)
		default:
			buf = join(buf, h.source(r.PC))
		}
	}
	opened := len(buf)
	buf = join(buf, h.pre[:h.topLen])
	buf, _ = h.appendRoot(buf, inBody, &root)
	buf = h.appendObjects(buf, &root)
	buf = join(buf, h.pre[h.topLen:])
	nOpen := h.nOpen
	if len(h.groups) > 0 {
		before := len(buf)
		var some bool
		if buf, some = h.appendGrouped(join(buf, h.pending), h.groups, &grouped); some {
			nOpen = len(h.groups)
		} else {
			buf = buf[:before]
		}
	}
	for range nOpen {
		buf = append(buf, '}')
	}
	if h.schema.open != "" {
		if len(buf) == opened && buf[opened-1] == '{' {
			buf = buf[:start] // no attributes
		} else {
			buf = append(buf, '}')
		}
	}
	return append(buf, '}')
}

// join appends fields, and leaves out the comma with which they begin where an object was just opened.
func join(buf, fields []byte) []byte {
	if len(fields) > 0 && fields[0] == ',' && buf[len(buf)-1] == '{' {
		fields = fields[1:]
	}
	return append(buf, fields...)
}

// attrList are the attributes of a slice, then those of a record.
type attrList struct {
	attrs  []slog.Attr
	record *slog.Record // or nil
	seen   part         // what appendRoot found: the parts other than the body in which some belong
}

func (l *attrList) all(yield func(slog.Attr) bool) {
	for _, a := range l.attrs {
		if !yield(a) {
			return
		}
	}
	if l.record != nil {
		l.record.Attrs(yield)
	}
}

// appendGrouped appends attributes inside groups, and reports whether log/slog would keep the group.
func (f *format) appendGrouped(buf []byte, groups []string, l *attrList) ([]byte, bool) {
	some := false
	p := replacer{replace: f.opts.ReplaceAttr, groups: slices.Clip(groups)}
	l.all(func(a slog.Attr) bool {
		var ok bool
		if p.replace == nil {
			buf, ok = appendAttr(buf, a, 0)
		} else {
			buf, ok = p.appendAttr(buf, a, 0)
		}
		some = some || ok
		return true
	})
	return buf, some
}

// appendRoot appends those attributes of l that the schema puts into one part of the line, under the
// schema's keys, and notes in l.seen which other parts there are.
func (f *format) appendRoot(buf []byte, in part, l *attrList) ([]byte, bool) {
	some := false
	l.all(func(a slog.Attr) bool {
		fd, mapped := f.schema.fields[a.Key]
		if fd.part != in {
			l.seen |= fd.part
			return true
		}
		var ok bool
		switch p := (replacer{replace: f.opts.ReplaceAttr}); {
		case p.replace != nil:
			buf, ok = p.appendAs(buf, a, fd, &f.opts)
		case mapped:
			a.Value = attr.Resolve(a.Value)
			buf, ok = fd.appendTo(buf, a, &f.opts)
		default:
			buf, ok = appendAttr(buf, a, 0)
		}
		some = some || ok
		return true
	})
	return buf, some
}

// appendTo appends an attribute that was resolved under the field's key, in the field's form.
func (fd *field) appendTo(buf []byte, a slog.Attr, opts *Options) ([]byte, bool) {
	a.Key = fd.key
	if fd.append == nil || a.Value.Kind() == slog.KindGroup {
		return appendAttr(buf, a, 0)
	}
	return fd.append(appendKey(buf, a.Key), a.Value, opts), true
}

// appendParts appends to parts, which are the members of the objects that the schema makes of some
// attributes, those of l.
func (f *format) appendParts(parts [nObjects][]byte, l *attrList) [nObjects][]byte {
	for i, o := range objects {
		if l.seen&o.part != 0 {
			parts[i], _ = f.appendRoot(slices.Clip(parts[i]), o.part, l)
		}
	}
	return parts
}

// appendObjects appends the objects: members that WithAttrs encoded, then those of l.
func (h *Handler) appendObjects(buf []byte, l *attrList) []byte {
	for i, o := range objects {
		if len(h.parts[i]) == 0 && l.seen&o.part == 0 {
			continue
		}
		start := len(buf)
		buf = append(appendKey(buf, o.key), '{')
		empty := len(buf)
		buf = join(buf, h.parts[i])
		if buf, _ = h.appendRoot(buf, o.part, l); len(buf) > empty {
			buf = append(buf, '}')
		} else {
			buf = buf[:start]
		}
	}
	return buf
}
