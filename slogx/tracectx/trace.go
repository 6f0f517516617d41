package tracectx

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
)

// The bits of [Trace].Flags that the specification defines.
const (
	Sampled byte = 1 << 0 // the caller may have recorded trace data
	Random  byte = 1 << 1 // at least the last 7 bytes of the trace id are random

	knownFlags = Sampled | Random
)

// Trace is the position of a request in a distributed trace. The zero Trace is none.
type Trace struct {
	TraceID [16]byte
	SpanID  [8]byte // the caller's span in a trace from Parse: the parent-id
	Flags   byte
	State   string // the tracestate header as one line, as Parse checked it; may be empty
}

// New returns a new trace: random ids, not sampled, without state.
func New() Trace {
	t := Trace{Flags: Random, SpanID: newSpanID()}
	for t.TraceID == [16]byte{} {
		binary.NativeEndian.PutUint64(t.TraceID[:8], rand.Uint64())
		binary.NativeEndian.PutUint64(t.TraceID[8:], rand.Uint64())
	}
	return t
}

// Child returns t with a new random span id: what a service that takes part in t sends on.
func (t Trace) Child() Trace {
	t.SpanID = newSpanID()
	return t
}

func newSpanID() (id [8]byte) {
	for id == [8]byte{} {
		binary.NativeEndian.PutUint64(id[:], rand.Uint64())
	}
	return id
}

// IsValid reports whether neither id is zero.
func (t Trace) IsValid() bool { return t.TraceID != [16]byte{} && t.SpanID != [8]byte{} }

// Sampled reports whether the caller may have recorded trace data.
func (t Trace) Sampled() bool { return t.Flags&Sampled != 0 }

// Traceparent returns the traceparent header, in version 00, or "" if t is not valid. Flags that the
// specification reserves are sent as zero.
func (t Trace) Traceparent() string {
	var buf [parentLen]byte
	return string(t.AppendTraceparent(buf[:0]))
}

// AppendTraceparent appends what Traceparent returns to dst.
func (t Trace) AppendTraceparent(dst []byte) []byte {
	if !t.IsValid() {
		return dst
	}
	dst = append(dst, "00-"...)
	dst = hex.AppendEncode(dst, t.TraceID[:])
	dst = append(dst, '-')
	dst = hex.AppendEncode(dst, t.SpanID[:])
	dst = append(dst, '-')
	return append(dst, flagText[t.Flags&knownFlags]...)
}

// flagText holds every byte as two hexadecimal digits.
var flagText = func() (text [256]string) {
	for i := range text {
		text[i] = hex.EncodeToString([]byte{byte(i)})
	}
	return text
}()
