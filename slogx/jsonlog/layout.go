package jsonlog

import (
	"log/slog"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// appendAnyWay appends r under any schema and with ReplaceAttr:
//
//	{ time level source message lifted  ( open )  pre[:topLen] top record parts pre[topLen:] closers }
//
// where a record whose attributes are in a group comes behind pre[topLen:].
func (h *Handler) appendAnyWay(buf []byte, top []slog.Attr, r *slog.Record) []byte {
	root := rootAttrs{attrs: top}
	if len(h.groups) == 0 {
		root.record = r
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
	buf = h.appendParts(buf, &root)
	buf = join(buf, h.pre[h.topLen:])
	nOpen := h.nOpen
	if len(h.groups) > 0 && r.NumAttrs() > 0 {
		before := len(buf)
		attrs := make([]slog.Attr, 0, r.NumAttrs())
		r.Attrs(func(a slog.Attr) bool { attrs = append(attrs, a); return true })
		var some bool
		buf, some = h.appendAttrs(join(buf, h.pending), h.groups, attrs)
		if nOpen = len(h.groups); !some {
			buf, nOpen = buf[:before], h.nOpen
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

// join appends fields, which begin with a comma, and leaves that out where an object was just opened.
func join(buf, fields []byte) []byte {
	if len(fields) > 0 && buf[len(buf)-1] == '{' {
		fields = fields[1:]
	}
	return append(buf, fields...)
}

// appendAttrs appends attributes inside groups, and reports whether log/slog would keep the group.
func (f *format) appendAttrs(buf []byte, groups []string, attrs []slog.Attr) ([]byte, bool) {
	some := false
	p := replacer{f.opts.ReplaceAttr, groups}
	for _, a := range attrs {
		var ok bool
		if p.replace == nil {
			buf, ok = appendAttr(buf, a, 0)
		} else {
			buf, ok = p.appendAttr(buf, a, 0)
		}
		some = some || ok
	}
	return buf, some
}

// rootAttrs are attributes at the top level of a record: those of a slice, then those of a record.
type rootAttrs struct {
	attrs  []slog.Attr
	record *slog.Record
	seen   part // the parts other than the body in which some of them belong
}

func (r *rootAttrs) all(yield func(slog.Attr) bool) {
	for _, a := range r.attrs {
		if !yield(a) {
			return
		}
	}
	if r.record != nil {
		r.record.Attrs(yield)
	}
}

// appendRoot appends those attributes of r that the schema puts into one part of the line, under the
// schema's keys, and notes in r.seen which other parts there are.
func (f *format) appendRoot(buf []byte, in part, r *rootAttrs) ([]byte, bool) {
	some := false
	r.all(func(a slog.Attr) bool {
		fd, mapped := f.schema.fields[a.Key]
		if fd.part != in {
			r.seen |= fd.part
			return true
		}
		var ok bool
		switch p := (replacer{f.opts.ReplaceAttr, nil}); {
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

// appendParts appends the objects that the schema makes of some of the attributes of r.
func (f *format) appendParts(buf []byte, r *rootAttrs) []byte {
	for _, o := range objects {
		if r.seen&o.part == 0 {
			continue
		}
		start := len(buf)
		var some bool
		if buf, some = f.appendRoot(append(appendKey(buf, o.key), '{'), o.part, r); some {
			buf = append(buf, '}')
		} else {
			buf = buf[:start]
		}
	}
	return buf
}
