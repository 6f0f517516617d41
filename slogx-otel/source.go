package slogxotel

import (
	"context"
	"encoding/binary"
	"sync/atomic"

	"go.opentelemetry.io/otel/trace"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

func init() { tracectx.RegisterSource(activeSpan) }

// activeSpan returns the trace of the span in ctx, sampled or not.
func activeSpan(ctx context.Context) (tracectx.Trace, bool) {
	sc := trace.SpanContextFromContext(ctx)
	if !sc.IsValid() {
		return tracectx.Trace{}, false
	}
	t := tracectx.Trace{TraceID: sc.TraceID(), SpanID: sc.SpanID(), Flags: byte(sc.TraceFlags())}
	if state := sc.TraceState(); state.Len() > 0 {
		t.State = stateOf(t.SpanID, state)
	}
	return t, true
}

// states remembers the text of the state of spans, so that it is not built anew for each record. A slot belongs
// to the span that used it last.
var states [256]atomic.Pointer[string]

func stateOf(id trace.SpanID, state trace.TraceState) string {
	slot := &states[binary.LittleEndian.Uint64(id[:])%uint64(len(states))]
	if text := slot.Load(); text != nil && isText(state, *text) {
		return *text
	}
	text := state.String()
	slot.Store(&text)
	return text
}

// isText reports whether text is what state looks like. It allocates nothing.
func isText(state trace.TraceState, text string) bool {
	same := true
	cut := func(s string) {
		if same = same && len(text) >= len(s) && text[:len(s)] == s; same {
			text = text[len(s):]
		}
	}
	first := true
	state.Walk(func(key, value string) bool {
		if !first {
			cut(",")
		}
		first = false
		cut(key)
		cut("=")
		cut(value)
		return same
	})
	return same && text == ""
}
