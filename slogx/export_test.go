package slogx

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// CoreVars is the table of variables.
var CoreVars = coreVars

// Resolved shows what the settings come to, and what is wrong with them.
func Resolved(opts ...Option) (string, []error) {
	s := resolve(opts)
	shown := *s
	shown.enrichers, shown.lookuper, shown.errs = nil, nil, nil // they have addresses, or are no settings
	return fmt.Sprintf("%+v", shown), s.errs
}

// IsolateRegistry forgets at the end of the test what it registers.
func IsolateRegistry(tb testing.TB) {
	tb.Helper()
	registry.Lock()
	defer registry.Unlock()
	vars, sinks, extensions := slices.Clone(registry.vars), maps.Clone(registry.sinks), maps.Clone(registry.extensions)
	tb.Cleanup(func() {
		registry.Lock()
		defer registry.Unlock()
		registry.vars, registry.sinks, registry.extensions = vars, sinks, extensions
	})
}
