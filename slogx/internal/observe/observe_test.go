package observe_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slogx-go/slogx/slogx/internal/observe"
)

type list struct {
	got   []string
	panic bool
}

func (l *list) Observe(name string, value float64, labels ...string) {
	l.got = append(l.got, fmt.Sprintf("%s%v %v", name, value, labels))
	if l.panic {
		panic("boom")
	}
}

func TestPoint(t *testing.T) {
	var p observe.Point
	p.Observe("nobody", 1)
	if p.On() {
		t.Error("on without an observer")
	}
	l := &list{panic: true}
	p.Set(l)
	if !p.On() {
		t.Error("off with an observer")
	}
	p.Observe("a", 1)
	p.Observe("b", 2, "k", "v")
	p.Set(nil)
	p.Observe("c", 3)
	if diff := cmp.Diff([]string{"a1 []", "b2 [k v]"}, l.got); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
}
