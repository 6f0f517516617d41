package fanout_test

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/chain"
	"github.com/slogx-go/slogx/slogx/fanout"
)

// measuring is a sink that measures.
type measuring struct {
	slog.Handler

	o *chain.Observer
}

func (m measuring) SetObserver(o chain.Observer) { *m.o = o }

type observed []string

func (o *observed) Observe(name string, value float64, labels ...string) {
	*o = append(*o, fmt.Sprintf("%s%v %v", name, labels, value))
}

func TestObserversKnowTheSink(t *testing.T) {
	var a, b chain.Observer
	h := fanout.NewHandler(
		fanout.Sink{Name: "file", Handler: chain.Adapt(measuring{slog.DiscardHandler, &a})},
		fanout.Sink{Handler: measuring{slog.DiscardHandler, &b}},
		fanout.Sink{Name: "plain", Handler: slog.DiscardHandler},
	)
	var got observed
	chain.SetObserver(h, &got)
	a.Observe("bytes", 1)
	b.Observe("retries", 2, "code", "5xx")
	want := observed{"bytes[sink file] 1", "retries[sink sink-2 code 5xx] 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
	chain.SetObserver(h, nil)
	if a != nil || b != nil {
		t.Error("nil does not end it")
	}
}
