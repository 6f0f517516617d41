package tracectx_test

import (
	"context"
	"encoding/binary"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

func mustParse(tb testing.TB, header string) tracectx.Trace {
	tb.Helper()
	t, err := tracectx.Parse([]string{header}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// ids reads attributes as AppendAttrs makes them.
func ids(attrs []slog.Attr) map[string]string {
	m := make(map[string]string)
	for _, a := range attrs {
		m[a.Key] = a.Value.String()
	}
	return m
}

func wantIDs(ctx context.Context, t *testing.T, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, ids(tracectx.AppendAttrs(ctx, nil))); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func numbered(n uint64) tracectx.Trace {
	t := tracectx.Trace{Flags: tracectx.Sampled}
	binary.BigEndian.PutUint64(t.TraceID[8:], 7)
	binary.BigEndian.PutUint64(t.SpanID[:], n)
	return t
}

func TestNewTraceIsRandomAndNotSampled(t *testing.T) {
	seen := make(map[tracectx.Trace]bool)
	for range 1000 {
		tr := tracectx.New()
		if !tr.IsValid() || tr.Sampled() || tr.Flags != tracectx.Random || tr.State != "" {
			t.Fatalf("new trace %+v", tr)
		}
		if again := mustParse(t, tr.Traceparent()); again != tr {
			t.Fatalf("%+v reads back as %+v", tr, again)
		}
		seen[tr] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d of 1000 traces differ", len(seen))
	}
}

func TestChildKeepsTheTrace(t *testing.T) {
	tr := mustParse(t, parent)
	tr.State = "foo=1"
	child := tr.Child()
	if child.SpanID == tr.SpanID || !child.IsValid() {
		t.Errorf("span id of the child is %x", child.SpanID)
	}
	child.SpanID = tr.SpanID
	if child != tr {
		t.Errorf("child %+v differs from %+v in more than the span id", child, tr)
	}
}

func TestTraceWithoutIDsHasNoHeader(t *testing.T) {
	for _, tr := range []tracectx.Trace{{}, {TraceID: [16]byte{1}}, {SpanID: [8]byte{1}}} {
		if tr.IsValid() || tr.Traceparent() != "" || string(tr.AppendTraceparent([]byte("x"))) != "x" {
			t.Errorf("%+v formats to %q", tr, tr.Traceparent())
		}
	}
}

func TestReservedFlagsAreNotSentOn(t *testing.T) {
	tr := mustParse(t, parent)
	tr.Flags = 0xff
	if want := "00-" + traceID + "-" + spanID + "-03"; tr.Traceparent() != want {
		t.Errorf("formats to %s, want %s", tr.Traceparent(), want)
	}
}

func TestContextCarriesATrace(t *testing.T) {
	tracectx.IsolateSources(t)
	ctx := context.Background()
	if _, ok := tracectx.FromContext(ctx); ok {
		t.Error("a trace in an empty context")
	}
	wantIDs(ctx, t, map[string]string{})

	tr := mustParse(t, parent)
	tr.State = "foo=1"
	ctx = tracectx.NewContext(ctx, tr)
	if got, ok := tracectx.FromContext(ctx); !ok || got != tr {
		t.Errorf("got %+v, %v, want %+v", got, ok, tr)
	}
	want := map[string]string{"trace_id": traceID, "span_id": spanID, "trace_flags": "01"}
	wantIDs(ctx, t, want)
	want["before"] = "kept"
	if diff := cmp.Diff(want, ids(tracectx.AppendAttrs(ctx, []slog.Attr{slog.String("before", "kept")}))); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}

	none := tracectx.NewContext(ctx, tracectx.Trace{})
	if got, ok := tracectx.FromContext(none); ok {
		t.Errorf("a trace that is not valid does not hide the outer one: %+v", got)
	}
	wantIDs(none, t, map[string]string{})
}

func TestActiveSpanOfASourceWins(t *testing.T) {
	tracectx.IsolateSources(t)
	type key struct{}
	tracectx.RegisterSource(nil)
	tracectx.RegisterSource(func(context.Context) (tracectx.Trace, bool) { panic("boom") })
	tracectx.RegisterSource(func(context.Context) (tracectx.Trace, bool) { return tracectx.Trace{}, true }) // not valid
	tracectx.RegisterSource(func(ctx context.Context) (tracectx.Trace, bool) {
		tr, ok := ctx.Value(key{}).(tracectx.Trace)
		return tr, ok
	})
	tracectx.RegisterSource(func(context.Context) (tracectx.Trace, bool) { return numbered(9), false })

	ctx := tracectx.NewContext(context.Background(), mustParse(t, parent))
	wantIDs(ctx, t, map[string]string{"trace_id": traceID, "span_id": spanID, "trace_flags": "01"})
	span := numbered(0xabc)
	ctx = context.WithValue(ctx, key{}, span)
	if got, ok := tracectx.FromContext(ctx); !ok || got != span {
		t.Errorf("got %+v, want the active span", got)
	}
	want := map[string]string{
		"trace_id": "00000000000000000000000000000007", "span_id": "0000000000000abc", "trace_flags": "01",
	}
	wantIDs(ctx, t, want)
	wantIDs(ctx, t, want) // from the cache
	span.Flags = 0xff     // the same span: its ids are cached, its flags are not
	want["trace_flags"] = "ff"
	wantIDs(context.WithValue(ctx, key{}, span), t, want)
}

func TestManySpansShareTheCacheWithoutMixingUp(t *testing.T) {
	tracectx.IsolateSources(t)
	type key struct{}
	tracectx.RegisterSource(func(ctx context.Context) (tracectx.Trace, bool) {
		tr, ok := ctx.Value(key{}).(tracectx.Trace)
		return tr, ok
	})
	var wg sync.WaitGroup
	for w := range uint64(4) {
		wg.Go(func() {
			attrs := make([]slog.Attr, 0, 3)
			for i := range uint64(3 * tracectx.CacheSize) {
				tr := numbered(i*4 + w + 1)
				attrs = tracectx.AppendAttrs(context.WithValue(context.Background(), key{}, tr), attrs[:0])
				header := "00-" + attrs[0].Value.String() + "-" + attrs[1].Value.String() + "-" + attrs[2].Value.String()
				if header != tr.Traceparent() {
					t.Errorf("attributes of %s, want %s", header, tr.Traceparent())
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestSameSpanIDInTwoTraces(t *testing.T) {
	tracectx.IsolateSources(t)
	var tr tracectx.Trace
	tracectx.RegisterSource(func(context.Context) (tracectx.Trace, bool) { return tr, true })
	for i := range byte(4) {
		tr = numbered(1)
		tr.TraceID[0] = i
		if got := ids(tracectx.AppendAttrs(context.Background(), nil))["trace_id"]; got != tr.Traceparent()[3:35] {
			t.Errorf("trace_id %s, want %s", got, tr.Traceparent()[3:35])
		}
	}
}

func TestSourcesRegisterWhileTheyAreAsked(t *testing.T) {
	tracectx.IsolateSources(t)
	const each = 50
	var wg sync.WaitGroup
	for w := range uint64(4) {
		wg.Go(func() {
			for i := range uint64(each) {
				tracectx.RegisterSource(func(ctx context.Context) (tracectx.Trace, bool) {
					if asked, ok := ctx.Value(askKey{}).(*[4 * each]bool); ok {
						asked[w*each+i] = true
					}
					return tracectx.Trace{}, false
				})
				tracectx.FromContext(context.Background())
			}
		})
	}
	wg.Wait()
	var asked [4 * each]bool
	tracectx.FromContext(context.WithValue(context.Background(), askKey{}, &asked))
	for i, ok := range asked {
		if !ok {
			t.Fatalf("source %d was lost", i)
		}
	}
}

type askKey struct{}

func TestContextInAStructIsLikeNewContext(t *testing.T) {
	type key struct{}
	tr := tracectx.New()
	outer := tracectx.NewContext(context.WithValue(t.Context(), key{}, "value"), tracectx.New())
	for _, tt := range []struct {
		name, traceparent string
		trace             tracectx.Trace
	}{
		{"with the header's text", tr.Traceparent(), tr},
		{"without", "", tr},
		{"with a text that is none", "00-", tr},
		{"no trace", "", tracectx.Trace{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := inStruct(outer, tt.trace, tt.traceparent)
			got, ok := tracectx.FromContext(c)
			if got != tt.trace || ok != tt.trace.IsValid() {
				t.Errorf("trace %v, %v; want %v", got, ok, tt.trace)
			}
			want := tracectx.AppendAttrs(tracectx.NewContext(outer, tt.trace), nil)
			if got := tracectx.AppendAttrs(c, nil); !slices.EqualFunc(got, want, slog.Attr.Equal) {
				t.Errorf("attributes %v, want %v", got, want)
			}
			if got := c.Value(key{}); got != "value" {
				t.Errorf("value of the context around: %v", got)
			}
		})
	}
}

func inStruct(ctx context.Context, t tracectx.Trace, traceparent string) context.Context {
	var s struct{ tracectx.Context }
	s.Init(ctx, t, traceparent)
	return &s
}

// asking notes whether a context is asked for its trace.
type asking struct {
	tracectx.Context

	asked bool
}

func (a *asking) Value(key any) any {
	a.asked = a.asked || a.Asks(key)
	return a.Context.Value(key)
}

func TestContextIsAskedForItsTrace(t *testing.T) {
	var a asking
	a.Init(t.Context(), tracectx.New(), "")
	type key struct{}
	if a.Value(key{}); a.asked {
		t.Error("asked for something else")
	}
	if _, ok := tracectx.FromContext(context.WithValue(&a, key{}, 1)); !ok || !a.asked {
		t.Errorf("trace found: %v, asked: %v", ok, a.asked)
	}
}
