//go:build !race

package enrich

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/console"
	"github.com/slogx-go/slogx/slogx/jsonlog"
)

func TestEnrichingUnderTwoGroupsDoesNotAllocate(t *testing.T) {
	h, ctx, r := benchSetup(t.Context(), topFunc(func(top []slog.Attr, _ slog.Record) {
		if len(top) != 5 {
			t.Errorf("%d attributes at the top, want 5", len(top))
		}
	}))
	allocs := testing.AllocsPerRun(100, func() {
		if err := h.Handle(ctx, r); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a record, want 0", allocs)
	}
}

func TestEnrichingJSONUnderTwoGroupsDoesNotAllocate(t *testing.T) {
	var line bytes.Buffer
	h, ctx, r := benchSetup(t.Context(), jsonlog.NewHandler(&line, nil))
	if err := h.Handle(ctx, r); err != nil {
		t.Fatal(err)
	}
	const want = `{"level":"INFO","msg":"m","request_id":"r1","user":7,"trace_id":"01000000000000000000000000000000",` +
		`"span_id":"0200000000000000","trace_flags":"01","g":{"h":{"a":1,"b":2}}}` + "\n"
	if diff := cmp.Diff(want, line.String()); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
	allocs := testing.AllocsPerRun(100, func() {
		line.Reset()
		if err := h.Handle(ctx, r); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a record, want 0", allocs)
	}
}

func TestEnrichingConsoleUnderTwoGroupsDoesNotAllocate(t *testing.T) {
	var line bytes.Buffer
	h, ctx, r := benchSetup(t.Context(), console.NewHandler(&line, nil))
	allocs := testing.AllocsPerRun(100, func() {
		line.Reset()
		if err := h.Handle(ctx, r); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a record, want 0", allocs)
	}
	if !bytes.Contains(line.Bytes(), []byte("request_id=r1")) {
		t.Errorf("line %q lacks request_id", line.Bytes())
	}
}

func TestStaticAndRuntimeEnrichersDoNotAllocate(t *testing.T) {
	attrs := make([]slog.Attr, 0, 64)
	ctx := t.Context()
	for _, name := range Names() {
		newEnricher, _ := Lookup(name)
		e := newEnricher()
		if allocs := testing.AllocsPerRun(100, func() { e(ctx, attrs) }); allocs != 0 {
			t.Errorf("%s: %v allocations a record, want 0", name, allocs)
		}
	}
}
