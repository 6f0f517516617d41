package jsonlog

import (
	"log/slog"

	"github.com/slogx-go/slogx/slogx/internal/attr"
)

// nesting says in what groups an attribute stands: how many there are, how many of those LogValue methods
// made, and how many attributes a tree of groups as wide as those would have. It is one number so that
// it stays in a register.
type nesting uint64

const (
	wideShift = 8  // below it: how many groups were made
	deepShift = 32 // below it: the width of those

	// A LogValuer may make a group that contains the LogValuer, once or several times. Such a tree has no
	// end, and grows without bound before it is deep.
	maxMadeDepth = 100
	maxMadeAttrs = 1 << 17

	// A group can be made to contain itself by who keeps its slice. The limit leaves room on the stack.
	maxDepth = 100_000
)

const (
	madeGroupsError = "!ERROR:groups made by LogValue are nested too deep"
	groupsError     = "!ERROR:groups are nested too deep"
)

// inGroup is the nesting of the attributes of a group. It is false beyond the limit.
func (n nesting) inGroup() (nesting, bool) {
	n += 1 << deepShift
	return n, n>>deepShift <= maxDepth
}

// inMade is the nesting of a group of so many attributes that a LogValue method made. It is false beyond
// the limits.
func (n nesting) inMade(attrs int) (nesting, bool) {
	deep := n%(1<<wideShift) + 1
	wide := max(n%(1<<deepShift)>>wideShift, 1) * nesting(max(attrs, 1))
	if deep > maxMadeDepth || wide > maxMadeAttrs {
		return n, false
	}
	return n>>deepShift<<deepShift | wide<<wideShift | deep, true
}

// resolve resolves a LogValuer. A group that it makes counts, and is replaced beyond the limits.
func resolve(a slog.Attr, n nesting) (slog.Attr, nesting) {
	if a.Value.Kind() != slog.KindLogValuer {
		return a, n
	}
	if a.Value = attr.Resolve(a.Value); a.Value.Kind() == slog.KindGroup {
		var ok bool
		if n, ok = n.inMade(len(a.Value.Group())); !ok {
			a.Value = slog.StringValue(madeGroupsError)
		}
	}
	return a, n
}
