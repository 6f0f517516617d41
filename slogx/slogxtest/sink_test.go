package slogxtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

func TestRunSinkPassesGoodSink(t *testing.T) {
	RunSink(t, func(w io.Writer) slog.Handler { return newEncoder(w, sinkFaults{}) }, parseJSON)
}

func parseJSON(b []byte) ([]map[string]any, error) {
	var all []map[string]any
	for dec := json.NewDecoder(bytes.NewReader(b)); ; {
		var m map[string]any
		switch err := dec.Decode(&m); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, m)
	}
}

// sinkFaults are the ways in which an encoder breaks the rules.
type sinkFaults struct {
	keepZero     bool // a zero Attr is written
	keepEmpty    bool // empty groups are written
	noInline     bool // groups without a key are written as such
	noLevel      bool // the level is left out
	groupEmpty   bool // WithGroup("") opens a group
	noAttrsPops  bool // WithAttrs(nil) closes a group
	attrsAtRoot  bool // WithAttrs ignores open groups
	noClip       bool // WithAttrs appends to the parent's slice
	shareAttrs   bool // WithAttrs changes the parent
	askTwice     bool // LogValuers are resolved to see whether they are groups, and again to write them
	outerOnly    bool // LogValuers within groups are not resolved
	unbounded    bool // LogValuers are asked for ever
	letPanic     bool // LogValuers may panic
	hidePanic    bool // a panic is not shown
	blankNil     bool // nil pointers are shown as ""
	loseInvalid  bool // records that encoding/json refuses are lost
	disableGroup bool // handlers with open groups are not enabled
	newlineApart bool // the newline is a Write call of its own
	rawNewlines  bool // newlines in text are not escaped
	colour       bool // the output is coloured
	cutText      bool // text is cut at 1 MiB
	cutAttrs     bool // attributes beyond 1,000 are cut
	cutDepth     bool // groups below 100 are cut
	noLock       bool // writes overlap
	swallow      bool // errors of the writer are not returned
	trust        bool // short writes go unnoticed
}

// encoder writes JSON with a map for each group: slow, simple, and right but for its faults.
type encoder struct {
	sinkFaults

	w      io.Writer
	mu     *sync.Mutex
	scopes []scope
}

func newEncoder(w io.Writer, faults sinkFaults) *encoder {
	return &encoder{faults, w, new(sync.Mutex), []scope{{}}}
}

func (e *encoder) Enabled(_ context.Context, l slog.Level) bool {
	return l >= slog.LevelInfo && (!e.disableGroup || len(e.scopes) == 1)
}

func (e *encoder) Handle(_ context.Context, r slog.Record) error {
	m := map[string]any{slog.MessageKey: r.Message}
	if !r.Time.IsZero() {
		m[slog.TimeKey] = r.Time
	}
	if !e.noLevel {
		m[slog.LevelKey] = r.Level
	}
	e.mu.Lock()
	scopes := slices.Clone(e.scopes) // shareAttrs changes them
	e.mu.Unlock()
	attrs := attrsOf(r)
	if e.cutAttrs {
		attrs = attrs[:min(1000, len(attrs))]
	}
	for _, s := range slices.Backward(scopes) {
		attrs = slices.Concat(s.attrs, attrs)
		if s.name != "" || e.groupEmpty && len(scopes) > 1 && len(attrs) > 0 {
			attrs = []slog.Attr{{Key: s.name, Value: slog.GroupValue(attrs...)}}
		}
	}
	e.put(m, attrs, 0)
	return e.write(m)
}

