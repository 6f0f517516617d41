package fanout

import (
	"slices"

	"github.com/slogx-go/slogx/slogx/chain"
)

// named adds the name of a sink to what comes from it.
type named struct {
	label []string
	next  chain.Observer
}

// Named returns an observer that hands everything on to o with the label sink, which is name. It returns nil for
// a nil o.
func Named(name string, o chain.Observer) chain.Observer {
	if o == nil {
		return nil
	}
	return &named{[]string{"sink", name}, o}
}

// Observe implements [chain.Observer].
func (n *named) Observe(name string, value float64, labels ...string) {
	if len(labels) == 0 {
		n.next.Observe(name, value, n.label...)
		return
	}
	n.next.Observe(name, value, slices.Concat(n.label, labels)...)
}
