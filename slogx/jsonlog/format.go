package jsonlog

import (
	"log/slog"
	"runtime"
	"slices"

	"github.com/slogx-go/slogx/slogx/internal/source"
)

// format is how records look.
type format struct {
	opts   Options
	schema *schema
	plain  bool // the short way through appendLine will do

	levels  [4]piece // what stands between time and message, for DEBUG, INFO, WARN, ERROR
	msgKey  []byte
	times   timeCache
	sources *source.Cache[[]byte]
}

// init encodes once what all records share.
func (f *format) init(opts Options) {
	f.opts, f.schema = opts, schemas[opts.Schema]
	if f.schema == nil {
		f.schema = schemas[SchemaSlog]
	}
	if f.opts.Duplicates != KeepLast {
		f.opts.Duplicates = KeepAll
	}
	if n := f.opts.MaxRecordBytes; n > 0 {
		f.opts.MaxRecordBytes = max(n, minRecordBytes)
	}
	f.plain = opts.ReplaceAttr == nil && f.schema.fields == nil
	f.times.head = string(appendKey([]byte{'{'}, f.schema.time))
	f.msgKey = appendKey(nil, f.schema.msg)
	for i := range f.levels {
		l := slog.LevelDebug + slog.Level(4*i)
		f.levels[i] = newPiece(string(append(f.schema.level(nil, l), f.msgKey...)))
	}
	if opts.AddSource {
		f.sources = new(source.Cache[[]byte])
	}
}

// appendLine appends r as a line. top are its top-level attributes.
func (h *Handler) appendLine(buf []byte, top []slog.Attr, r *slog.Record) []byte {
	start := len(buf)
	if h.plain {
		buf = h.appendPlain(buf, top, r)
	} else {
		buf = h.appendAnyWay(buf, top, r)
	}
	if h.opts.Duplicates == KeepLast {
		buf = keepLast(buf, start)
	}
	if h.opts.MaxRecordBytes > 0 && len(buf)+1-start > h.opts.MaxRecordBytes {
		buf = h.cut(buf, start)
	}
	return append(buf, '\n')
}

// appendPlain is the way of most records: nobody replaces attributes and the schema moves none.
func (h *Handler) appendPlain(buf []byte, top []slog.Attr, r *slog.Record) []byte {
	buf = h.appendHead(buf, r)
	if h.topLen > 0 {
		buf = append(buf, h.pre[:h.topLen]...)
	}
	for _, a := range top {
		buf, _ = appendAttr(buf, a, 0)
	}
	if len(h.groups) > 0 {
		buf = append(buf, h.pre[h.topLen:]...)
	}
	start, some := len(buf), false
	if len(h.pending) > 0 {
		buf = append(buf, h.pending...)
	}
	r.Attrs(func(a slog.Attr) bool {
		var ok bool
		buf, ok = appendAttr(buf, a, 0)
		some = some || ok
		return true
	})
	nOpen := len(h.groups)
	if !some {
		buf, nOpen = buf[:start], h.nOpen
	}
	for range nOpen {
		buf = append(buf, '}')
	}
	return append(buf, '}')
}

// appendHead appends the opening brace, time, level, source and message.
func (f *format) appendHead(buf []byte, r *slog.Record) []byte {
	buf = slices.Grow(buf, 3*pieceSize)
	if r.Time.IsZero() {
		buf = append(buf, '{')
	} else {
		buf = f.times.append(buf, r.Time)
	}
	if i := uint(r.Level-slog.LevelDebug) / 4; i < 4 && r.Level&3 == 0 && f.sources == nil && !r.Time.IsZero() {
		buf = f.levels[i].put(buf)
	} else {
		buf = f.schema.level(buf, r.Level)
		if f.sources != nil && !f.schema.sourceInBody {
			buf = append(buf, f.source(r.PC)...)
		}
		buf = append(buf, f.msgKey...)
	}
	buf = appendString(buf, r.Message)
	if f.schema.tail != "" {
		buf = append(buf, f.schema.tail...)
	}
	return buf
}

// source returns the encoded source of a log statement, behind a comma, or nothing if it is not known.
func (f *format) source(pc uintptr) []byte {
	return f.sources.Get(pc, func(fr runtime.Frame) []byte {
		src := slog.Source{Function: fr.Function, File: fr.File, Line: fr.Line}
		if src == (slog.Source{}) {
			return nil
		}
		return f.schema.source(nil, &src)
	})
}