func (e *encoder) WithAttrs(attrs []slog.Attr) slog.Handler {
	e.mu.Lock()
	defer e.mu.Unlock()
	e2 := *e
	e2.scopes = slices.Clone(e.scopes)
	if len(attrs) == 0 && e.noAttrsPops && len(e2.scopes) > 1 {
		e2.scopes = e2.scopes[:len(e2.scopes)-1]
	}
	last := &e2.scopes[len(e2.scopes)-1]
	if e.attrsAtRoot {
		last = &e2.scopes[0]
	}
	if e.shareAttrs {
		last = &e.scopes[len(e.scopes)-1]
		e2.scopes = e.scopes
	}
	if !e.noClip {
		last.attrs = slices.Clip(last.attrs)
	}
	last.attrs = append(last.attrs, attrs...)
	return &e2
}

func (e *encoder) WithGroup(name string) slog.Handler {
	if name == "" && !e.groupEmpty {
		return e
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e2 := *e
	e2.scopes = append(slices.Clip(e.scopes), scope{name: name})
	return &e2
}

func (e *encoder) put(m map[string]any, attrs []slog.Attr, depth int) {
	for _, a := range attrs {
		if a.Equal(slog.Attr{}) && !e.keepZero {
			continue
		}
		v := e.resolve(a.Value, depth)
		if v.Kind() != slog.KindGroup {
			m[a.Key] = e.value(v)
			continue
		}
		if e.cutDepth && depth > 100 {
			continue
		}
		inline := a.Key == "" && !e.noInline
		group := make(map[string]any)
		if old, ok := m[a.Key].(map[string]any); ok {
			group = old
		}
		if e.put(group, v.Group(), depth+1); inline {
			maps.Copy(m, group)
		} else if len(group) > 0 || e.keepEmpty {
			m[a.Key] = group
		}
	}
}

func (e *encoder) resolve(v slog.Value, depth int) slog.Value {
	switch {
	case v.Kind() != slog.KindLogValuer:
		return v
	case depth > 0 && e.outerOnly:
		return slog.StringValue("unresolved")
	case e.askTwice:
		attr.Resolve(v)
	case e.letPanic && v.Any() != any(nilValuer):
		for v.Kind() == slog.KindLogValuer && v.Any() != nil {
			v = v.LogValuer().LogValue()
		}
		return v
	case e.unbounded:
		if endless, ok := v.Any().(endless); ok {
			for v.Kind() == slog.KindLogValuer {
				v = endless.LogValue()
			}
			return v
		}
	}
	v = attr.Resolve(v)
	if v.Kind() == slog.KindGroup && depth > maxDepth {
		return slog.StringValue("too deep")
	}
	return v
}

// value returns v in the form in which encoding/json writes it.
func (e *encoder) value(v slog.Value) (out any) {
	defer func() {
		if p := recover(); p != nil {
			out = attr.Panic(v.Any(), p)
			if e.hidePanic {
				out = "oops"
			}
		}
		if s, ok := out.(string); ok && e.cutText {
			out = s[:min(1<<20, len(s))]
		}
		if s, ok := out.(string); ok && e.hidePanic && strings.HasPrefix(s, "!PANIC") {
			out = "oops"
		}
		if out == "<nil>" && e.blankNil {
			out = ""
		}
	}()
	switch x := v.Any().(type) {
	case error:
		return x.Error()
	case string:
		return x
	default:
		b, err := json.Marshal(x)
		if err != nil && e.loseInvalid {
			return x
		}
		if err != nil {
			return fmt.Sprint("!ERROR: ", err)
		}
		return json.RawMessage(b)
	}
}

func (e *encoder) write(m map[string]any) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if e.rawNewlines {
		line = bytes.ReplaceAll(line, []byte(`\n`), []byte("\n"))
	}
	if e.colour {
		line = append(append([]byte(" \x1b[0m"), line...), ' ')
	}
	if !e.noLock {
		e.mu.Lock()
		defer e.mu.Unlock()
	}
	if e.newlineApart {
		if _, err := e.w.Write(line); err != nil {
			return err
		}
		line = nil
	}
	n, err := e.w.Write(append(line, '\n'))
	switch {
	case e.swallow:
		return nil
	case err == nil && n < len(line) && !e.trust:
		return io.ErrShortWrite
	}
	return err
}
