// Package observe hands measurements to an observer that may be set at any time, and that no caller must
// suffer from.
package observe

import (
	"sync/atomic"

	"github.com/slogx-go/slogx/slogx/chain"
)

// Point is a place that an observer is told of measurements from. The zero Point tells nobody. It is safe for
// concurrent use.
type Point struct {
	observer atomic.Pointer[chain.Observer]
}

// Set has o told from now on. A nil o ends that.
func (p *Point) Set(o chain.Observer) {
	if o == nil {
		p.observer.Store(nil)
		return
	}
	p.observer.Store(&o)
}

// On reports whether anybody is told: who measures need not, if not.
func (p *Point) On() bool { return p.observer.Load() != nil }

// Observe tells of a measurement. A panic of the observer is dropped. The caller must not change labels.
func (p *Point) Observe(name string, value float64, labels ...string) {
	o := p.observer.Load()
	if o == nil {
		return
	}
	defer func() { _ = recover() }()
	(*o).Observe(name, value, labels...)
}
