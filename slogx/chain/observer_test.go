package chain_test

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
)

// measured is a wrapper that measures something.
type measured struct {
	slog.Handler

	o chain.Observer
}

func (m *measured) SetObserver(o chain.Observer) { m.o = o }

func (m *measured) Unwrap() slog.Handler { return m.Handler }

// knowing is a fan-out that hands observers on itself, to its first sink only.
type knowing struct {
	spread

	got *[]chain.Observer
}

func (k knowing) SetObserver(o chain.Observer) {
	*k.got = append(*k.got, o)
	chain.SetObserver(k.sinks[0], o)
}

type log []string

func (l *log) Observe(name string, value float64, labels ...string) {
	*l = append(*l, fmt.Sprintf("%s%v %v", name, labels, value))
}

func TestSetObserver(t *testing.T) {
	a, b, c, d := &measured{Handler: slog.DiscardHandler}, &measured{Handler: slog.DiscardHandler}, &measured{}, &measured{}
	var got []chain.Observer
	c.Handler = chain.Adapt(knowing{spread{sinks: []slog.Handler{a, b}}, &got})
	d.Handler = spread{sinks: []slog.Handler{c, slog.DiscardHandler}}
	o := new(log)
	chain.SetObserver(d, o)
	if d.o != o || c.o != o || a.o != o || b.o != nil {
		t.Errorf("observers %v, %v, %v, %v: want all but the last", d.o, c.o, a.o, b.o)
	}
	chain.SetObserver(d, nil)
	if d.o != nil || c.o != nil || a.o != nil {
		t.Error("nil does not end it")
	}
	if diff := cmp.Diff([]bool{true, false}, []bool{got[0] != nil, got[1] != nil}); diff != "" {
		t.Error(diff)
	}
	chain.SetObserver(nil, o)
}
