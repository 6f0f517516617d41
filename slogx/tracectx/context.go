package tracectx

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"slices"
	"sync/atomic"
)

// The keys of the attributes that [AppendAttrs] appends.
const (
	TraceIDKey    = "trace_id"
	SpanIDKey     = "span_id"
	TraceFlagsKey = "trace_flags"
)

type contextKey struct{}

// carried is a trace with its ids as text, made once for all records that show them.
type carried struct {
	trace           Trace
	traceID, spanID string
}

func carry(t Trace) *carried {
	var buf [2 * (16 + 8)]byte
	hex.Encode(buf[:32], t.TraceID[:])
	hex.Encode(buf[32:], t.SpanID[:])
	ids := string(buf[:])
	return &carried{trace: t, traceID: ids[:32], spanID: ids[32:]}
}

// NewContext returns a context that belongs to t, whatever trace was put into ctx before: to none, if t
// is not valid. Sources are still asked first.
func NewContext(ctx context.Context, t Trace) context.Context {
	c := new(Context)
	c.Init(ctx, t, "")
	return c
}

// Context is a context that belongs to a trace, for a middleware that keeps it in a struct of its own and
// so saves the allocation of [NewContext]. It must not be used before Init, nor be copied afterwards.
type Context struct {
	context.Context //nolint:containedctx // it is one

	carried
}

// Init makes c the context that NewContext(ctx, t) returns. traceparent is t.Traceparent() if the caller has
// it, or "": the text of the ids is then taken from it.
func (c *Context) Init(ctx context.Context, t Trace, traceparent string) {
	c.Context = ctx
	switch {
	case !t.IsValid():
		c.carried = carried{}
	case len(traceparent) == parentLen:
		c.carried = carried{trace: t, traceID: traceparent[3:35], spanID: traceparent[36:52]}
	default:
		c.carried = *carry(t)
	}
}

// Asks reports whether key is the one by which this package asks a context for its trace: who makes the trace
// only when it is asked for calls Init then.
func (c *Context) Asks(key any) bool { return key == (contextKey{}) }

// Value returns the trace to this package, and otherwise what the context around which c stands knows.
func (c *Context) Value(key any) any {
	if c.Asks(key) {
		return &c.carried
	}
	return c.Context.Value(key)
}

// fromValue returns what NewContext put into ctx, or nil.
func fromValue(ctx context.Context) *carried {
	c, _ := ctx.Value(contextKey{}).(*carried)
	if c == nil || c.traceID == "" {
		return nil
	}
	return c
}

// FromContext returns the trace that ctx belongs to, and whether there is one: that of the first source
// that knows a valid one, else the one of [NewContext].
func FromContext(ctx context.Context) (Trace, bool) {
	if t, ok := fromSources(ctx); ok {
		return t, true
	}
	if c := fromValue(ctx); c != nil {
		return c.trace, true
	}
	return Trace{}, false
}

// AppendAttrs appends the ids of the trace that ctx belongs to, as [FromContext] finds it, to attrs:
// trace_id and span_id in hexadecimal digits and trace_flags, such as "01". Without a trace it returns
// attrs as it is.
func AppendAttrs(ctx context.Context, attrs []slog.Attr) []slog.Attr {
	if t, ok := fromSources(ctx); ok {
		return cached(t).appendAttrs(attrs, t.Flags)
	}
	if c := fromValue(ctx); c != nil {
		return c.appendAttrs(attrs, c.trace.Flags)
	}
	return attrs
}

func (c *carried) appendAttrs(attrs []slog.Attr, flags byte) []slog.Attr {
	return append(attrs,
		slog.String(TraceIDKey, c.traceID),
		slog.String(SpanIDKey, c.spanID),
		slog.String(TraceFlagsKey, flagText[flags]))
}

// source returns the trace of the span that is active in a context, and whether there is one.
type source = func(context.Context) (Trace, bool)

var sources atomic.Pointer[[]source]

// RegisterSource adds a source of traces, usually the active span of a tracing library, and usually from
// an init function. FromContext calls it from many goroutines, for every record; a source that panics
// knows no trace for that context. A registration is for good. A nil source is ignored.
func RegisterSource(fn func(context.Context) (Trace, bool)) {
	if fn == nil {
		return
	}
	for {
		old := sources.Load()
		list := []source{fn}
		if old != nil {
			list = append(slices.Clone(*old), fn)
		}
		if sources.CompareAndSwap(old, &list) {
			return
		}
	}
}

func fromSources(ctx context.Context) (Trace, bool) {
	list := sources.Load()
	if list == nil {
		return Trace{}, false
	}
	for _, fn := range *list {
		if t, ok := ask(ctx, fn); ok && t.IsValid() {
			return t, true
		}
	}
	return Trace{}, false
}

func ask(ctx context.Context, fn source) (t Trace, ok bool) {
	defer func() {
		if recover() != nil {
			t, ok = Trace{}, false
		}
	}()
	return fn(ctx)
}

// cacheSize bounds the spans whose ids are remembered as text: a power of two, and about 150 KB full.
const cacheSize = 1024

// cache holds what carry made for traces from sources. A slot belongs to the span that used it last.
var cache [cacheSize]atomic.Pointer[carried]

func cached(t Trace) *carried {
	slot := &cache[slotOf(t)]
	if c := slot.Load(); c != nil && c.trace.TraceID == t.TraceID && c.trace.SpanID == t.SpanID {
		return c
	}
	t.State = "" // not to be kept alive here
	c := carry(t)
	slot.Store(c)
	return c
}

// slotOf spreads ids that were counted up as well as random ones.
func slotOf(t Trace) uint64 {
	const golden = 0x9e3779b97f4a7c15
	h := binary.LittleEndian.Uint64(t.SpanID[:]) ^ binary.LittleEndian.Uint64(t.TraceID[8:])
	return h * golden >> 32 % cacheSize
}
